"""What is said of a lock before it is written, compared with the one that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.changes import Former, changes
from poetry_arch_check.console import escaped_log_records, write_block
from poetry_arch_check.formats.block import render_lock
from poetry_arch_check.formats.view import View
from poetry_arch_check.guard.faults import fault, incomplete
from poetry_arch_check.guard.settings import settings
from poetry_arch_check.lockfile import HeldLocker, lock_of, lock_text
from poetry_arch_check.project import surroundings
from poetry_arch_check.run import check_lock, rules_of
from poetry_arch_check.selection import Wishes, select
from poetry_arch_check.whole import WholeLock

if TYPE_CHECKING:
    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.packages import Locker
    from poetry.poetry import Poetry
    from tomlkit import TOMLDocument

    from poetry_arch_check.check import Rules
    from poetry_arch_check.modes import Decision
    from poetry_arch_check.report import Report
    from poetry_arch_check.selection import Surroundings
    from poetry_arch_check.targets import Target


def judge(
    command: InstallerCommand,
    lock: TOMLDocument,
    decision: Decision,
    told: set[str],
    *,
    located: bool,
) -> int:
    """Say what `lock` makes worse; return the exit code, 0 to go on.

    `told` are the faults that were said already; `located` says that the lock will stand in
    its file, with the lines that it has.
    """
    io, poetry = command.io, command.poetry
    try:
        with escaped_log_records():
            config = settings(poetry)
            if not config.targets:
                return 0
            around = surroundings(poetry, command.env)
            check = _Check(
                poetry, select(config, Wishes(), around), rules_of(config, around), around
            )
            report = check.report(HeldLocker(poetry.locker.lock, lock.unwrap()), lock.as_string())
            found = changes(check.former(), report)
        if found.worse or found.standing:
            view = View(colour=io.error_output.is_decorated(), lock_path=report.lock_path)
            write_block(io, render_lock(report, found, view, decision, located=located))
        if found.worse and decision.stops:
            return 1
        if error := incomplete(*report.targets):
            return fault(io, error, decision, told)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what it costs
        return fault(io, error, decision, told)
    return 0


class _Check:
    """One way of looking at two locks."""

    def __init__(
        self, poetry: Poetry, targets: tuple[Target, ...], rules: Rules, around: Surroundings
    ) -> None:
        self._poetry = poetry
        self._targets = targets
        self._rules = rules
        self._around = around

    def report(self, locker: Locker, text: str) -> Report:
        """Return the verdict on a lock, with all its groups and extras."""
        lock = lock_of(locker, text)
        whole = WholeLock(self._poetry, locker, lock)
        return check_lock(lock, whole, self._targets, self._rules, self._around)

    def former(self) -> Former:
        """Return the lock that is still in its file; nothing of one that cannot be read."""
        locker = self._poetry.locker
        nothing = Former(versions={}, reports=None)
        if not locker.lock.exists():
            return nothing
        versions: dict[str, tuple[str, ...]] = {}
        try:
            report = self.report(locker, lock_text(locker.lock))
            for entry in locker.lock_data["package"]:
                name = canonicalize_name(entry["name"])
                versions[name] = (*versions.get(name, ()), str(entry["version"]))
        except Exception:  # noqa: BLE001 - Poetry replaces it, whatever is wrong with it
            return nothing
        return Former(versions=versions, reports=report.targets)
