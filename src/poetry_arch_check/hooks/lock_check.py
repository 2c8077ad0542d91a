"""What the lock hook checks: a lock before it is written, compared with the one it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.check.regressions import PreviousLock, changes
from poetry_arch_check.formats.hook import render_lock
from poetry_arch_check.formats.view import View
from poetry_arch_check.hooks.session import Result, Session, incomplete
from poetry_arch_check.pipeline.one_lock import remedied
from poetry_arch_check.poetry_api.lockfile import lock_of, lock_of_document, lock_text
from poetry_arch_check.poetry_api.planning.whole_lock import WholeLockPlanner
from poetry_arch_check.remedies.plan import with_plans
from poetry_arch_check.settings.request import Request
from poetry_arch_check.settings.selection import select

if TYPE_CHECKING:
    from poetry.console.commands.installer_command import InstallerCommand
    from tomlkit import TOMLDocument

    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.pipeline.setup import Setup
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.remedies.facts import Facts
    from poetry_arch_check.settings.modes import Decision


def check_lock(
    command: InstallerCommand,
    document: TOMLDocument,
    decision: Decision,
    reported: set[str],
    *,
    located: bool,
) -> int:
    """Report what the lock in `document` makes worse; return the exit code, 0 to go on.

    `reported` are the failures that were reported already; `located` says that the lock will
    stand in its file, with the lines that it has.
    """
    session = Session(command, decision, reported)

    def checked(progress: Progress) -> Result:
        config = session.config()
        if not config.targets:
            return Result()
        setup = session.setup(config, progress)
        targets = select(config, Request(), setup.context)
        lock = lock_of_document(session.project.lock_path, document)
        report = with_plans(*_remedied(session.project, lock, targets, setup))
        found = changes(_previous(session.project, targets, setup), report)
        text = ""
        if found.worse or found.standing:
            view = View(colour=session.coloured, lock_path=report.lock_path)
            text = render_lock(report, found, view, decision, located=located)
        return Result(text=text, problems=bool(found.worse), failure=incomplete(*report.targets))

    return session.run(checked)


def _previous(project: Project, targets: tuple[Target, ...], setup: Setup) -> PreviousLock:
    """Return the lock that is still in its file; an empty one where it cannot be read."""
    locker = project.locker
    nothing = PreviousLock(versions={}, reports=None)
    if not locker.lock.exists():
        return nothing
    versions: dict[str, tuple[str, ...]] = {}
    try:
        lock = lock_of(locker, lock_text(locker.lock))
        report, _ = _remedied(project, lock, targets, setup)
        for entry in locker.lock_data["package"]:
            name = canonicalize_name(entry["name"])
            versions[name] = (*versions.get(name, ()), str(entry["version"]))
    except Exception:  # noqa: BLE001 - Poetry replaces it, whatever is wrong with it
        return nothing
    return PreviousLock(versions=versions, reports=report.targets)


def _remedied(
    project: Project, lock: LockFile, targets: tuple[Target, ...], setup: Setup
) -> tuple[Report, tuple[Facts, ...]]:
    """Return the report on a lock, with all its groups and extras, and what is known of targets."""
    return remedied(lock, WholeLockPlanner(project, lock), targets, setup)
