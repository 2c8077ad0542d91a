"""What Poetry would install on a target, computed by Poetry's own classes.

`Installer._do_install` is the model: locks that carry groups and markers (2.1 on) go
through `Transaction`; older ones, and all under `installer.re-resolve`, are solved from
the lock alone, for the marker environment of the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from poetry.puzzle.transaction import Transaction
from poetry.repositories import RepositoryPool

from poetry_arch_check.errors import ArchCheckError, LockError, PlanError
from poetry_arch_check.poetry_api.environment import TargetEnv, poetry_markers
from poetry_arch_check.poetry_api.lockfile import REGENERATE
from poetry_arch_check.poetry_api.messages import one_line
from poetry_arch_check.poetry_api.planning.comparisons import Comparisons
from poetry_arch_check.poetry_api.planning.entries import Entries
from poetry_arch_check.poetry_api.planning.lock_solver import LockSolver
from poetry_arch_check.poetry_api.planning.solutions import Solutions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from packaging.utils import NormalizedName
    from poetry.core.packages.package import Package
    from poetry.core.version.markers import BaseMarker
    from poetry.packages.transitive_package_info import TransitivePackageInfo
    from poetry.repositories.lockfile_repository import LockfileRepository

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.policy import Policy
    from poetry_arch_check.poetry_api.project import Project


class Planner:
    """Plans targets from one lock, for one choice of groups and extras.

    What does not depend on the target is done once: reading the lock. Targets between which
    no marker tells a difference share a plan.
    """

    def __init__(
        self,
        project: Project,
        lock: LockFile,
        *,
        groups: Collection[NormalizedName],
        extras: Collection[str],
        policy: Policy | None = None,
    ) -> None:
        """Read the lock; raises LockError where Poetry cannot, PlanError for an unknown extra."""
        self._project = project
        self._lock = lock
        self._groups = set(groups)
        self._extras = {canonicalize_name(extra) for extra in extras}
        self.entries = Entries(project, lock, policy)
        self._locked: dict[Package, TransitivePackageInfo] = {}
        self._repository: LockfileRepository | None = None
        self._plans: dict[tuple[object, ...], tuple[LockedPackage, ...]] = {}
        self._read()
        self._comparisons = Comparisons(self._markers())

    def _read(self) -> None:
        locker = self._lock.locker
        known = {canonicalize_name(extra) for extra in locker.lock_data.get("extras", {})}
        for extra in sorted(self._extras - known):
            raise PlanError(
                f'extra "{extra}" is not in {self._lock.path.name}',
                hint=f"known extras: {', '.join(sorted(known)) or 'none'}",
            )
        re_resolve = self._project.config.get("installer.re-resolve", False)
        try:
            if re_resolve or not locker.is_locked_groups_and_markers():
                self._repository = locker.locked_repository()
            else:
                self._locked = locker.locked_packages()
        except Exception as error:
            raise LockError(
                f"{self._lock.path.name}: Poetry cannot read it: {one_line(error)}", hint=REGENERATE
            ) from error

    def _markers(self) -> Iterator[BaseMarker]:
        """Yield what decides on entries: their own markers, in old locks those of dependencies."""
        for info in self._locked.values():
            yield from info.markers.values()
        if self._repository is not None:
            for package in (self._project.package, *self._repository.packages):
                for dependency in package.all_requires:
                    yield dependency.marker

    @property
    def solves(self) -> bool:
        """Whether a plan takes Poetry's solver: for locks that have no markers of packages."""
        return self._repository is not None

    def plan(self, target: Target) -> tuple[LockedPackage, ...]:
        """Return the packages that Poetry would install on `target`.

        Raises PlanError with Poetry's reason where it has no plan.
        """
        try:
            answers = self._comparisons.answers(target)
            if answers not in self._plans:
                packages = self._packages(target, answers)
                self._plans[answers] = tuple(map(self.entries.of, packages))
            return self._plans[answers]
        except ArchCheckError:
            raise
        except Exception as error:
            raise PlanError(
                f"Poetry has no plan for {target.name} with {target.python.label}:"
                f" {one_line(error)}",
            ) from error

    def _packages(self, target: Target, answers: tuple[object, ...]) -> tuple[Package, ...]:
        if self._repository is None:
            transaction = Transaction(
                [],
                self._locked,
                [],
                self._project.package,
                poetry_markers(target),
                self._groups,  # type: ignore[arg-type,unused-ignore]
            )
            return self._installed(transaction)
        solutions = Solutions(self._project, self._lock, self._groups, self._extras)
        packages = solutions.of(answers, self._repository.packages)
        if packages is None:
            packages = self._installed(self._solve(target, self._repository))
            solutions.keep(answers, packages)
        return packages

    def _installed(self, transaction: Transaction) -> tuple[Package, ...]:
        operations = transaction.calculate_operations(
            with_uninstalls=False, extras=set(self._extras)
        )
        return tuple(operation.package for operation in operations if not operation.skipped)

    def _solve(self, target: Target, locked: LockfileRepository) -> Transaction:
        root = self._project.package.with_dependency_groups(list(self._groups), only=True)
        pool = RepositoryPool.from_packages(locked.packages, self._project.config)
        solver = LockSolver(root, pool, locked.packages, self._extras)
        with solver.use_environment(TargetEnv(target)):
            return solver.solve()
