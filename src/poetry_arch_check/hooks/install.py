"""The install hook: what is about to be installed, against the environment it goes into."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import check, source_file
from poetry_arch_check.check.report import TargetReport
from poetry_arch_check.formats.hook import render_install
from poetry_arch_check.formats.view import View
from poetry_arch_check.hooks.session import Result, Session, incomplete
from poetry_arch_check.pipeline.one_lock import asking_of, inspect, with_needs_looked_for
from poetry_arch_check.poetry_api.lockfile import LockFile, lock_of, lock_text
from poetry_arch_check.poetry_api.planning.entries import Entries
from poetry_arch_check.remedies.machine import Machine
from poetry_arch_check.remedies.plan import plan_of
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.settings.selection import at_hand
from poetry_arch_check.sources.built_wheels import BuiltWheels
from poetry_arch_check.toolchains.toolchain import EVERYTHING

if TYPE_CHECKING:
    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.core.packages.package import Package
    from poetry.installation.operations.operation import Operation

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.settings.modes import Decision


def check_operations(
    command: InstallerCommand, operations: list[Operation], decision: Decision, reported: set[str]
) -> int:
    """Check what `operations` install, and report problems; return the exit code, 0 to go on.

    `reported` are the failures that were reported already.
    """
    session = Session(command, decision, reported)

    def checked(progress: Progress) -> Result:
        lock = _lock(session)
        report = _report(session, [operation.package for operation in operations], lock, progress)
        if not report.problems:
            return Result(failure=incomplete(report))
        view = View(colour=session.coloured, lock_path=lock.path.name)
        located = bool(lock.lines)
        return Result(text=render_install(report, view, decision, located=located), problems=True)

    return session.run(checked)


def _lock(session: Session) -> LockFile:
    """Return the lock that the packages were read from; one without lines if they were not."""
    locker = session.project.locker
    if session.command.installer.is_updating():
        return LockFile(locker=locker)
    return lock_of(locker, lock_text(locker.lock))


def _report(
    session: Session, packages: list[Package], lock: LockFile, progress: Progress
) -> TargetReport:
    config = session.config()
    setup = session.setup(config, progress)
    entries = Entries(session.project, lock)
    locked = {entries.of(package): package for package in packages}
    # The machine is looked at only where something has to be built.
    target = at_hand(config, setup.context, EVERYTHING)
    built = BuiltWheels(session.project, session.command.env)
    done = {
        entry
        for entry, package in locked.items()
        for builds, file in [source_file(entry, target)]
        if builds and built.has(package, file)
    }
    locked |= _project(session, entries)
    waiting = [entry for entry in locked if entry not in done]
    (inspected,) = inspect([(target, waiting)], locked.__getitem__, setup)
    findings = check(locked, target, setup.rules, inspected)
    if any(finding.needs and finding.needs.requires for finding in findings):
        target = at_hand(config, setup.context)
        target = with_needs_looked_for(target, locked, inspected, setup)
        findings = check(locked, target, setup.rules, inspected)
    settled = tuple(
        replace(finding, problem=False) if finding.package in done else finding
        for finding in findings
    )
    asking = asking_of(setup, lock, locked.__getitem__)
    facts = asking.facts(settled, inspected, ((target, settled),))
    report = TargetReport(target=target, findings=with_remedies(settled, target, facts))
    return replace(report, plan=plan_of(Machine.of(report, facts)))


def _project(session: Session, entries: Entries) -> dict[LockedPackage, Package]:
    """Return the project itself, where the command installs it and that builds something."""
    command = session.command
    entry = entries.project if command.name in {"install", "sync"} else None
    if entry is None or command.option("no-root"):
        return {}
    return {entry: entries.package(entry)}
