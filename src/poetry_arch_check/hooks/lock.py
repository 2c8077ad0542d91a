"""The lock hook: a lock about to be written, against the targets and the lock before it.

It looks before Poetry writes. Where it stops Poetry, there is nothing to restore: neither the
lock nor pyproject.toml nor the environment has been touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.puzzle.transaction import Transaction

from poetry_arch_check.hooks.failsafe import failsafe

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.core.packages.package import Package
    from poetry.packages.transitive_package_info import TransitivePackageInfo
    from tomlkit import TOMLDocument

    from poetry_arch_check.settings.modes import Decision


class Stop(Exception):  # noqa: N818 - not an error: it leaves Poetry's code
    """Poetry must not write the lock."""


class LockHook:
    """Stands between `Locker.set_lock_data` and the file, for one command."""

    def __init__(self, command: InstallerCommand, decision: Decision, reported: set[str]) -> None:
        """Wrap the locker of `command`; `reported` are the failures that were reported already."""
        self._command = command
        self._decision = decision
        self._reported = reported
        self._solved: dict[Package, TransitivePackageInfo] | None = None
        self._previewing = self._previewed = self._checked = False
        self.exit_code = 0
        locker = command.poetry.locker
        # Poetry comes by here with the whole document, and only if the lock has changed.
        self._write_lock_data = locker._write_lock_data  # noqa: SLF001 - no public place
        setattr(locker, "_write_lock_data", self._write)  # noqa: B010 - of this instance alone
        self._get_solved_packages = Transaction.get_solved_packages
        setattr(Transaction, "get_solved_packages", self._remembering())  # noqa: B010 - till end

    def end(self, *, succeeded: bool) -> None:
        """Restore Poetry's class; check a lock that was never written."""
        if succeeded and self._command.installer.is_dry_run():
            # `--dry-run --lock` ends without a plan to execute and without a lock to write.
            self.exit_code = failsafe(self.preview, self._command.io, self._decision)
        setattr(Transaction, "get_solved_packages", self._get_solved_packages)  # noqa: B010

    def stopped(self, error: Exception) -> bool:
        """Return whether `error` is the way that this hook has left Poetry's code."""
        return isinstance(error, Stop)

    def preview(self) -> int:
        """Look at the lock that will be written when all is installed; return the exit code."""
        poetry = self._command.poetry
        # Else what was solved is something else, such as the project's plugins.
        updating = self._command.installer.is_updating() and self._solved is not None
        if not updating or self._previewed:
            return self.exit_code
        self._previewing = True
        try:
            poetry.locker.set_lock_data(poetry.package, self._solved or {})
        except Stop:
            return self.exit_code
        finally:
            self._previewing, self._previewed = False, True
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
        if not self._checked:
            self.exit_code = failsafe(lambda: self._check(data), self._command.io, self._decision)
            self._checked = True
            if self.exit_code:
                raise Stop
        if not self._previewing:
            self._write_lock_data(data)

    def _check(self, data: TOMLDocument) -> int:
        from poetry_arch_check.hooks.lock_check import check_lock  # noqa: PLC0415 - only now

        written = not self._decision.stops and not self._command.installer.is_dry_run()
        return check_lock(self._command, data, self._decision, self._reported, located=written)
