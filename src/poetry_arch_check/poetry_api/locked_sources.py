"""Which index the entries of a lock are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from poetry.core.packages.package import Package

if TYPE_CHECKING:
    from poetry_arch_check.poetry_api.project import Project


def from_index(name: str, version: str, project: Project) -> Package | None:
    """Return the entry of the project's lock with its source, None if it is not from one index.

    `name` is normalized. A path, a repository or a URL is none, nor are two indexes. PyPI is the
    source of what has none (`Locker._get_locked_package`).
    """
    found = [
        each.get("source", {})
        for each in project.locker.lock_data["package"]
        if canonicalize_name(each["name"]) == name and str(each["version"]) == version
    ]
    if not found or any(each != found[0] for each in found):
        return None
    match found[0]:
        case {"type": "legacy", "url": url, "reference": reference}:
            return Package(
                name, version, source_type="legacy", source_url=url, source_reference=reference
            )
        case {"type": _}:
            return None
        case _:
            return Package(name, version)
