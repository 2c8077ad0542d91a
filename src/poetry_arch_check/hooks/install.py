"""The install hook: what is about to be installed, against the environment it goes into."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import check as check_packages
from poetry_arch_check.check.check import source_file
from poetry_arch_check.check.report import TargetReport
from poetry_arch_check.formats.hook import render_install
from poetry_arch_check.formats.view import View
from poetry_arch_check.hooks.faults import incomplete, report_failure
from poetry_arch_check.hooks.session import settings
from poetry_arch_check.output.console import escaped_log_records, progress, write_block
from poetry_arch_check.pipeline import Check, rules_of
from poetry_arch_check.poetry_api.lockfile import LockFile, lock_of, lock_text
from poetry_arch_check.poetry_api.planning.entries import Entries
from poetry_arch_check.poetry_api.project import context_of
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.settings.selection import at_hand
from poetry_arch_check.sources.built_wheels import BuiltWheels
from poetry_arch_check.sources.inspector import Inspector
from poetry_arch_check.toolchains.toolchain import EVERYTHING

if TYPE_CHECKING:
    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.core.packages.package import Package
    from poetry.installation.operations.operation import Operation

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.settings.modes import Decision


def check(
    command: InstallerCommand, operations: list[Operation], decision: Decision, reported: set[str]
) -> int:
    """Check what `operations` install, say what is wrong; return the exit code, 0 to go on.

    `reported` are the faults that were said already.
    """
    io = command.io
    try:
        with escaped_log_records():
            lock = _lock(command)
            report = _report(command, [operation.package for operation in operations], lock)
        view = View(colour=io.error_output.is_decorated(), lock_path=lock.path.name)
        if report.problems:
            located = bool(lock.lines)
            write_block(io, render_install(report, view, decision, located=located))
            return 1 if decision.stops else 0
        if error := incomplete(report):
            return report_failure(io, error, decision, reported)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what it costs
        return report_failure(io, error, decision, reported)
    return 0


def _lock(command: InstallerCommand) -> LockFile:
    """Return the lock that the packages were read from; one without lines if they were not."""
    locker = command.poetry.locker
    if command.installer.is_updating():
        return LockFile(path=locker.lock)
    return lock_of(locker, lock_text(locker.lock))


def _report(command: InstallerCommand, packages: list[Package], lock: LockFile) -> TargetReport:
    poetry, env = command.poetry, command.env
    config = settings(poetry)
    context = context_of(poetry, env)
    rules = rules_of(config)
    entries = Entries(poetry, lock)
    locked = {entries.of(package): package for package in packages}
    # The machine is looked at only where something has to be built.
    target = at_hand(config, context, EVERYTHING)
    built = BuiltWheels(poetry, env)
    done = {
        entry
        for entry, package in locked.items()
        for builds, file in [source_file(entry, target)]
        if builds and built.has(package, file)
    }
    project = entries.project() if command.name in {"install", "sync"} else None
    if project and not command.option("no-root"):
        locked[project] = entries.package(project)
    waiting = [entry for entry in locked if entry not in done]
    with progress(command.io, "arch-check: looking into sdists") as moved:
        checking = Check(rules=rules, context=context, inspector=Inspector(poetry, progress=moved))
        (inspected,) = checking.inspected([(target, waiting)], locked.__getitem__)
    findings = check_packages(locked, target, rules, inspected)
    if any(finding.needs and finding.needs.requires for finding in findings):
        target = at_hand(config, context)
        findings = check_packages(locked, target, rules, inspected)

    def settled(finding: Finding) -> Finding:
        return replace(finding, problem=False) if finding.package in done else finding

    findings = with_remedies(map(settled, findings), target, pythons=context.minors)
    return TargetReport(target=target, findings=findings)
