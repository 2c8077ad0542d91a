"""What is said of a lock before it is written, compared with the one that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.check.changes import PreviousLock, changes
from poetry_arch_check.formats.hook import render_lock
from poetry_arch_check.formats.view import View
from poetry_arch_check.hooks.faults import incomplete, report_failure
from poetry_arch_check.hooks.session import settings
from poetry_arch_check.output.console import escaped_log_records, progress, write_block
from poetry_arch_check.pipeline import Check, rules_of
from poetry_arch_check.poetry_api.lockers import HeldLocker
from poetry_arch_check.poetry_api.lockfile import lock_of, lock_text
from poetry_arch_check.poetry_api.planning.whole_lock import WholeLockPlanner
from poetry_arch_check.poetry_api.project import context_of
from poetry_arch_check.settings.request import Request
from poetry_arch_check.settings.selection import select
from poetry_arch_check.sources.inspector import Inspector

if TYPE_CHECKING:
    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.packages import Locker
    from poetry.poetry import Poetry
    from tomlkit import TOMLDocument

    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.settings.modes import Decision


def check_lock(
    command: InstallerCommand,
    lock: TOMLDocument,
    decision: Decision,
    reported: set[str],
    *,
    located: bool,
) -> int:
    """Say what `lock` makes worse; return the exit code, 0 to go on.

    `reported` are the faults that were said already; `located` says that the lock will stand in
    its file, with the lines that it has.
    """
    io, poetry = command.io, command.poetry
    try:
        with escaped_log_records():
            config = settings(poetry)
            if not config.targets:
                return 0
            context = context_of(poetry, command.env)
            targets = select(config, Request(), context)
            rules = rules_of(config)
            held = HeldLocker(poetry.locker.lock, lock.unwrap())
            with progress(io, "arch-check: looking into sdists") as moved:
                check = Check(
                    rules=rules, context=context, inspector=Inspector(poetry, progress=moved)
                )
                report = _report(poetry, check, targets, held, lock.as_string())
                found = changes(_previous(poetry, check, targets), report)
        if found.worse or found.standing:
            view = View(colour=io.error_output.is_decorated(), lock_path=report.lock_path)
            write_block(io, render_lock(report, found, view, decision, located=located))
        if found.worse and decision.stops:
            return 1
        if error := incomplete(*report.targets):
            return report_failure(io, error, decision, reported)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what it costs
        return report_failure(io, error, decision, reported)
    return 0


def _previous(poetry: Poetry, check: Check, targets: tuple[Target, ...]) -> PreviousLock:
    """Return the lock that is still in its file; nothing of one that cannot be read."""
    locker = poetry.locker
    nothing = PreviousLock(versions={}, reports=None)
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
    return PreviousLock(versions=versions, reports=report.targets)


def _report(
    poetry: Poetry, check: Check, targets: tuple[Target, ...], locker: Locker, text: str
) -> Report:
    """Return the verdict on a lock, with all its groups and extras."""
    lock = lock_of(locker, text)
    return check.report(lock, WholeLockPlanner(poetry, locker, lock), targets)
