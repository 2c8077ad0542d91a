"""Who requires what in a lock, and where the project's own requirements stand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from poetry_arch_check.check.requirers import Requirers
from poetry_arch_check.platforms.requires import marker_may_hold
from poetry_arch_check.poetry_api.dependents import marker_of
from poetry_arch_check.poetry_api.lock_edges import lock_edges
from poetry_arch_check.poetry_api.places import Places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.lock_edges import Edge
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project


class LockGraph:
    """The requirements of a lock and of the project's groups (None: of all of them)."""

    def __init__(
        self, project: Project, lock: LockFile, groups: Collection[str] | None = None
    ) -> None:
        self._project = project
        self._data = lock.locker.lock_data
        self._groups = groups

    def requirers(self, target: Target, planned: Iterable[str]) -> Requirers:
        """Return who requires what on `target`, among the `planned` packages (normalized names)."""
        names = frozenset(planned)
        holds = _Markers(target)
        dependents: dict[str, dict[str, None]] = {}
        for edge in self._edges:
            if edge.dependent in names and edge.name in names and holds(edge.marker):
                dependents.setdefault(edge.name, {})[edge.dependent] = None
        own = {
            name: place
            for name, marker, place in reversed(self._own)
            if name in names and holds(marker)
        }
        return Requirers(own=own, dependents={name: (*each,) for name, each in dependents.items()})

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        """Every requirement in the lock."""
        return tuple(lock_edges(self._data))

    @cached_property
    def _own(self) -> list[tuple[str, str | None, str]]:
        """What the project requires, with the marker, and where that stands."""
        package, places = self._project.package, Places(self._project.pyproject_path)
        if self._groups is not None:
            package = package.with_dependency_groups(self._groups, only=True)
        return [(str(each.name), marker_of(each), places.of(each)) for each in package.all_requires]


class _Markers:
    """Markers on one target; those of a lock are few, and evaluated once."""

    def __init__(self, target: Target) -> None:
        self._environment = target.markers
        self._known: dict[str | None, bool] = {None: True}

    def __call__(self, marker: str | None) -> bool:
        """Return whether `marker` holds, for some choice of extras."""
        if marker not in self._known:
            # Which extras are asked for is settled by what is planned.
            self._known[marker] = marker_may_hold(marker, self._environment)
        return self._known[marker]
