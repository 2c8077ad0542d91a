"""The project's own requirements that bring a package in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OwnRequirement
from poetry_arch_check.platforms.requires import marker_may_hold
from poetry_arch_check.poetry_api.dependents import main_of, marker_of
from poetry_arch_check.poetry_api.lock_edges import lock_edges
from poetry_arch_check.poetry_api.places import Places

if TYPE_CHECKING:
    from collections.abc import Container

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.lock_edges import Edge
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project


class OwnRequirements:
    """What a project requires itself, and who requires what in its lock; read when asked for."""

    def __init__(self, project: Project, lock: LockFile) -> None:
        self._project = project
        self._lock = lock

    def bringing_in(
        self, name: str, target: Target, planned: Container[str] | None
    ) -> tuple[OwnRequirement, ...]:
        """Return the project's requirements that bring `name` (normalized) in on `target`.

        Without all of them, nothing in the lock requires it there: extras are taken for chosen.
        Only those of packages that are `planned` there count (normalized names; None: all); where
        that leaves out one of the main group, there are none that can be told.
        """
        above = self._above(name, target)
        found: dict[OwnRequirement, None] = {}
        for own, required in self._stated:
            if own.name not in above or not marker_may_hold(own.marker, target.markers):
                continue
            if planned is None or own.name in planned:
                found[own] = None
            elif required:
                # The lock leaves it out there by a marker of its own; the next lock may not.
                return ()
        return tuple(found)

    def _above(self, name: str, target: Target) -> set[str]:
        """Return `name`, and what requires it in the lock, directly or not."""
        above: set[str] = set()
        waiting = [name]
        while waiting:
            required = waiting.pop()
            if required not in above:
                above.add(required)
                waiting.extend(
                    edge.dependent
                    for edge in self._edges_to.get(required, ())
                    if marker_may_hold(edge.marker, target.markers)
                )
        return above

    @cached_property
    def _edges_to(self) -> dict[str, list[Edge]]:
        """Every requirement in the lock, by the name that is required."""
        edges: dict[str, list[Edge]] = {}
        for edge in lock_edges(self._lock.locker.lock_data):
            edges.setdefault(edge.name, []).append(edge)
        return edges

    @cached_property
    def _stated(self) -> tuple[tuple[OwnRequirement, bool], ...]:
        """All requirements of the project, and whether they are of the main group, for any use."""
        project = self._project
        main, places = main_of(project), Places(project.pyproject_path)
        return tuple(
            (
                OwnRequirement(name=each.name, place=places.of(each), marker=marker_of(each) or ""),
                each in main and not each.is_optional(),
            )
            for each in project.package.all_requires
        )
