"""The pipeline: lock → plan per target → outcomes → report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import check, source_file
from poetry_arch_check.check.report import Patch, Report, TargetReport
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.errors import PlanError
from poetry_arch_check.output.progress import nothing
from poetry_arch_check.platforms.markers import ASSUMED_MARKERS
from poetry_arch_check.poetry_api.environment import undecided
from poetry_arch_check.poetry_api.lockers import HeldLocker
from poetry_arch_check.poetry_api.lockfile import RELOCK, lock_of, read_lock
from poetry_arch_check.poetry_api.planning.per_target import PerTargetPlanner
from poetry_arch_check.poetry_api.project import configuration, context_of
from poetry_arch_check.remedies.dockerfile_patch import patch
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.remedies.toolchain import toolchain_remedies_at_once
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.request import Request
from poetry_arch_check.settings.selection import select
from poetry_arch_check.sources.inspector import Build, Inspector
from poetry_arch_check.upgrades.suggest import with_suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from packaging.utils import NormalizedName
    from poetry.core.packages.package import Package
    from poetry.poetry import Poetry
    from tomlkit import TOMLDocument

    from poetry_arch_check.check.needs import SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.planning.whole_lock import WholeLockPlanner
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One way of looking at locks of a project: by which rules, and with which eyes."""

    rules: Rules
    context: Context
    inspector: Inspector

    def report(
        self,
        lock: LockFile,
        planner: PerTargetPlanner | WholeLockPlanner,
        targets: tuple[Target, ...],
    ) -> Report:
        """Return the verdict on `lock`, in which `planner` plans, for each of `targets`.

        Raises PlanError where Poetry has no plan for any of the targets.
        """
        plans = [_plan(target, planner) for target in targets]
        failures = [plan for plan in plans if isinstance(plan, PlanError)]
        if len(failures) == len(plans):
            hint = next((failure.hint for failure in failures if failure.hint), None)
            problems = dict.fromkeys(map(str, failures))
            raise PlanError(*problems, hint=hint or f"{RELOCK}, or name another --python")
        entries = [() if isinstance(plan, PlanError) else plan for plan in plans]
        inspected = self.inspected(zip(targets, entries, strict=True), planner.package)
        reports = []
        for target, plan, of_target in zip(targets, plans, inspected, strict=True):
            if isinstance(plan, PlanError):
                blocked = _Blocked(why=str(plan), planned=False)
                reports.append(_report(target, (), target.notes, blocked))
                continue
            findings = with_remedies(
                check(plan, target, self.rules, of_target), target, pythons=self.context.minors
            )
            notes = (*target.notes, *_assumed_markers(target, lock))
            reports.append(_report(target, findings, notes, self._refused(target)))
        return Report(lock_path=lock.path.name, lock_version=lock.version, targets=tuple(reports))

    def inspected(
        self,
        planned: Iterable[tuple[Target, Iterable[LockedPackage]]],
        package_of: Callable[[LockedPackage], Package],
    ) -> list[dict[LockedPackage, SourceInspection]]:
        """Return, for each target, what comes of looking into the sources of what is built there.

        What the configuration knows is not looked into. `package_of` returns Poetry's package.
        """
        builds = [
            [
                Build(target=target, entry=entry, file=file, package=package_of(entry))
                for entry in entries
                for built, file in [source_file(entry, target)]
                if built and entry.name not in self.rules.requires
            ]
            for target, entries in planned
        ]
        results = iter(
            self.inspector.inspect_all(each for of_target in builds for each in of_target)
        )
        return [{build.entry: next(results) for build in of_target} for of_target in builds]

    def _refused(self, target: Target) -> _Blocked | None:
        if self.context.allows(target.python):
            return None
        full = target.python.full
        return _Blocked(
            why=f"The project does not allow Python {full}: Poetry would not install there.",
            planned=True,
        )


