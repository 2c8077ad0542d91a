"""A target as it stands with the changes that were made so far, for whoever plans more of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from poetry_arch_check.check.case import Case, changed
from poetry_arch_check.check.change import AddedConstraint, LiftedPolicy, OtherVersion
from poetry_arch_check.check.check import check, source_file
from poetry_arch_check.check.report import Cause, Outcome, RemedyKind
from poetry_arch_check.remedies.proof import solved_by
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.remedies.toolchain_at_once import toolchain_remedies_at_once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, TargetReport
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts

# Remedies that change the machine: everything on it is checked again.
OF_MACHINE = frozenset({RemedyKind.IMAGE, RemedyKind.PYTHON, RemedyKind.PLATFORM})
# Changes after which a package may have to be built, with what that takes.
_OF_PACKAGE = (AddedConstraint, LiftedPolicy, OtherVersion)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A target, and what becomes of the packages there; `cured` are those of no more concern.

    Without slots, because remedies are looked for once; so is what installs a toolchain.
    """

    target: Target
    findings: tuple[Finding, ...]
    facts: Facts
    cured: frozenset[str] = frozenset()
    remedied: bool = True
    _installations: dict[tuple[str, ...], Installation] = field(default_factory=dict)

    @classmethod
    def of(cls, report: TargetReport, facts: Facts) -> Machine:
        """Return the target of `report` as it is."""
        return cls(target=report.target, findings=report.findings, facts=facts)

    # --- what is to be done ---

    @cached_property
    def names(self) -> frozenset[str]:
        """The packages that are to be cured."""
        return frozenset(
            finding.package.name
            for finding in self.findings
            if (finding.problem or finding.outcome is Outcome.UNKNOWN)
            and finding.ignored is None
            and finding.package.name not in self.cured
        )

    @cached_property
    def open(self) -> dict[str, Finding]:
        """What is to be cured, by name, each with its remedies."""
        found = [finding for finding in self.findings if finding.package.name in self.names]
        if not self.remedied:
            found = list(with_remedies(found, self.target, self.facts))
        return {finding.package.name: finding for finding in found}

    @cached_property
    def remedies(self) -> tuple[Remedy, ...]:
        """The remedies of all that is to be cured, each once."""
        return tuple(self._offered)

    @cached_property
    def _offered(self) -> dict[Remedy, dict[str, Finding]]:
        """What each remedy is offered for."""
        offered: dict[Remedy, dict[str, Finding]] = {}
        for name, finding in self.open.items():
            for remedy in finding.remedies:
                offered.setdefault(remedy, {})[name] = finding
        return offered

    # --- what a remedy does ---

    def cured_by(self, remedy: Remedy) -> frozenset[str]:
        """Return what `remedy` cures; nothing, if it breaks as much.

        Another machine is checked as a whole; of any other change, the remedies of a
        finding are the proof.
        """
        if _moves(remedy):
            after = self.after(remedy)
            return self.names - after.names if len(after.names) < len(self.names) else frozenset()
        return frozenset(self._offered.get(remedy, ()))

    def is_changed_by(self, remedy: Remedy) -> bool:
        """Return whether more than what it cures is different after `remedy`.

        Another machine is; and a build that works again, or is one of another version, may lack a
        toolchain.
        """
        if _moves(remedy) or not isinstance(remedy.change, _OF_PACKAGE):
            return _moves(remedy)
        concerned = self._offered.get(remedy, {}).values()
        solved = solved_by(remedy.change, concerned, self.target, self.facts)
        return bool(concerned) and not solved

    def without(self, cured: Collection[str]) -> Machine:
        """Return the machine with these cured."""
        fewer = self.cured.union(cured)
        if fewer == self.cured:
            return self
        if fewer not in self._without:
            findings = self.findings
            if not self.remedied:
                findings = tuple(self.open.get(each.package.name, each) for each in findings)
            self._without[fewer] = replace(self, findings=findings, cured=fewer, remedied=True)
        return self._without[fewer]

    @cached_property
    def _without(self) -> dict[frozenset[str], Machine]:
        return {}

    def after(self, remedy: Remedy) -> Machine:
        """Return the machine that `remedy` makes of this one."""
        if remedy not in self._after:
            self._after[remedy] = self._changed(remedy)
        return self._after[remedy]

    @cached_property
    def _after(self) -> dict[Remedy, Machine]:
        return {}

    def _changed(self, remedy: Remedy) -> Machine:
        if isinstance(remedy.change, _OF_PACKAGE):
            return self._with_packages_changed(remedy, remedy.change)
        packages = [finding.package for finding in self.findings]
        if remedy.change is None or not packages:
            return self
        case = Case(package=packages[0], target=self.target, rules=self.facts.rules)
        after = changed(case, remedy.change)
        if after is None:
            return self
        if remedy.kind is not RemedyKind.IMAGE or after.target.python != self.target.python:
            planned = self.facts.solve(after.target)
            if planned is not None and not planned:
                return self
            packages = packages if planned is None else list(planned)
        inspected = {
            package: inspection
            for package in self._inspected(packages)
            if source_file(package, after.target)[0]
            and (inspection := self.facts.inspect(package, after.target, ()))
        }
        findings = check(packages, after.target, self.facts.rules, inspected)
        facts = replace(self.facts, inspected=inspected)
        machine = replace(self, target=after.target, findings=findings, facts=facts)
        return replace(machine, remedied=False, _installations={})

    def _with_packages_changed(
        self, remedy: Remedy, change: AddedConstraint | LiftedPolicy | OtherVersion
    ) -> Machine:
        """Return the machine with what `remedy` changes in the packages that it is for."""
        more = change.requirements if isinstance(change, AddedConstraint) else ()
        inspected = dict(self.facts.inspected)
        findings: list[Finding] = []
        for finding in self.findings:
            package = finding.package
            case = Case(
                package=package,
                target=self.target,
                rules=self.facts.rules,
                inspected=inspected.get(package),
            )
            concerned = package.name in self._offered.get(remedy, ())
            after = changed(case, change) if concerned else None
            if after is None:
                findings.append(finding)
                continue
            anew = self.facts.inspect(after.package, self.target, more)
            if inspection := anew or after.inspected:
                inspected[after.package] = inspection
            findings += check([after.package], self.target, self.facts.rules, inspected)
        facts = replace(self.facts, inspected=inspected)
        return replace(
            self, findings=tuple(findings), facts=facts, remedied=False, _installations={}
        )

    def _inspected(self, packages: Iterable[LockedPackage]) -> list[LockedPackage]:
        """Return those whose sources are at hand: no others are fetched for a plan."""
        known = self.facts.inspected.keys()
        return [package for package in packages if package in known]

    # --- what builds lack ---

    @cached_property
    def at_once(self) -> Installation:
        """How to install all that builds lack here."""
        return self.installation(self.open)

    def installation(self, names: Collection[str]) -> Installation:
        """Return how to install what these lack, with each package manager, and what that cures."""
        findings = [each for name, each in self.open.items() if name in names and _lacks(each)]
        lacking = tuple(finding.package.name for finding in findings)
        if lacking not in self._installations:
            self._installations[lacking] = self._installation(findings)
        return self._installations[lacking]

    def _installation(self, findings: Sequence[Finding]) -> Installation:
        if len(findings) == 1:
            single = (r for r in findings[0].remedies if r.kind is RemedyKind.TOOLCHAIN)
            remedies = tuple(remedy for remedy in single if remedy.lines)
        else:
            remedies = toolchain_remedies_at_once(findings, self.target, self.facts)
        cures = [self._built_with(remedy, findings) for remedy in remedies]
        alike = [remedy for remedy, cured in zip(remedies, cures, strict=True) if cured == cures[0]]
        return Installation(remedies=tuple(alike), cures=cures[0] if cures else frozenset())

    def is_cured_with(self, remedy: Remedy, names: Collection[str]) -> bool:
        """Return whether all of `names` are no problem where `remedy` has installed something."""
        findings = [each for name, each in self.open.items() if name in names]
        return self._built_with(remedy, findings) >= frozenset(names)

    def _built_with(self, remedy: Remedy, findings: Collection[Finding]) -> frozenset[str]:
        """Return those of `findings` that are no problem where `remedy` has installed something."""
        if remedy.change is None:
            return frozenset()
        solved = solved_by(remedy.change, findings, self.target, self.facts)
        return frozenset(each.package.name for each in solved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Remedies that install the same, each with another package manager, and what they cure."""

    remedies: tuple[Remedy, ...]
    cures: frozenset[str]


def _moves(remedy: Remedy) -> bool:
    """Return whether `remedy` changes the machine in a way that can be checked."""
    return remedy.kind in OF_MACHINE and remedy.change is not None


def _lacks(finding: Finding) -> bool:
    return finding.cause is Cause.TOOLCHAIN_MISSING
