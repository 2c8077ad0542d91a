"""Who requires a package, and in which versions: the project and the entries of its lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from poetry.core.constraints.version import Version as PoetryVersion
from poetry.core.constraints.version import parse_constraint
from poetry.core.packages.dependency_group import MAIN_GROUP

from poetry_arch_check.check.releases import Dependent
from poetry_arch_check.platforms.requires import marker_holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from packaging.version import Version
    from poetry.core.constraints.version import VersionConstraint

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.project import Project


def dependents_of(name: str, project: Project, targets: Sequence[Target]) -> tuple[Dependent, ...]:
    """Return who requires `name` (normalized) on any of `targets`, or at all without any."""
    return (*_of_project(name, project, targets), *_of_lock(name, project, targets))


def _of_project(name: str, project: Project, targets: Sequence[Target]) -> Iterator[Dependent]:
    path, package = project.pyproject_path, project.package
    main = package.dependency_group(MAIN_GROUP).dependencies if _has_main(project) else []
    for dependency in package.all_requires:
        marker = None if dependency.marker.is_any() else str(dependency.marker)
        if dependency.name == name and _applies(marker, targets):
            constraint = dependency.pretty_constraint
            line = _line_of(name, constraint, path.read_text("utf-8"))
            plain = marker is None and not dependency.extras and not dependency.is_optional()
            yield Dependent(
                who=f"{path.name}:{line}" if line else path.name,
                text=f"{dependency.pretty_name} ({constraint})",
                own=plain and dependency in main,
                allows=_allowing(dependency.constraint),
            )


def _has_main(project: Project) -> bool:
    return project.package.has_dependency_group(MAIN_GROUP)


def _line_of(name: str, constraint: str, text: str) -> int | None:
    """Return the line of a requirement of `name`: the one with its constraint, else the first."""
    spelled = re.sub(r"[-_.]+", "[-_.]+", name)
    pattern = re.compile(
        rf"^\s*\"?{spelled}\"?\s*=|[\"']{spelled}\s*[\[(<>=!~;,@\"' ]", re.IGNORECASE
    )
    found = [
        (constraint not in line, number)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line) and not re.match(r"\s*(name\s*=|#)", line)
    ]
    return min(found)[1] if found else None


def _of_lock(name: str, project: Project, targets: Sequence[Target]) -> Iterator[Dependent]:
    lock = project.lock_path
    text = lock.read_text("utf-8")
    for info in project.locker.lock_data.get("package", []):
        for key, stated in info.get("dependencies", {}).items():
            if canonicalize_name(key) != name:
                continue
            for constraint in _constraints(stated, targets):
                line = _line_of_entry(text, info["name"], info["version"])
                yield Dependent(
                    who=f"{info['name']} {info['version']} ({lock.name}:{line})",
                    text=f"{key} ({constraint})",
                    own=None,
                    allows=_allowing(parse_constraint(constraint)),
                )


def _line_of_entry(text: str, name: str, version: str) -> int:
    at = text.find(f'name = "{name}"\nversion = "{version}"')
    return text.count("\n", 0, at) if at > 0 else 1


def _constraints(stated: Any, targets: Sequence[Target]) -> Iterable[str]:
    """Return the constraints of a dependency in the lock that count on any of `targets`."""
    if isinstance(stated, str):
        return [stated]
    if isinstance(stated, dict):
        stated = [stated]
    return [
        each["version"]
        for each in stated
        if isinstance(each, dict) and "version" in each and _applies(each.get("markers"), targets)
    ]


def _applies(marker: str | None, targets: Sequence[Target]) -> bool:
    """Return whether a marker holds on any of `targets`, without any: always."""
    return not targets or any(marker_holds(marker, target.markers) for target in targets)


def _allowing(constraint: VersionConstraint) -> Callable[[Version], bool]:
    return lambda version: constraint.allows(PoetryVersion.parse(str(version)))
