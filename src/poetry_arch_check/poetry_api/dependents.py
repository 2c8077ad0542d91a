"""Who requires a package, and in which versions: the project and the entries of its lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry.core.constraints.version import EmptyConstraint, parse_constraint
from poetry.core.constraints.version import Version as PoetryVersion
from poetry.core.packages.dependency_group import MAIN_GROUP

from poetry_arch_check.check.releases import Dependent
from poetry_arch_check.platforms.requires import marker_holds
from poetry_arch_check.poetry_api.lock_edges import lock_edges
from poetry_arch_check.poetry_api.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from packaging.version import Version
    from poetry.core.constraints.version import VersionConstraint
    from poetry.core.packages.dependency import Dependency
    from poetry.core.packages.package import Package

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project


def dependents_of(
    name: str, project: Project, targets: Sequence[Target], lock: LockFile | None = None
) -> tuple[Dependent, ...]:
    """Return who requires `name` (normalized) on any of `targets`, or at all without any.

    `lock` is asked instead of the one in its file.
    """
    data = lock.locker.lock_data if lock else project.locker.lock_data
    return (*_of_project(name, project, targets), *_of_lock(name, project, targets, data))


def _of_project(name: str, project: Project, targets: Sequence[Target]) -> Iterator[Dependent]:
    package, main = project.package, main_of(project)
    places = Places(project.pyproject_path)
    for dependency in package.all_requires:
        marker = marker_of(dependency)
        if dependency.name == name and _applies(marker, targets):
            constraint = dependency.pretty_constraint
            yield Dependent(
                who=places.of(dependency),
                text=f"{dependency.pretty_name} ({constraint})",
                own=is_plain(dependency) and dependency in main,
                allows=_allowing(dependency.constraint),
                constraint=constraint,
            )


def is_plain(dependency: Dependency, *, extra: str = "") -> bool:
    """Return whether it is no more than a name and versions; in an `extra`, that is its marker."""
    marker = dependency.marker.without_extras() if extra else dependency.marker
    optional = dependency.is_optional() and not extra
    more = dependency.extras or dependency.source_name or dependency.is_direct_origin()
    return marker.is_any() and not (optional or more)


def marker_of(dependency: Dependency) -> str | None:
    """Return the marker of a requirement, None without one."""
    return None if dependency.marker.is_any() else str(dependency.marker)


def main_of(project: Project) -> list[Dependency]:
    """Return the requirements of the main group."""
    package = project.package
    has_main = package.has_dependency_group(MAIN_GROUP)
    return package.dependency_group(MAIN_GROUP).dependencies if has_main else []


def _of_lock(
    name: str, project: Project, targets: Sequence[Target], data: Mapping[str, Any]
) -> Iterator[Dependent]:
    lock = project.lock_path
    text = lock.read_text("utf-8") if lock.exists() else ""
    for edge in lock_edges(data, name):
        if edge.constraint is None or not _applies(edge.marker, targets):
            continue
        line = _line_of_entry(text, edge.title, edge.version)
        place = f" ({lock.name}:{line})" if line else ""
        yield Dependent(
            who=f"{edge.title} {edge.version}{place}",
            text=f"{edge.spelled} ({edge.constraint})",
            own=None,
            allows=_allowing(_parsed(edge.constraint)),
            name=edge.dependent,
            version=edge.version,
        )


def _parsed(constraint: str) -> VersionConstraint:
    """Return a constraint of the lock; what is none allows nothing that could be pasted."""
    try:
        return parse_constraint(constraint)
    except ValueError:
        return EmptyConstraint()


def _line_of_entry(text: str, name: str, version: str) -> int | None:
    """Return its line, None where it does not stand there: the lock is not written yet."""
    at = text.find(f'name = "{name}"\nversion = "{version}"')
    return text.count("\n", 0, at) if at > 0 else None


def _applies(marker: str | None, targets: Sequence[Target]) -> bool:
    """Return whether a marker holds on any of `targets`, without any: always."""
    return not targets or any(marker_holds(marker, target.markers) for target in targets)


def requirements_of(
    package: Package, name: str, targets: Sequence[Target]
) -> tuple[Callable[[Version], bool], ...]:
    """Return what each requirement of `name` in `package` on any of `targets` makes of a version.

    Those of its extras do not count.
    """
    return tuple(
        _allowing(dependency.constraint)
        for dependency in package.requires
        if dependency.name == name
        and not dependency.in_extras
        and _applies(marker_of(dependency), targets)
    )


def _allowing(constraint: VersionConstraint) -> Callable[[Version], bool]:
    return lambda version: constraint.allows(PoetryVersion.parse(str(version)))
