"""Planned packages on a target → findings. Pure: everything it knows is handed in."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Sdist, Unusable, Wheel
from poetry_arch_check.check.chooser import choose
from poetry_arch_check.check.loading import hindrances
from poetry_arch_check.check.nearest_miss import nearest_miss
from poetry_arch_check.check.needs import Basis, needs_of
from poetry_arch_check.check.report import Cause, Finding, Outcome
from poetry_arch_check.platforms.platform import Libc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.check.needs import Needs, SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.rules import Rules
    from poetry_arch_check.check.target import Target


NOTHING_INSPECTED: Mapping[LockedPackage, SourceInspection] = MappingProxyType({})


def source_file(package: LockedPackage, target: Target) -> tuple[bool, str | None]:
    """Return whether `package` has to be built on `target`, and from which file of the lock."""
    if package.source.is_tree:
        return True, None
    match choose(package, target.support):
        case Sdist(filename=filename) if not package.is_unreadable:
            return True, filename
        case _:
            return False, None


def needs_on(
    target: Target, package: LockedPackage, rules: Rules, inspected: SourceInspection | None
) -> Needs:
    """Return what building `package` on `target` takes."""
    return needs_of(
        package,
        rules.requires,
        inspected,
        python_minor=target.python.minor,
        musl=target.platform.libc is Libc.MUSL,
        system=str(target.markers["sys_platform"]),
    )


def check(
    packages: Iterable[LockedPackage],
    target: Target,
    rules: Rules,
    inspected: Mapping[LockedPackage, SourceInspection] = NOTHING_INSPECTED,
) -> tuple[Finding, ...]:
    """Return a finding for each of `packages` on `target`, in name order.

    `inspected` has the inspections of the sources of those that have to be built.
    """
    ordered = sorted(packages, key=lambda package: (package.name, package.line))
    return tuple(_check_package(package, target, rules, inspected) for package in ordered)


def _check_package(
    package: LockedPackage,
    target: Target,
    rules: Rules,
    inspected: Mapping[LockedPackage, SourceInspection],
) -> Finding:
    """Return what becomes of `package` on `target`, and whether that is a problem."""
    finding = finding_of(package, target, rules, inspected.get(package))
    match finding.outcome:
        case Outcome.WHEEL:
            return finding
        case Outcome.SOURCE:
            problem = rules.require_wheels
        case Outcome.NO_TOOLCHAIN | Outcome.UNAVAILABLE:
            problem = True
        case Outcome.UNKNOWN:
            problem = False
    if package.wheels_allowed and not finding.fails_to_load:
        nearest = nearest_miss(package.wheels, target.platform, target.python, target.support)
        finding = replace(finding, nearest=nearest) if nearest else finding
    if not problem and finding.outcome is not Outcome.UNKNOWN:
        return finding
    ignored = next((i.reason for i in rules.ignores if i.covers(package.name, target)), None)
    return replace(finding, problem=problem and ignored is None, ignored=ignored)


def finding_of(
    package: LockedPackage, target: Target, rules: Rules, inspected: SourceInspection | None
) -> Finding:
    """Return what becomes of `package` on `target`, and where that is copied to.

    Whether it is a problem is not said.
    """
    return _where_it_ends_up(_outcome_of(package, target, rules, inspected), target)


def _where_it_ends_up(finding: Finding, target: Target) -> Finding:
    """Return `finding`, as a problem if what is installed does not load where it is copied to.

    What lacks a toolchain stays what it is; it lacks libraries there once it is built.
    """
    if not target.places:
        return finding
    unbuilt = finding.cause is Cause.TOOLCHAIN_MISSING
    if finding.outcome not in {Outcome.WHEEL, Outcome.SOURCE} and not unbuilt:
        return finding
    found = hindrances(finding.package, finding.file, finding.needs, target)
    if not found:
        return finding
    lacking = all(each.packages for each in found)
    if unbuilt:
        return replace(finding, hindrances=found) if lacking else finding
    return replace(
        finding,
        outcome=Outcome.UNAVAILABLE,
        cause=Cause.LIBRARY_MISSING_AT_RUN_TIME if lacking else Cause.DOES_NOT_LOAD_THERE,
        hindrances=found,
    )


def _outcome_of(
    package: LockedPackage, target: Target, rules: Rules, inspected: SourceInspection | None
) -> Finding:
    """Return outcome, cause, file and needs alone."""
    if package.source.is_tree:
        return _build(package, None, target, rules, inspected)
    match choose(package, target.support):
        case Wheel(filename=filename):
            return _plain(package, Outcome.WHEEL, Cause.WHEEL_FITS, file=filename)
        case _ if package.is_unreadable:
            return _plain(package, Outcome.UNKNOWN, Cause.UNREADABLE_FILE_NAME)
        case Sdist(filename=filename):
            return _build(package, filename, target, rules, inspected)
        case _ if not package.artifacts:
            return _plain(package, Outcome.UNKNOWN, Cause.NO_FILES_LOCKED)
        case _ if all(isinstance(artifact, Unusable) for artifact in package.artifacts):
            return _plain(package, Outcome.UNAVAILABLE, Cause.ONLY_UNUSABLE_FILES)
        case _ if choose(
            replace(package, wheels_allowed=True, sdists_allowed=True), target.support
        ):
            return _plain(package, Outcome.UNAVAILABLE, Cause.POLICY_FORBIDS)
        case _:
            return _plain(package, Outcome.UNAVAILABLE, Cause.NO_WHEEL_NO_SDIST)


def _plain(
    package: LockedPackage, outcome: Outcome, cause: Cause, *, file: str | None = None
) -> Finding:
    return Finding(package=package, outcome=outcome, cause=cause, problem=False, file=file)


def _build(
    package: LockedPackage,
    filename: str | None,
    target: Target,
    rules: Rules,
    looked: SourceInspection | None,
) -> Finding:
    """Return the outcome of a source build: SOURCE, or NO_TOOLCHAIN with what is missing."""
    needs = needs_on(target, package, rules, looked)
    missing = target.toolchain.missing(needs.requires)
    if looked and looked.unreadable and needs.basis is not Basis.CONFIGURED:
        cause = Cause.UNREADABLE_SOURCE
        finding = _plain(package, Outcome.UNKNOWN, cause, file=filename)
        return replace(finding, detail=looked.unreadable)
    if needs.broken:
        outcome, cause = Outcome.NO_TOOLCHAIN, Cause.BUILD_BROKEN
    elif missing:
        outcome, cause = Outcome.NO_TOOLCHAIN, Cause.TOOLCHAIN_MISSING
    elif target.toolchain.possible(needs.requires):
        outcome, cause = Outcome.UNKNOWN, Cause.TOOLCHAIN_UNCERTAIN
    else:
        outcome = Outcome.SOURCE
        cause = Cause.TOOLCHAIN_PRESENT if needs.requires else Cause.NO_TOOLCHAIN_NEEDED
    return Finding(
        package=package,
        outcome=outcome,
        cause=cause,
        problem=False,
        file=filename,
        needs=needs,
        missing=missing,
    )
