"""The pipeline: lock → plan → inspect → check → remedies → report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import check, needs_on, source_file
from poetry_arch_check.check.origin import ThisMachine
from poetry_arch_check.check.report import Patch, Report, TargetReport
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.errors import ArchCheckError, PlanError
from poetry_arch_check.formats.loading import uncertain_libraries
from poetry_arch_check.output.progress import no_progress
from poetry_arch_check.platforms.markers import ASSUMED_MARKERS
from poetry_arch_check.poetry_api.context import context_of
from poetry_arch_check.poetry_api.environment import undecided
from poetry_arch_check.poetry_api.lockfile import RELOCK
from poetry_arch_check.poetry_api.planning.per_target import PerTargetPlanner
from poetry_arch_check.poetry_api.requirers import LockGraph
from poetry_arch_check.poetry_api.time_limits import TimeBudget
from poetry_arch_check.remedies.plan import with_plans
from poetry_arch_check.remedying import Asking, with_remedies_on_all
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.notes import ineffective_settings
from poetry_arch_check.settings.selection import select
from poetry_arch_check.sources.inspector import Build, Inspector
from poetry_arch_check.strings import shortened
from poetry_arch_check.toolchains.need import combined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from poetry_arch_check.check.fix import Fix
    from poetry_arch_check.check.needs import SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.past_project import PastProject
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.planning.whole_lock import WholeLockPlanner
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.remedies.facts import Facts
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Context, DockerfileRef, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What all checks of a project in one run share."""

    project: Project
    context: Context
    rules: Rules
    inspector: Inspector


# --- one run of the command ---


def run(project: Project, request: Request, progress: Progress = no_progress) -> Report:
    """Return the report on the lock of `project` for the targets that are asked for.

    The network is used only to fetch sdists that have to be inspected, not when `offline`; and to
    `suggest` other versions. Raises ArchCheckError where the check cannot be made.
    """
    config = read_config(project.table)
    setup = _setup(project, config, request, progress)
    targets = select(config, request, setup.context)
    lock = project.lock()
    planner = PerTargetPlanner(project, lock, request)
    report, facts = remedied(lock, planner, targets, setup)
    # With other targets than the configured ones, an entry may be needed where it was not checked.
    notes = [*ineffective_settings(project.tool_tables, config, lock.names)]
    if not request.changes_targets:
        notes += _unused_ignores(setup.rules, report.targets)
    notes += _left_out(report, project, request, lock)
    report = replace(report, notes=tuple(notes))
    if request.suggest:
        from poetry_arch_check.upgrades.suggest import (  # noqa: PLC0415 - most runs do without
            with_suggestions,
        )

        report = with_suggestions(report, project, planner.package, progress, request.repeated)
    report = with_requirers(with_plans(report, facts), LockGraph(project, lock, request.groups))

    def again(context: Context) -> tuple[TargetReport, ...]:
        return _checked(lock, planner, select(config, request, context), setup)[0]

    patches = _patches(report.targets, config, request, setup.context, again)
    report = replace(report, patches=patches)
    if request.against is None:
        return report
    from poetry_arch_check.against import compared  # noqa: PLC0415 - most runs do without

    def check_at(
        past: PastProject, lock: LockFile, request: Request, context: Context
    ) -> tuple[TargetReport, ...]:
        planner = PerTargetPlanner(past, lock, request)
        return _checked(lock, planner, select(config, request, context), setup)[0]

    return compared(report, project, request, setup.context, check_at)


def run_fix(project: Project, request: Request, progress: Progress = no_progress) -> Fix:
    """Return the nearest lock with as few problems as possible; nothing is written.

    Raises ArchCheckError where the check cannot be made.
    """
    from poetry_arch_check.upgrades.fix import find_fix  # noqa: PLC0415 - most runs do without

    config = read_config(project.table)
    setup = _setup(project, config, request, progress)
    targets = select(config, request, setup.context)

    def check_lock(lock: LockFile) -> tuple[Report, PackageOf]:
        planner = PerTargetPlanner(project, lock, request)
        return report_on(lock, planner, targets, setup), planner.package

    return find_fix(project, check_lock, progress, request.repeated)


def _setup(project: Project, config: Config, request: Request, progress: Progress) -> Setup:
    return Setup(
        project=project,
        context=context_of(project),
        rules=rules_of(config, require_wheels=request.require_wheels),
        inspector=Inspector(
            project, offline=request.offline, budget=TimeBudget(), progress=progress
        ),
    )


