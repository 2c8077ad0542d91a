"""Which Pythons another version has to be for: all with which the project may install it."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from poetry.core.constraints.version import EmptyConstraint, parse_constraint
from poetry.core.packages.utils.utils import get_python_constraint_from_marker
from poetry.core.version.markers import parse_marker

from poetry_arch_check.check.releases import Dependent
from poetry_arch_check.poetry_api.lock_edges import lock_edges
from poetry_arch_check.upgrades.python_limits import place_of_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from packaging.version import Version
    from poetry.core.constraints.version import VersionConstraint

    from poetry_arch_check.check.releases import Release
    from poetry_arch_check.poetry_api.project import Project


_NONE: VersionConstraint = EmptyConstraint()


class PythonSupport:
    """Knows for each package of the lock with which Pythons it may be installed.

    Poetry takes no version that is not for all of these (`Provider.incompatibilities_for`).
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._place = place_of_limit(project)

    def limit(self, name: str, releases: Iterable[Release]) -> tuple[Dependent, ...]:
        """Return the project's Pythons as what requires `name` (normalized), () for no limit."""
        needed = self._needed.get(name)
        if needed is None:
            return ()
        given = {release.version: _pythons(release) for release in releases}

        def allows(version: Version) -> bool:
            return version not in given or given[version].allows_all(needed)

        whole = needed == self._project.package.python_constraint
        pythons = self._project.package.python_versions if whole else str(needed)
        text = f"support of Python {pythons.replace(' ', '')}"
        return (Dependent(who=self._place, text=text, own=None, allows=allows),)

    @cached_property
    def _needed(self) -> dict[str, VersionConstraint]:
        """The Pythons with which each package may be installed, by what requires it."""
        project = self._project.package
        edges: dict[str, list[tuple[str, VersionConstraint]]] = {}
        for edge in lock_edges(self._project.locker.lock_data):
            edges.setdefault(edge.dependent, []).append((edge.name, _pythons_of(edge.marker)))
        own = [(each.name, _pythons_of(str(each.marker))) for each in project.all_requires]
        found: dict[str, VersionConstraint] = {}
        waiting: list[tuple[VersionConstraint, Sequence[tuple[str, VersionConstraint]]]]
        waiting = [(project.python_constraint, own)]
        while waiting:
            there, requires = waiting.pop()
            for name, pythons in requires:
                known = found.get(name, _NONE)
                more = known.union(there.intersect(pythons))
                if more != known:
                    found[name] = more
                    waiting.append((more, edges.get(name, [])))
        return found


def supporting(releases: Iterable[Release], limit: Iterable[Dependent]) -> tuple[Release, ...]:
    """Return the releases that `limit` allows."""
    limits = tuple(limit)
    return tuple(
        release for release in releases if all(each.allows(release.version) for each in limits)
    )


@lru_cache(maxsize=1024)
def _pythons_of(marker: str | None) -> VersionConstraint:
    """Return the Pythons with which a marker may hold."""
    return get_python_constraint_from_marker(parse_marker(marker or ""))


def _pythons(release: Release) -> VersionConstraint:
    """Return the Pythons that the index says a release is for; a wrong constraint allows all."""
    stated = next((file.requires_python for file in release.files if file.requires_python), "*")
    try:
        return parse_constraint(stated)
    except ValueError:
        return parse_constraint("*")
