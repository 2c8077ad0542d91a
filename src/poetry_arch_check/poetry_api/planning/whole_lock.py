"""Everything that a lock may install on a target, whatever the choice of groups and extras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from poetry.puzzle.transaction import Transaction

from poetry_arch_check.poetry_api.environment import poetry_markers
from poetry_arch_check.poetry_api.planning.entries import Entries

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
    from poetry.core.packages.package import Package

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project


class WholeLockPlanner:
    """Plans a lock from the lock alone: its groups, its extras, its markers.

    Locks before version 2.1 have no groups and no markers of packages; of those, every entry
    counts as planned on every target.
    """

    def __init__(self, project: Project, lock: LockFile) -> None:
        """Read the lock; raises what Poetry raises where it cannot."""
        locker = lock.locker
        self._root = project.package
        self.entries = Entries(project, lock)
        self._old: list[Package] | None = None
        if locker.is_locked_groups_and_markers():
            self._locked = locker.locked_packages()
        else:
            self._old = locker.locked_repository().packages
        extras = {canonicalize_name(extra) for extra in locker.lock_data.get("extras", {})}
        self._extras: list[set[NormalizedName]] = [extras]
        if any("extra !=" in marker for _, marker in lock.markers_with("extra")):
            # Extras that exclude each other leave nothing where all are chosen.
            self._extras += [set(), *({extra} for extra in sorted(extras))]

    @property
    def solves(self) -> bool:
        """Whether a plan would take Poetry's solver: here, it is not asked."""
        return self._old is not None

    def plan(self, target: Target) -> tuple[LockedPackage, ...]:
        """Return what some choice of groups and extras would install on `target`."""
        if self._old is not None:
            return tuple(self.entries.of(package) for package in self._old)
        groups = {group for info in self._locked.values() for group in info.groups}
        transaction = Transaction(
            [],
            self._locked,
            [],
            self._root,
            poetry_markers(target),
            groups,  # type: ignore[arg-type,unused-ignore]
        )
        operations = [
            operation
            for extras in self._extras
            for operation in transaction.calculate_operations(with_uninstalls=False, extras=extras)
        ]
        entries = (self.entries.of(op.package) for op in operations if not op.skipped)
        return tuple({id(entry): entry for entry in entries}.values())

    def package(self, entry: LockedPackage) -> Package:
        """Return Poetry's package for an entry that was planned."""
        return self.entries.package(entry)
