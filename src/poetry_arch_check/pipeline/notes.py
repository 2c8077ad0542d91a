"""What a report says beside its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.needs import Basis
from poetry_arch_check.platforms.markers import ASSUMED_MARKERS
from poetry_arch_check.poetry_api.environment import undecided
from poetry_arch_check.strings import listed, shortened
from poetry_arch_check.toolchains.libraries import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding, Report, TargetReport
    from poetry_arch_check.check.rules import Rules
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.settings.request import Context, Request


def forbidden_python(target: Target, context: Context) -> str | None:
    """Return that Poetry refuses to install with the Python of `target`, None if it does not."""
    if context.allows(target.python):
        return None
    full = target.python.full
    return f"The project does not allow Python {full}: Poetry would not install there."


def planned_as(target: Target, other: Python) -> str:
    """Return that what is installed on `target` is taken to be the same as with another Python."""
    return (
        f"What would be installed with Python {target.python.short} is taken to be the same as with"
        f" {other.short}, which the project allows: this lock does not tell."
    )


def assumed_markers(target: Target, lock: LockFile) -> Iterator[str]:
    """Yield a note for each marker variable on whose assumed value the plan depends."""
    if target.current:
        return
    for variable in ASSUMED_MARKERS:
        if names := undecided(lock.markers_with(variable), variable, target):
            yield (
                f"Markers of {shortened(names, more='…')} depend on {variable},"
                f" which is assumed to be {target.markers[variable]}."
            )


def assumed_needs(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a note for each reason why sources were not inspected: what they take is assumed."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        needs = finding.needs
        if needs and needs.not_inspected and needs.basis is Basis.ASSUMED:
            requires = listed(map(label_of, needs.requires))
            names = reasons.setdefault((needs.not_inspected, requires), [])
            names.append(f"{finding.package.name} {finding.package.version}")
    for (reason, requires), names in reasons.items():
        yield (
            f"Not inspected: {shortened(names, more=f'{len(names)} in all')} ({reason});"
            f" {requires} is assumed."
        )


def left_out(report: Report, project: Project, request: Request, lock: LockFile) -> Iterator[str]:
    """Yield a note where groups or extras are left out that the lock has packages for."""
    planned = {finding.package.name for target in report.targets for finding in target.findings}
    package = project.package
    groups = package.dependency_group_names(include_optional=True) - request.groups
    options = (
        *(("--all-groups",) if groups else ()),
        *(("--all-extras",) if set(package.extras) - set(request.extras) else ()),
    )
    chosen_elsewhere = any(target.target.step for target in report.targets)
    if options and not chosen_elsewhere and len(planned) < len(lock.names):
        more = f"{len(planned)} of {len(lock.names)} locked packages would be installed"
        yield f"{more}; more with {' and '.join(options)}."


def unused_ignores(rules: Rules, reports: tuple[TargetReport, ...]) -> Iterator[str]:
    """Yield a note for each `ignore` whose package is installed and nowhere a problem."""
    for ignore in rules.ignores:
        covered = [
            finding
            for report in reports
            for finding in report.findings
            if ignore.covers(finding.package.name, report.target)
        ]
        if covered and all(finding.ignored is None for finding in covered):
            where = f" on {ignore.target}" if ignore.target else ""
            yield f'ignore: "{ignore.package}" is no longer a problem{where}; remove the entry.'
