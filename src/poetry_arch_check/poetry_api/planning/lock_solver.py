"""Poetry's solver, restricted to what a lock before version 2.1 names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleo.io.null_io import NullIO
from poetry.puzzle.provider import Provider
from poetry.puzzle.solver import Solver

from poetry_arch_check.errors import PlanError
from poetry_arch_check.poetry_api.lockfile import RELOCK

if TYPE_CHECKING:
    from collections.abc import Collection

    from cleo.io.io import IO
    from packaging.utils import NormalizedName
    from poetry.core.packages.dependency import Dependency
    from poetry.core.packages.package import Package
    from poetry.core.packages.project_package import ProjectPackage
    from poetry.packages import DependencyPackage
    from poetry.repositories import RepositoryPool


# Solving a real lock took at most two decisions for each entry (192 solves of old locks).
_LEAST_DECISIONS = 500
_DECISIONS_PER_ENTRY = 20


class _LockedProvider(Provider):
    """Finds path, git and url dependencies in the lock instead of fetching them."""

    def __init__(
        self,
        package: Package,
        pool: RepositoryPool,
        io: IO,
        *,
        locked: list[Package],
        active_root_extras: Collection[NormalizedName],
    ) -> None:
        super().__init__(package, pool, io, locked=locked, active_root_extras=active_root_extras)
        self._entries = locked
        self._decisions_left = _LEAST_DECISIONS + _DECISIONS_PER_ENTRY * len(locked)
        self.load_deferred(False)

    def complete_package(self, dependency_package: DependencyPackage) -> DependencyPackage:
        """Return what Poetry makes of a package that it decides for; raises PlanError without end.

        Some locks keep the solver deciding for ever (an extra of a direct dependency whose Python
        excludes the target's).
        """
        self._decisions_left -= 1
        if self._decisions_left < 0:
            name = dependency_package.package.name
            raise PlanError(
                f"limit exceeded: Poetry's solver does not come to an end at {name}",
                hint=f"{RELOCK}: a lock of version 2.1 or newer need not be solved",
            )
        return super().complete_package(dependency_package)

    def search_for_direct_origin_dependency(self, dependency: Dependency) -> Package:
        """Return the entry for `dependency`, by its url where there are several."""
        kind = dependency.source_type
        entries = [p for p in self._entries if (p.name, p.source_type) == (dependency.name, kind)]
        if not entries:
            # poetry-core takes every path that is not there for a directory.
            missing = kind == "directory"
            raise PlanError(
                f"{dependency.name}: its path does not exist here"
                if missing
                else f"{dependency.name}: the lock has no {kind} source for it",
                hint="for locks below version 2.1, it takes the sources of the project;"
                f" {RELOCK} where they are there",
            )
        entry = max(entries, key=lambda package: package.source_url == dependency.source_url)
        self._deferred_cache.setdefault(dependency, entry)
        return super().search_for_direct_origin_dependency(dependency)


class LockSolver(Solver):
    """A solver that never looks beyond the lock."""

    def __init__(
        self,
        package: ProjectPackage,
        pool: RepositoryPool,
        locked: list[Package],
        extras: Collection[NormalizedName],
    ) -> None:
        super().__init__(package, pool, [], locked, NullIO(), active_root_extras=extras)
        # Solver has no other way to be given a provider.
        self._provider = _LockedProvider(
            package, pool, NullIO(), locked=locked, active_root_extras=extras
        )
