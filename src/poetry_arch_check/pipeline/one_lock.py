"""One lock: plan → inspect → check → remedies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import check, needs_on, source_file
from poetry_arch_check.check.origin import ThisMachine
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.errors import PlanError
from poetry_arch_check.formats.loading import uncertain_libraries
from poetry_arch_check.pipeline.notes import (
    assumed_markers,
    assumed_needs,
    forbidden_python,
    planned_as,
)
from poetry_arch_check.poetry_api.lockfile import RELOCK
from poetry_arch_check.remedying import Asking, with_remedies_on_all
from poetry_arch_check.sources.inspector import Build
from poetry_arch_check.toolchains.need import combined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.check.needs import SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.pipeline.setup import Setup
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.planning.per_target import PerTargetPlanner
    from poetry_arch_check.poetry_api.planning.whole_lock import WholeLockPlanner
    from poetry_arch_check.remedies.facts import Facts


def report_on(
    lock: LockFile,
    planner: PerTargetPlanner | WholeLockPlanner,
    targets: tuple[Target, ...],
    setup: Setup,
) -> Report:
    """Return the report on `lock`, which `planner` plans, for each of `targets`.

    Raises PlanError where Poetry has no plan for any of the targets.
    """
    return remedied(lock, planner, targets, setup)[0]


def remedied(
    lock: LockFile,
    planner: PerTargetPlanner | WholeLockPlanner,
    targets: tuple[Target, ...],
    setup: Setup,
) -> tuple[Report, tuple[Facts, ...]]:
    """Return the report as `report_on` does, and what is known of each target."""
    reports, inspections = checked(lock, planner, targets, setup)
    asking = asking_of(setup, lock, planner.package, planner)
    reports, facts = with_remedies_on_all(reports, inspections, asking)
    report = Report(lock_path=lock.path.name, lock_version=lock.version, targets=reports)
    return report, facts


def checked(
    lock: LockFile,
    planner: PerTargetPlanner | WholeLockPlanner,
    targets: tuple[Target, ...],
    setup: Setup,
) -> tuple[tuple[TargetReport, ...], list[dict[LockedPackage, SourceInspection]]]:
    """Return a report for each of `targets`, without remedies, and the inspections behind it.

    Raises PlanError where Poetry has no plan for any of the targets.
    """
    stand_ins = [_stand_in(target, planner, setup) for target in targets]
    targets = tuple(
        replace(target, notes=(*target.notes, planned_as(target, other))) if other else target
        for target, other in zip(targets, stand_ins, strict=True)
    )
    plans = [_plan(target, planner, setup) for target in targets]
    _raise_if_all_failed(plans)
    entries = [() if isinstance(plan, PlanError) else plan for plan in plans]
    inspections = inspect(zip(targets, entries, strict=True), planner.package, setup)
    reports = tuple(
        _target_report(target, plan, inspected, lock, setup)
        for target, plan, inspected in zip(targets, plans, inspections, strict=True)
    )
    return reports, inspections


def asking_of(
    setup: Setup,
    lock: LockFile,
    package_of: PackageOf,
    planner: PerTargetPlanner | WholeLockPlanner | None = None,
) -> Asking:
    """Return whom remedies ask; without a `planner`, no other target is planned."""
    return Asking(
        project=setup.project,
        lock=lock,
        planner=planner,
        package_of=package_of,
        inspector=setup.inspector,
        rules=setup.rules,
        pythons=setup.context.minors,
    )


def inspect(
    planned: Iterable[tuple[Target, Iterable[LockedPackage]]], package_of: PackageOf, setup: Setup
) -> list[dict[LockedPackage, SourceInspection]]:
    """Return, for each target, the inspections of the sources that are built there.

    What the configuration knows is not inspected. `package_of` returns Poetry's package.
    """
    builds = [
        [
            Build(target=target, entry=entry, file=file, package=package_of(entry))
            for entry in entries
            for built, file in [source_file(entry, target)]
            if built and entry.name not in setup.rules.requires
        ]
        for target, entries in planned
    ]
    results = iter(setup.inspector.inspect_all(each for of_target in builds for each in of_target))
    return [{build.entry: next(results) for build in of_target} for of_target in builds]


def with_needs_looked_for(
    target: Target,
    entries: Iterable[LockedPackage],
    inspected: Mapping[LockedPackage, SourceInspection],
    setup: Setup,
) -> Target:
    """Return `target`, the machine at hand, with what the builds of `entries` need looked for."""
    if target.inventory is None:
        return target
    needs = combined(
        need
        for entry in entries
        if source_file(entry, target)[0]
        for need in needs_on(target, entry, setup.rules, inspected.get(entry)).requires
    )
    if not needs:
        return target
    inventory = setup.context.look_for(target.inventory, needs)
    origin = ThisMachine(inventory=inventory)
    return replace(target, toolchain=inventory.toolchain, origin=origin)


def _plan(
    target: Target, planner: PerTargetPlanner | WholeLockPlanner, setup: Setup
) -> tuple[LockedPackage, ...] | PlanError:
    """Return what is planned on `target`, or why Poetry has no plan for it.

    For a Python that the project does not allow, that is the reason, whatever a solver says.
    """
    context = setup.context
    nearest = _stand_in(target, planner, setup)
    try:
        return planner.plan(target.moved(target.platform, nearest) if nearest else target)
    except PlanError as error:
        if forbidden := forbidden_python(target, context):
            allowed = ", ".join(f"3.{minor}" for minor in context.minors) or "none that is known"
            return PlanError(forbidden, hint=f"it allows {allowed}")
        return error


def _stand_in(
    target: Target, planner: PerTargetPlanner | WholeLockPlanner, setup: Setup
) -> Python | None:
    """Return the Python with which `target` is planned, None for its own.

    For one that the project does not allow, Poetry's solver may have no plan.
    """
    if not setup.ahead or setup.context.allows(target.python):
        return None
    try:
        planner.plan(target)
    except PlanError:
        return setup.context.nearest(target.python)
    return None


def _raise_if_all_failed(plans: list[tuple[LockedPackage, ...] | PlanError]) -> None:
    failures = [plan for plan in plans if isinstance(plan, PlanError)]
    if len(failures) == len(plans):
        hint = next((failure.hint for failure in failures if failure.hint), None)
        problems = dict.fromkeys(map(str, failures))
        raise PlanError(*problems, hint=hint or f"{RELOCK}, or name another --python")


def _target_report(
    target: Target,
    plan: tuple[LockedPackage, ...] | PlanError,
    inspected: dict[LockedPackage, SourceInspection],
    lock: LockFile,
    setup: Setup,
) -> TargetReport:
    if isinstance(plan, PlanError):
        return TargetReport(
            target=target, findings=(), notes=target.notes, blocked=str(plan), planned=False
        )
    target = with_needs_looked_for(target, plan, inspected, setup)
    findings: tuple[Finding, ...] = check(plan, target, setup.rules, inspected)
    return TargetReport(
        target=target,
        findings=findings,
        notes=(
            *target.notes,
            *assumed_markers(target, lock),
            *assumed_needs(findings),
            *uncertain_libraries(findings, target),
        ),
        blocked=forbidden_python(target, setup.context),
    )
