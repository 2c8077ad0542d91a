"""Which packages may be pre-releases: those that are, and those of which somebody asks for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from poetry.core.packages.dependency import Dependency

from poetry_arch_check.poetry_api.lock_edges import lock_edges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from poetry_arch_check.poetry_api.lock_edges import Edge
    from poetry_arch_check.poetry_api.project import Project

# Most requirements have no letter in them: they need not be parsed.
_LETTER = re.compile("[a-z]", re.IGNORECASE)


def with_prereleases(project: Project) -> frozenset[str]:
    """Return the packages (normalized) of which a lock may have a pre-release.

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
    return frozenset(map(str, locked | own | set(_asked_for(project.locker.lock_data))))


def _is_prerelease(entry: dict[str, Any]) -> bool:
    try:
        return Version(str(entry["version"])).is_prerelease
    except InvalidVersion:
        return False


def _asked_for(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what entries of the lock require in versions with pre-releases."""
    for edge in lock_edges(data):
        if _LETTER.search(edge.constraint or "") and _allows(edge):
            yield edge.name


def _allows(edge: Edge) -> bool:
    return Dependency(edge.name, edge.constraint or "*").allows_prereleases() or False
