"""Which packages may be pre-releases: those that are, and those that the project allows to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from poetry_arch_check.poetry_api.project import Project


def with_prereleases(project: Project) -> frozenset[str]:
    """Return the packages (normalized) of which a lock may have a pre-release.

    Of what its entries require, a lock does not tell (`Locker` writes no `allow-prereleases`).
    Poetry's repositories fall back on pre-releases where the solver has narrowed a requirement
    down to them (`Repository.find_packages`), whatever the project and its lock ask for.
    """
    packages = project.locker.lock_data["package"]
    locked = {canonicalize_name(each["name"]) for each in packages if _is_prerelease(each)}
    # Paths, repositories and URLs allow them whatever they are, and take none from an index.
    own = {
        each.name
        for each in project.package.all_requires
        if each.allows_prereleases() and not each.is_direct_origin()
    }
    return frozenset(map(str, locked | own))


def _is_prerelease(entry: dict[str, Any]) -> bool:
    try:
        return Version(str(entry["version"])).is_prerelease
    except InvalidVersion:
        return False
