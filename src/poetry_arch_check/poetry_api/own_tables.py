"""In which tables of pyproject.toml the project requires a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from poetry.core.packages.dependency_group import MAIN_GROUP

from poetry_arch_check.check.requirement import Requirement
from poetry_arch_check.poetry_api.dependents import is_plain
from poetry_arch_check.poetry_api.places import Places

if TYPE_CHECKING:
    from poetry_arch_check.poetry_api.project import Project


def tables_of(name: str, project: Project) -> tuple[Requirement, ...]:
    """Return the requirements of `name` (normalized), one for each table that has it."""
    package, places = project.package, Places(project.pyproject_path)
    extras = {canonicalize_name(extra) for extra in _standard_extras(project)}
    found: dict[Requirement, None] = {}
    for group in sorted(package.dependency_group_names(include_optional=True)):
        for dependency in package.dependency_group(group).dependencies:
            if dependency.name != name:
                continue
            place = places.of(dependency)
            inside = [str(extra) for extra in dependency.in_extras if extra in extras]
            for extra in inside or [""]:
                each = Requirement(
                    place=place,
                    constraint=dependency.pretty_constraint,
                    group="" if group == MAIN_GROUP else group,
                    extra=extra,
                    plain=is_plain(dependency, extra=extra),
                )
                found[each] = None
    return tuple(found)


def _standard_extras(project: Project) -> tuple[str, ...]:
    """Return the names in `[project.optional-dependencies]`; `[tool.poetry.extras]` is other."""
    return tuple(project.pyproject.get("project", {}).get("optional-dependencies", {}))
