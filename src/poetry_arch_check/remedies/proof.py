"""A remedy is shown if the check, made again with its change, is satisfied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.case import Case, changed
from poetry_arch_check.check.change import (
    AddedConstraint,
    AddedMarker,
    ChangedStages,
    DeclaredToolchain,
    InstalledPackages,
    LiftedPolicy,
    NamedCompiler,
    NewerMacOS,
    OtherArchitecture,
    OtherImage,
    OtherPython,
    PlatformOfStage,
)
from poetry_arch_check.check.check import source_file
from poetry_arch_check.check.needs import Needs
from poetry_arch_check.check.report import Cause, Finding, Outcome
from poetry_arch_check.platforms.requires import marker_holds
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.change import Change
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Remedy
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts
    from poetry_arch_check.toolchains.need import Need

# What a change leaves to be done, behind what the remedy says.
STILL = "; it still takes "
# Changes of the machine: of what was inspected for another one, nothing is known.
_ELSEWHERE = (OtherImage, OtherPython, OtherArchitecture, NewerMacOS)

# Changes after which the same packages are built, with another toolchain.
_OF_TOOLCHAIN = (InstalledPackages, NamedCompiler, DeclaredToolchain)


def first_proven(
    candidates: Iterable[Remedy], finding: Finding, target: Target, facts: Facts
) -> Iterator[Remedy]:
    """Yield the first of `candidates` that is proven for `finding` on `target`, if one is."""
    proofs = (proven(remedy, finding, target, facts) for remedy in candidates)
    yield from (remedy for remedy in (next(filter(None, proofs), None),) if remedy)


def proven(remedy: Remedy, finding: Finding, target: Target, facts: Facts) -> Remedy | None:
    """Return `remedy` if it solves `finding`, with what it still takes if that is not all.

    None means that it does not help.
    """
    if remedy.change is None:
        return remedy
    if isinstance(remedy.change, AddedMarker):
        return remedy if _leaves_nothing_out(remedy.change, finding, target, facts) else None
    after = list(findings_after(remedy.change, finding, target, facts))
    if after and all(_solved(each, remedy.change, facts) for each in after):
        return remedy
    if isinstance(remedy.change, _ELSEWHERE):
        return None
    takes = [label_of(need) for need in _still_taken(finding, after)]
    takes = takes or [*_still_taken_elsewhere(finding, after)]
    if not takes:
        return None
    text = f"{remedy.text.rstrip('.')}{STILL}{listed(takes)}."
    return replace(remedy, text=text, still=tuple(takes))


def solves(change: Change, finding: Finding, target: Target, facts: Facts) -> bool:
    """Return whether `finding` is no problem on `target` with `change` applied."""
    after = list(findings_after(change, finding, target, facts))
    return bool(after) and all(_solved(each, change, facts) for each in after)


def solved_by(
    change: Change, findings: Iterable[Finding], target: Target, facts: Facts
) -> list[Finding]:
    """Return those of `findings` that are no problem on `target` with `change` applied.

    What a change of the toolchain makes of the target, it makes for all.
    """
    findings = list(findings)
    if not isinstance(change, _OF_TOOLCHAIN) or not findings:
        return [each for each in findings if solves(change, each, target, facts)]
    case = Case(package=findings[0].package, target=target, rules=facts.rules)
    after = changed(case, change)
    if after is None:
        return []
    cases = (
        replace(after, package=each.package, inspected=facts.inspected.get(each.package))
        for each in findings
    )
    found = zip(findings, (case.finding() for case in cases), strict=True)
    return [each for each, now in found if _solved(now, change, facts)]


def findings_after(
    change: Change, finding: Finding, target: Target, facts: Facts
) -> Iterator[Finding]:
    """Yield the findings for the package with `change` applied: none where it is not installed.

    On another machine, there may be another entry of the lock in its place, or several.
    """
    package = finding.package
    inspected = facts.inspected.get(package)
    case = Case(package=package, target=target, rules=facts.rules, inspected=inspected)
    after = changed(case, change)
    if after is None:
        return
    match change:
        case OtherPython() | OtherArchitecture():
            for entry in _entries(package, after.target, facts):
                yield replace(after, package=entry).finding()
        case ChangedStages() | PlatformOfStage():
            # What the place of a build is has no part in what its sources take: they are the same.
            for entry in _entries(package, after.target, facts):
                yield _inspected_anew(replace(after, package=entry), (), facts).finding()
        case AddedConstraint(requirements=requirements):
            yield _inspected_anew(after, requirements, facts).finding()
        case LiftedPolicy():
            yield _inspected_anew(after, (), facts).finding()
        case _:
            yield after.finding()


def _entries(package: LockedPackage, target: Target, facts: Facts) -> tuple[LockedPackage, ...]:
    """Return the entries of the lock for `package` that are installed on another machine."""
    planned = facts.plan(target)
    return (package,) if planned is None else planned.get(package.name, ())


def _inspected_anew(case: Case, constraints: tuple[str, ...], facts: Facts) -> Case:
    if not source_file(case.package, case.target)[0]:
        return case
    inspected = facts.inspect(case.package, case.target, constraints)
    return replace(case, inspected=inspected or case.inspected)


def _solved(finding: Finding, change: Change, facts: Facts) -> bool:
    """Return whether `finding` is no problem.

    What another machine takes for a build is not known: its sources were inspected for this one.
    """
    match finding.outcome:
        case Outcome.WHEEL:
            return True
        case Outcome.SOURCE:
            return not isinstance(change, _ELSEWHERE) and not facts.rules.require_wheels
        case _:
            return False


def _still_taken(finding: Finding, after: list[Finding]) -> tuple[Need, ...]:
    """Return what a build lacks that there was less hope for before, or that lacked more."""
    match after:
        case [Finding(cause=Cause.TOOLCHAIN_MISSING, missing=missing)]:
            was_missing = finding.cause is Cause.TOOLCHAIN_MISSING
            fewer = len(missing) < len(finding.missing)
            return missing if fewer or not was_missing else ()
        case [Finding(cause=Cause.TOOLCHAIN_UNCERTAIN, needs=Needs(requires=requires))]:
            # Whether it is there is not known, as it was not before.
            return () if finding.cause is Cause.TOOLCHAIN_UNCERTAIN else requires
        case _:
            return ()


def _still_taken_elsewhere(finding: Finding, after: list[Finding]) -> tuple[str, ...]:
    """Return what stages still lack that a package is copied to, once it can be installed."""
    if finding.fails_to_load:
        return ()
    if not after or not all(each.fails_to_load for each in after):
        return ()
    lacking = {
        (each.packages or ("another base image",), each.place.destination.stage): None
        for finding in after
        for each in finding.hindrances
    }
    return tuple(f"{listed(packages)} in stage {stage}" for packages, stage in lacking)


def _leaves_nothing_out(
    change: AddedMarker, finding: Finding, target: Target, facts: Facts
) -> bool:
    """Return whether the marker leaves the package out on `target`, and nowhere where it is fine.

    On a target on which the marker holds, the project's requirements are what they were, and so
    is the plan. On one on which it does not, nothing brings the package in any more: the marker
    stands on every requirement that does.
    """
    if not change.requirements or marker_holds(change.marker, target.markers):
        return False
    brings = {requirement.name for requirement in change.requirements}
    for other, findings in facts.everywhere:
        if other is target or marker_holds(change.marker, other.markers):
            continue
        there = {found.package.name: found for found in findings}
        own = there.get(finding.package.name)
        if own is None and brings.isdisjoint(there):
            continue
        if own is None or not own.problem:
            return False
    return True
