"""What Poetry would install on a target, computed by Poetry's own classes.

`Installer._do_install` is the model: locks that carry groups and markers (2.1 on) go
through `Transaction`; older ones, and all under `installer.re-resolve`, are solved from
the lock alone, for the marker environment of the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleo.io.null_io import NullIO
from packaging.utils import canonicalize_name
from poetry.puzzle.provider import Provider
from poetry.puzzle.solver import Solver
from poetry.puzzle.transaction import Transaction
from poetry.repositories import RepositoryPool

from poetry_arch_check.entries import Entries
from poetry_arch_check.environment import TargetEnv, poetry_markers
from poetry_arch_check.errors import ArchCheckError, LockError, PlanError
from poetry_arch_check.lockfile import RELOCK
from poetry_arch_check.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Collection

    from cleo.io.io import IO
    from packaging.utils import NormalizedName
    from poetry.core.packages.dependency import Dependency
    from poetry.core.packages.package import Package
    from poetry.core.packages.project_package import ProjectPackage
    from poetry.packages.transitive_package_info import TransitivePackageInfo
    from poetry.poetry import Poetry
    from poetry.repositories.lockfile_repository import LockfileRepository

    from poetry_arch_check.lockfile import LockFile
    from poetry_arch_check.packages import LockedPackage
    from poetry_arch_check.policy import Policy
    from poetry_arch_check.targets import Target


class Planner:
    """Plans targets from one lock, for one choice of groups and extras.

    What does not depend on the target is done once: reading the lock. Old locks are solved
    once for each marker environment: targets that differ in the C library alone share it.
    """

    def __init__(
        self,
        poetry: Poetry,
        lock: LockFile,
        *,
        groups: Collection[NormalizedName],
        extras: Collection[str],
        policy: Policy | None = None,
    ) -> None:
        """Prepare planning; raises LockError where Poetry cannot read the lock."""
        self._poetry = poetry
        self._lock = lock
        self._groups = set(groups)
        self._extras = {canonicalize_name(extra) for extra in extras}
        self.entries = Entries(poetry, lock, policy)
        self._locked: dict[Package, TransitivePackageInfo] = {}
        self._repository: LockfileRepository | None = None
        self._solved: dict[tuple[tuple[str, str], ...], tuple[LockedPackage, ...]] = {}
        self._read()

    def _read(self) -> None:
        locker = self._poetry.locker
        known = {canonicalize_name(extra) for extra in locker.lock_data.get("extras", {})}
        for extra in sorted(self._extras - known):
            raise PlanError(
                f'extra "{extra}" is not in {self._lock.path.name}',
                cure=f"known extras: {', '.join(sorted(known)) or 'none'}",
            )
        re_resolve = self._poetry.config.get("installer.re-resolve", False)
        try:
            if re_resolve or not locker.is_locked_groups_and_markers():
                self._repository = locker.locked_repository()
            else:
                self._locked = locker.locked_packages()
        except Exception as error:
            raise LockError(
                f"{self._lock.path.name}: Poetry cannot read it: {one_line(error)}", cure=RELOCK
            ) from error

    def plan(self, target: Target) -> tuple[LockedPackage, ...]:
        """Return the packages that Poetry would install on `target`.

        Raises PlanError with Poetry's reason where it has no plan.
        """
        try:
            return self._plan(target)
        except ArchCheckError:
            raise
        except Exception as error:
            raise PlanError(
                f"Poetry has no plan for {target.name} with {target.python.label}:"
                f" {one_line(error)}",
            ) from error

    def _plan(self, target: Target) -> tuple[LockedPackage, ...]:
        if self._repository is None:
            transaction = Transaction(
                [],
                self._locked,
                [],
                self._poetry.package,
                poetry_markers(target),
                self._groups,  # type: ignore[arg-type,unused-ignore]
            )
            return self._planned(transaction)
        key = tuple(sorted((name, str(value)) for name, value in target.markers.items()))
        if key not in self._solved:
            self._solved[key] = self._planned(self._solve(target, self._repository))
        return self._solved[key]

    def _planned(self, transaction: Transaction) -> tuple[LockedPackage, ...]:
        operations = transaction.calculate_operations(
            with_uninstalls=False, extras=set(self._extras)
        )
        return tuple(
            self.entries.of(operation.package) for operation in operations if not operation.skipped
        )

    def _solve(self, target: Target, locked: LockfileRepository) -> Transaction:
        root = self._poetry.package.with_dependency_groups(list(self._groups), only=True)
        pool = RepositoryPool.from_packages(locked.packages, self._poetry.config)
        solver = _LockSolver(root, pool, locked.packages, self._extras)
        with solver.use_environment(TargetEnv(target)):
            return solver.solve()


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
        self.load_deferred(False)

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
                cure="locks below version 2.1 are planned from the sources of the project;"
                f" {RELOCK} where they are there",
            )
        entry = max(entries, key=lambda package: package.source_url == dependency.source_url)
        self._deferred_cache.setdefault(dependency, entry)
        return super().search_for_direct_origin_dependency(dependency)


class _LockSolver(Solver):
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
