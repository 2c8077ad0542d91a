"""One run of the command: lock → plan → inspect → check → remedies → report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.output.progress import no_progress
from poetry_arch_check.pipeline.notes import left_out, unused_ignores
from poetry_arch_check.pipeline.one_lock import checked, remedied, report_on
from poetry_arch_check.pipeline.patches import patches_of
from poetry_arch_check.pipeline.setup import setup_of
from poetry_arch_check.poetry_api.planning.per_target import PerTargetPlanner
from poetry_arch_check.poetry_api.requirers import LockGraph
from poetry_arch_check.remedies.plan import with_plans
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.notes import ineffective_settings
from poetry_arch_check.settings.selection import select

if TYPE_CHECKING:
    from poetry_arch_check.check.fix import Fix
    from poetry_arch_check.check.report import Report, TargetReport
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.past_project import PastProject
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.settings.request import Context, Request


def run(project: Project, request: Request, progress: Progress = no_progress) -> Report:
    """Return the report on the lock of `project` for the targets that are asked for.

    The network is used only to fetch sdists that have to be inspected, not when `offline`; and to
    `suggest` other versions. Raises ArchCheckError where the check cannot be made.
    """
    config = read_config(project.table)
    setup = setup_of(project, config, request, progress)
    targets = select(config, request, setup.context)
    lock = project.lock()
    planner = PerTargetPlanner(project, lock, request)
    report, facts = remedied(lock, planner, targets, setup)
    # With other targets than the configured ones, an entry may be needed where it was not checked.
    notes = [*ineffective_settings(project.tool_tables, config, lock.names)]
    if not request.changes_targets:
        notes += unused_ignores(setup.rules, report.targets)
    notes += left_out(report, project, request, lock)
    report = replace(report, notes=tuple(notes))
    if request.suggest:
        report = _with_versions(report, project, planner.package, progress, request)
    report = with_requirers(with_plans(report, facts), LockGraph(project, lock, request.groups))

    def again(context: Context) -> tuple[TargetReport, ...]:
        return checked(lock, planner, select(config, request, context), setup)[0]

    patches = patches_of(report.targets, config, request, setup.context, again)
    report = replace(report, patches=patches)
    if request.against is None:
        return report
    from poetry_arch_check.against import compared  # noqa: PLC0415 - most runs do without

    def check_at(
        past: PastProject, lock: LockFile, request: Request, context: Context
    ) -> tuple[TargetReport, ...]:
        planner = PerTargetPlanner(past, lock, request)
        return checked(lock, planner, select(config, request, context), setup)[0]

    return compared(report, project, request, setup.context, check_at)


def _with_versions(
    report: Report, project: Project, package_of: PackageOf, progress: Progress, request: Request
) -> Report:
    """Return `report` with other versions, and what it takes to move to Pythons.

    To those that are named, and that of an image that the project does not allow.
    """
    # Most runs do without.
    from poetry_arch_check.upgrades.asking import Asking  # noqa: PLC0415
    from poetry_arch_check.upgrades.readiness import readiness_of  # noqa: PLC0415
    from poetry_arch_check.upgrades.suggest import with_suggestions  # noqa: PLC0415

    asking = Asking(project, report, request.repeated)
    found = with_suggestions(report, asking, package_of, progress)
    moving = tuple(each for each in report.targets if request.pythons or each.blocked)
    concerned = replace(report, targets=moving)
    readiness = readiness_of(concerned, project, asking, package_of, progress)
    return replace(found, readiness=readiness)


def run_fix(project: Project, request: Request, progress: Progress = no_progress) -> Fix:
    """Return the nearest lock with as few problems as possible; nothing is written.

    Raises ArchCheckError where the check cannot be made.
    """
    from poetry_arch_check.upgrades.fix import find_fix  # noqa: PLC0415 - most runs do without

    config = read_config(project.table)
    setup = setup_of(project, config, request, progress)
    targets = select(config, request, setup.context)

    def check_lock(lock: LockFile) -> tuple[Report, PackageOf]:
        planner = PerTargetPlanner(project, lock, request)
        return report_on(lock, planner, targets, setup), planner.package

    return find_fix(project, check_lock, progress, request.repeated)


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
