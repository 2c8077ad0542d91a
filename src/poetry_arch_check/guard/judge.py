"""What is said of a lock before it is written, compared with the one that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.changes import Former, changes
from poetry_arch_check.console import escaped_log_records, progress, write_block
from poetry_arch_check.examiner import Examiner
from poetry_arch_check.formats.block import render_lock
from poetry_arch_check.formats.view import View
from poetry_arch_check.guard.faults import fault, incomplete
from poetry_arch_check.guard.settings import settings
from poetry_arch_check.lockfile import HeldLocker, lock_of, lock_text
from poetry_arch_check.project import surroundings
from poetry_arch_check.run import Check, rules_of
from poetry_arch_check.selection import Wishes, select
from poetry_arch_check.whole import WholeLock

if TYPE_CHECKING:
    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.packages import Locker
    from poetry.poetry import Poetry
    from tomlkit import TOMLDocument

    from poetry_arch_check.modes import Decision
    from poetry_arch_check.report import Report
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
            targets = select(config, Wishes(), around)
            rules = rules_of(config, around)
            held = HeldLocker(poetry.locker.lock, lock.unwrap())
            with progress(io, "arch-check: looking into sdists") as moved:
                check = Check(rules=rules, around=around, examiner=Examiner(poetry, progress=moved))
                report = _report(poetry, check, targets, held, lock.as_string())
                found = changes(_former(poetry, check, targets), report)
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


def _former(poetry: Poetry, check: Check, targets: tuple[Target, ...]) -> Former:
    """Return the lock that is still in its file; nothing of one that cannot be read."""
    locker = poetry.locker
    nothing = Former(versions={}, reports=None)
    if not locker.lock.exists():
        return nothing
    versions: dict[str, tuple[str, ...]] = {}
    try:
        report = _report(poetry, check, targets, locker, lock_text(locker.lock))
        for entry in locker.lock_data["package"]:
            name = canonicalize_name(entry["name"])
            versions[name] = (*versions.get(name, ()), str(entry["version"]))
    except Exception:  # noqa: BLE001 - Poetry replaces it, whatever is wrong with it
        return nothing
    return Former(versions=versions, reports=report.targets)


def _report(
    poetry: Poetry, check: Check, targets: tuple[Target, ...], locker: Locker, text: str
) -> Report:
    """Return the verdict on a lock, with all its groups and extras."""
    lock = lock_of(locker, text)
    return check.report(lock, WholeLock(poetry, locker, lock), targets)