def rules_of(config: Config, *, require_wheels: bool = False) -> Rules:
    """Return what counts as a problem in this project."""
    return Rules(
        require_wheels=require_wheels or config.require_wheels,
        ignores=config.ignores,
        requires=config.requires,
    )


# --- one lock ---


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
    reports, inspections = _checked(lock, planner, targets, setup)
    asking = asking_of(setup, lock, planner.package, planner)
    reports, facts = with_remedies_on_all(reports, inspections, asking)
    report = Report(lock_path=lock.path.name, lock_version=lock.version, targets=reports)
    return report, facts


def _checked(
    lock: LockFile,
    planner: PerTargetPlanner | WholeLockPlanner,
    targets: tuple[Target, ...],
    setup: Setup,
) -> tuple[tuple[TargetReport, ...], list[dict[LockedPackage, SourceInspection]]]:
    """Return a report for each of `targets`, without remedies, and the inspections behind it.

    Raises PlanError where Poetry has no plan for any of the targets.
    """
    plans = [_plan(target, planner, setup.context) for target in targets]
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
    target: Target, planner: PerTargetPlanner | WholeLockPlanner, context: Context
) -> tuple[LockedPackage, ...] | PlanError:
    """Return what is planned on `target`, or why Poetry has no plan for it.

    For a Python that the project does not allow, that is the reason, whatever a solver says.
    """
    try:
        return planner.plan(target)
    except PlanError as error:
        if forbidden := _forbidden_python(target, context):
            allowed = ", ".join(f"3.{minor}" for minor in context.minors) or "none that is known"
            return PlanError(forbidden, hint=f"it allows {allowed}")
        return error


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
            *_assumed_markers(target, lock),
            *uncertain_libraries(findings, target),
        ),
        blocked=_forbidden_python(target, setup.context),
    )


def with_requirers(report: Report, graph: LockGraph) -> Report:
    """Return `report` with who brings in what on each target."""
    return replace(
        report,
        targets=tuple(
            replace(
                target,
                requirers=graph.requirers(
                    target.target, (finding.package.name for finding in target.findings)
                ),
            )
            for target in report.targets
        ),
    )


# --- what the report says beside the findings ---


def _forbidden_python(target: Target, context: Context) -> str | None:
    if context.allows(target.python):
        return None
    full = target.python.full
    return f"The project does not allow Python {full}: Poetry would not install there."


def _assumed_markers(target: Target, lock: LockFile) -> Iterator[str]:
    """Yield a note for each marker variable on whose assumed value the plan depends."""
    if target.current:
        return
    for variable in ASSUMED_MARKERS:
        if names := undecided(lock.markers_with(variable), variable, target):
            yield (
                f"Markers of {shortened(names, more='…')} depend on {variable},"
                f" which is assumed to be {target.markers[variable]}."
            )


def _left_out(report: Report, project: Project, request: Request, lock: LockFile) -> Iterator[str]:
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
        more = f"{len(planned)} of {len(lock.names)} locked packages are planned"
        yield f"{more}; {' and '.join(options)} would plan more."


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
            yield f'ignore: "{ignore.package}" is no longer a problem{where}; remove the entry.'


# --- the patch of a Dockerfile ---


def _patches(
    reports: tuple[TargetReport, ...],
    config: Config,
    request: Request,
    context: Context,
    again: Callable[[Context], tuple[TargetReport, ...]],
) -> tuple[Patch, ...]:
    """Return a patch for each Dockerfile that was read; `again` checks what a context reads."""
    configured = (target.dockerfile for target in config.targets)
    refs = {ref.path: ref for ref in (request.dockerfile, *configured) if ref is not None}
    by_path = _by_dockerfile(reports)
    if not by_path:
        return ()
    from poetry_arch_check.remedies.dockerfile_patch import patch  # noqa: PLC0415 - as above

    def with_text(path: str, text: str) -> list[TargetReport] | None:
        """Return the reports where the Dockerfile is `text`, None where it cannot be read so."""

        def read(ref: DockerfileRef) -> str:
            return text if ref.path == path else context.read(ref)

        try:
            return _by_dockerfile(again(replace(context, read=read))).get(path)
        except ArchCheckError:
            return None

    return tuple(
        patch(context.read(refs[path]), path, found, partial(with_text, path))
        for path, found in by_path.items()
    )


def _by_dockerfile(reports: Iterable[TargetReport]) -> dict[str, list[TargetReport]]:
    by_path: dict[str, list[TargetReport]] = {}
    for report in reports:
        if report.target.step:
            by_path.setdefault(report.target.step.path, []).append(report)
    return by_path
