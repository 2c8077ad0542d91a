"""The pipeline's step from findings to remedies: proven with Poetry, the lock and the sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeAlias

from packaging.version import Version

from poetry_arch_check.check.check import source_file
from poetry_arch_check.errors import PlanError
from poetry_arch_check.poetry_api.dependents import dependents_of
from poetry_arch_check.poetry_api.own_requirements import OwnRequirements
from poetry_arch_check.remedies.build_constraint import FIRST_POETRY
from poetry_arch_check.remedies.destinations import lacking_at_once
from poetry_arch_check.remedies.facts import Facts
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.remedies.toolchain_at_once import toolchain_remedies_at_once
from poetry_arch_check.sources.inspector import Build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from poetry.core.packages.package import Package

    from poetry_arch_check.check.change import OwnRequirement
    from poetry_arch_check.check.needs import SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent
    from poetry_arch_check.check.report import Finding, TargetReport
    from poetry_arch_check.check.rules import Rules
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.planning.per_target import PerTargetPlanner
    from poetry_arch_check.poetry_api.planning.whole_lock import WholeLockPlanner
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.sources.inspector import Inspector

_ByName: TypeAlias = "Mapping[str, tuple[LockedPackage, ...]]"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Whom remedies ask: the project, its lock, who plans it, and who inspects sources.

    Without a `planner`, no other target is planned. `pythons` are the minor versions of Python 3
    that the project allows. Without slots, because what its facts share is found out once.
    """

    project: Project
    lock: LockFile
    planner: PerTargetPlanner | WholeLockPlanner | None
    package_of: Callable[[LockedPackage], Package]
    inspector: Inspector
    rules: Rules
    pythons: tuple[int, ...]

    @cached_property
    def own_requirements(self) -> OwnRequirements:
        """The project's own requirements."""
        return OwnRequirements(self.project, self.lock)

    @cached_property
    def build_constraints(self) -> bool:
        """Whether the Poetry at hand knows them."""
        return Version(version("poetry")) >= FIRST_POETRY

    def facts(
        self,
        findings: tuple[Finding, ...],
        inspected: Mapping[LockedPackage, SourceInspection],
        everywhere: tuple[tuple[Target, tuple[Finding, ...]], ...],
    ) -> Facts:
        """Return what is known of a target with `findings`, one of `everywhere`."""
        # Without a planner, the findings are those of what Poetry is about to install alone.
        names = (finding.package.name for finding in findings)
        planned = None if self.planner is None else frozenset(names)
        entries = {_key(finding.package): finding.package for finding in findings}

        def inspect(
            package: LockedPackage, target: Target, constraints: tuple[str, ...]
        ) -> SourceInspection | None:
            entry = entries.get(_key(package))
            built, file = source_file(package, target)
            if entry is None or not built or entry.name in self.rules.requires:
                return None
            build = Build(
                target=target,
                entry=entry,
                file=file,
                package=self.package_of(entry),
                constraints=constraints,
            )
            (inspection,) = self.inspector.inspect_all([build])
            return inspection

        def dependents(name: str, target: Target) -> tuple[Dependent, ...]:
            if not self.lock.lines:  # it is not written yet
                return ()
            return dependents_of(name, self.project, [target], self.lock)

        def requirements(name: str, target: Target) -> tuple[OwnRequirement, ...]:
            if not self.lock.lines:
                return ()
            return self.own_requirements.bringing_in(name, target, planned)

        return Facts(
            pythons=self.pythons,
            rules=self.rules,
            inspected=inspected,
            everywhere=everywhere,
            build_constraints=self.build_constraints,
            plan=self.plan,
            solve=self.solve,
            inspect=inspect,
            dependents=dependents,
            own_requirements=requirements,
        )

    def plan(self, target: Target) -> Mapping[str, tuple[LockedPackage, ...]] | None:
        """Return what is installed on a target, None where only Poetry's solver would tell."""
        planned = None if self.planner is None or self.planner.solves else self.solve(target)
        if planned is None:
            return None
        # The planner has one plan for many targets: it is asked for each finding of each.
        _, by_name = self._plans.get(id(planned), (None, None))
        if by_name is None:
            by_name = _by_name(planned)
            self._plans[id(planned)] = planned, by_name
        return by_name

    @cached_property
    def _plans(self) -> dict[int, tuple[tuple[LockedPackage, ...], _ByName]]:
        return {}

    def solve(self, target: Target) -> tuple[LockedPackage, ...] | None:
        """Return what is installed on a target; where Poetry has no plan, nothing is."""
        if self.planner is None:
            return None
        try:
            return self.planner.plan(target)
        except PlanError:
            return ()


def _by_name(planned: tuple[LockedPackage, ...]) -> _ByName:
    found: dict[str, tuple[LockedPackage, ...]] = {}
    for entry in planned:
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return found


def _key(package: LockedPackage) -> tuple[str, str, int]:
    return package.name, package.version, package.line


def with_remedies_on_all(
    reports: tuple[TargetReport, ...],
    inspections: Iterable[Mapping[LockedPackage, SourceInspection]],
    asking: Asking,
) -> tuple[tuple[TargetReport, ...], tuple[Facts, ...]]:
    """Return `reports` with the remedies of their findings, and those for a target at once.

    And what is known of each target.
    """
    everywhere = tuple((report.target, report.findings) for report in reports)
    facts = tuple(
        asking.facts(report.findings, inspected, everywhere)
        for report, inspected in zip(reports, inspections, strict=True)
    )
    return tuple(map(_with_remedies, reports, facts)), facts


def _with_remedies(report: TargetReport, facts: Facts) -> TargetReport:
    findings = with_remedies(report.findings, report.target, facts)
    at_once = toolchain_remedies_at_once(findings, report.target, facts)
    lacking = lacking_at_once(findings, report.target)
    return replace(report, findings=findings, remedies=(*at_once, *lacking))