class Checker:
    """Looks at the lock of a project, and at others that it might have, in one way."""

    def __init__(  # noqa: PLR0913 - one for each option
        self,
        poetry: Poetry,
        request: Request,
        *,
        groups: Collection[NormalizedName],
        extras: Collection[str],
        asked: bool = False,
        require_wheels: bool = False,
        offline: bool = False,
        progress: Progress = nothing,
    ) -> None:
        """Prepare; `groups` and `extras` count for Dockerfiles, too, if they were `asked` for.

        Raises ArchCheckError where the check cannot be made.
        """
        self._poetry = poetry
        self._groups, self._extras, self._asked = groups, extras, asked
        self.config = read_config(configuration(poetry))
        self.context = context_of(poetry)
        self._targets = select(self.config, request, self.context)
        self.rules = rules_of(self.config, require_wheels=require_wheels)
        inspector = Inspector(poetry, offline=offline, progress=progress)
        self._check = Check(rules=self.rules, context=self.context, inspector=inspector)

    def at(
        self, document: TOMLDocument | None = None
    ) -> tuple[Report, Callable[[LockedPackage], Package]]:
        """Return the verdict on the lock in its file, or on `document` instead of it.

        With it, what returns Poetry's package for an entry.
        """
        poetry, locker = self._poetry, self._poetry.locker
        if document is None:
            lock = read_lock(locker, poetry.pyproject.data)
        else:
            held = HeldLocker(locker.lock, document.unwrap())
            lock = lock_of(held, document.as_string())
            poetry.set_locker(held)
        try:
            planner = PerTargetPlanner(
                poetry, lock, groups=self._groups, extras=self._extras, asked=self._asked
            )
            return self._check.report(lock, planner, self._targets), planner.package
        finally:
            poetry.set_locker(locker)


def run(  # noqa: PLR0913 - one for each option
    poetry: Poetry,
    request: Request,
    *,
    groups: Collection[NormalizedName],
    extras: Collection[str],
    asked: bool = False,
    require_wheels: bool = False,
    offline: bool = False,
    suggesting: bool = False,
    progress: Progress = nothing,
) -> Report:
    """Return the verdict on the lock of `poetry` for the targets that are asked for.

    The network is used only to look into sdists that have to be built, and not when `offline`;
    and for `suggesting` other versions. Raises ArchCheckError where the check cannot be made.
    """
    looking = Checker(
        poetry,
        request,
        groups=groups,
        extras=extras,
        asked=asked,
        require_wheels=require_wheels,
        offline=offline,
        progress=progress,
    )
    report, package_of = looking.at()
    # With options in play, an entry may be needed where nobody looked.
    notes = tuple(_unused_ignores(looking.rules, report.targets)) if request == Request() else ()
    if suggesting:
        report = with_suggestions(report, poetry, package_of, progress)
        notes = (*notes, *report.notes)
    patches = _patches(report, looking.config, request, looking.context)
    return replace(report, notes=notes, patches=patches)


def _patches(
    report: Report, config: Config, request: Request, context: Context
) -> tuple[Patch, ...]:
    """Return what cures the Dockerfiles that were read."""
    configured = (target.dockerfile for target in config.targets)
    recipes = {
        dockerfile_ref.path: dockerfile_ref
        for dockerfile_ref in (request.dockerfile, *configured)
        if dockerfile_ref is not None
    }
    of_path: dict[str, list[TargetReport]] = {}
    for target in report.targets:
        if target.target.step:
            of_path.setdefault(target.target.step.path, []).append(target)
    return tuple(
        patch(context.read(recipes[path]), path, reports) for path, reports in of_path.items()
    )


def rules_of(config: Config, *, require_wheels: bool = False) -> Rules:
    """Return what counts as a problem in this project."""
    return Rules(
        require_wheels=require_wheels or config.require_wheels,
        ignores=config.ignores,
        requires=config.requires,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blocked:
    """Why Poetry would not install on a target; `planned` says that it has a plan even so."""

    why: str
    planned: bool


def _plan(
    target: Target, planner: PerTargetPlanner | WholeLockPlanner
) -> tuple[LockedPackage, ...] | PlanError:
    """Return what is planned on `target`, or why Poetry has no plan for it."""
    try:
        return planner.plan(target)
    except PlanError as error:
        return error


def _report(
    target: Target,
    findings: tuple[Finding, ...],
    notes: tuple[str, ...],
    blocked: _Blocked | None,
) -> TargetReport:
    return TargetReport(
        target=target,
        findings=findings,
        notes=notes,
        remedies=toolchain_remedies_at_once(findings, target),
        blocked=blocked.why if blocked else None,
        planned=blocked is None or blocked.planned,
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
