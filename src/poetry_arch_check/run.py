"""The pipeline: lock → plan per target → outcomes → report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check import Rules, check
from poetry_arch_check.config import read_config
from poetry_arch_check.environment import undecided
from poetry_arch_check.errors import PlanError
from poetry_arch_check.lockfile import RELOCK, read_lock
from poetry_arch_check.markers import ASSUMED_MARKERS
from poetry_arch_check.plan import Planner
from poetry_arch_check.project import configuration, surroundings
from poetry_arch_check.report import Report, TargetReport
from poetry_arch_check.selection import Wishes, select

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from packaging.utils import NormalizedName
    from poetry.poetry import Poetry

    from poetry_arch_check.config import Config
    from poetry_arch_check.lockfile import LockFile
    from poetry_arch_check.selection import Surroundings
    from poetry_arch_check.targets import Target
    from poetry_arch_check.whole import WholeLock


def run(
    poetry: Poetry,
    wishes: Wishes,
    *,
    groups: Collection[NormalizedName],
    extras: Collection[str],
    require_wheels: bool = False,
) -> Report:
    """Return the verdict on the lock of `poetry` for the targets that are asked for.

    Raises ArchCheckError where the check cannot be made. Opens no socket.
    """
    config = read_config(configuration(poetry))
    around = surroundings(poetry)
    targets = select(config, wishes, around)
    lock = read_lock(poetry.locker, poetry.pyproject.data)
    planner = Planner(poetry, lock, groups=groups, extras=extras)
    rules = rules_of(config, around, require_wheels=require_wheels)
    report = check_lock(lock, planner, targets, rules, around)
    # With options in play, an entry may be needed where nobody looked.
    notes = tuple(_unused_ignores(rules, report.targets)) if wishes == Wishes() else ()
    return replace(report, notes=notes)


def rules_of(config: Config, around: Surroundings, *, require_wheels: bool = False) -> Rules:
    """Return what counts as a problem in this project."""
    return Rules(
        require_wheels=require_wheels or config.require_wheels,
        ignores=config.ignores,
        requires=config.requires,
        pythons=tuple(python.minor for python in around.pythons),
    )


def check_lock(
    lock: LockFile,
    planner: Planner | WholeLock,
    targets: tuple[Target, ...],
    rules: Rules,
    around: Surroundings,
) -> Report:
    """Return the verdict on `lock`, in which `planner` plans, for each of `targets`.

    Raises PlanError where Poetry has no plan for any of them.
    """
    reports = tuple(_report(target, planner, rules, lock, around) for target in targets)
    failures = [report.blocked for report in reports if report.blocked and not report.planned]
    if len(failures) == len(reports):
        raise PlanError(*dict.fromkeys(failures), cure=f"{RELOCK}, or name another --python")
    return Report(lock_path=lock.path.name, lock_version=lock.version, targets=reports)


def _report(
    target: Target, planner: Planner | WholeLock, rules: Rules, lock: LockFile, around: Surroundings
) -> TargetReport:
    """Return the findings on one target, or why Poetry has no plan for it."""
    blocked = None
    if not around.allows(target.python):
        blocked = (
            f"The project does not allow Python {target.python.full}:"
            " Poetry would not install there."
        )
    try:
        packages = planner.plan(target)
    except PlanError as error:
        return TargetReport(
            target=target,
            findings=(),
            notes=target.notes,
            blocked=str(error),
            planned=False,
        )
    return TargetReport(
        target=target,
        findings=check(packages, target, rules),
        notes=(*target.notes, *_assumed_markers(target, lock)),
        blocked=blocked,
    )


def _assumed_markers(target: Target, lock: LockFile) -> Iterator[str]:
    """Yield a note for each marker variable on whose believed value the plan depends."""
    if target.current:
        return
    for variable in ASSUMED_MARKERS:
        if names := undecided(lock.markers_with(variable), variable, target):
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")  # noqa: PLR2004
            yield (
                f"Markers of {shown} depend on {variable},"
                f" which is taken to be {target.markers[variable]}."
            )


def _unused_ignores(rules: Rules, reports: tuple[TargetReport, ...]) -> Iterator[str]:
    """Yield a note for each `ignore` whose package is planned and nowhere a problem."""
    for ignore in rules.ignores:
        covered = [
            finding
            for report in reports
            for finding in report.findings
            if ignore.covers(finding.package.name, report.target)
        ]
        if covered and all(finding.ignored is None for finding in covered):
            where = f" on {ignore.target}" if ignore.target else ""
            yield f"ignore: {ignore.package} is no problem{where} any more; the entry can go."
