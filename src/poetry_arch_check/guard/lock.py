"""The lock hook: a lock about to be written, against the targets and the lock before it.

It looks before Poetry writes. Where it stops Poetry, there is nothing to restore: neither the
lock nor pyproject.toml nor the environment has been touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.puzzle.transaction import Transaction

from poetry_arch_check.guard.shield import shielded
from poetry_arch_check.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.core.packages.package import Package
    from poetry.packages.transitive_package_info import TransitivePackageInfo
    from tomlkit import TOMLDocument


class Stop(Exception):  # noqa: N818 - not an error: the hook's way out of Poetry's code
    """Poetry must not write the lock."""


class LockHook:
    """Stands between `Locker.set_lock_data` and the file, for one command."""

    def __init__(self, command: InstallerCommand, mode: Mode) -> None:
        """Take the place."""
        self._command = command
        self._mode = mode
        self._solved: dict[Package, TransitivePackageInfo] | None = None
        self._previewing = False
        self._looked = False
        self.exit_code = 0
        locker = command.poetry.locker
        # Poetry comes by here with the whole document, and only if the lock has changed.
        self._write_lock_data = locker._write_lock_data  # noqa: SLF001 - no public place
        setattr(locker, "_write_lock_data", self._write)  # noqa: B010 - of this instance alone
        self._get_solved_packages = Transaction.get_solved_packages
        setattr(Transaction, "get_solved_packages", self._remembering())  # noqa: B010 - till release

    def release(self) -> None:
        """Give the class back what was taken from it."""
        setattr(Transaction, "get_solved_packages", self._get_solved_packages)  # noqa: B010

    def stopped(self, error: Exception) -> bool:
        """Return whether `error` is the way that this hook has left Poetry's code."""
        return isinstance(error, Stop)

    def preview(self) -> int:
        """Look at the lock that will be written when all is installed; return the exit code.

        Only where it may stop Poetry, or where nothing will be written at all (`--dry-run`):
        a warning has time till then.
        """
        poetry, installer = self._command.poetry, self._command.installer
        # Else what was solved is something else, such as the project's plugins.
        updating = installer.is_updating() and self._solved is not None
        if not updating or not (self._mode is Mode.ABORT or installer.is_dry_run()):
            return 0
        self._previewing = True
        try:
            poetry.locker.set_lock_data(poetry.package, self._solved or {})
        except Stop:
            return self.exit_code
        finally:
            self._previewing = False
        return 0

    def _remembering(self) -> Callable[[Transaction], dict[Package, TransitivePackageInfo]]:
        """Return a `Transaction.get_solved_packages` that keeps what it returns."""
        get_solved_packages = self._get_solved_packages

        def remembering(transaction: Transaction) -> dict[Package, TransitivePackageInfo]:
            self._solved = get_solved_packages(transaction)
            return self._solved

        return remembering

    def _write(self, data: TOMLDocument) -> None:
        """Write the lock unless the check of it says otherwise; raises Stop then."""
        if not self._looked:
            self.exit_code = shielded(lambda: self._look(data), self._command.io, self._mode)
            if self.exit_code:
                raise Stop
            self._looked = True
        if not self._previewing:
            self._write_lock_data(data)

    def _look(self, data: TOMLDocument) -> int:
        from poetry_arch_check.guard.judge import judge  # noqa: PLC0415 - now there is something

        return judge(self._command, data, self._mode, written=not self._previewing)
