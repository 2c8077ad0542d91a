"""What a change of the lock makes worse, by target. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.check.report import Outcome, Remedy, RemedyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.check.report import Finding, Report, TargetReport


class Was(Enum):
    """How a package that is a problem now stood before on the same target, the worst first."""

    FITTING = "fitting"
    BETTER = "better"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousLock:
    """The lock before the change: every version in it by name, and the reports by target.

    `reports` is None where there was no lock, or none that can be read.
    """

    versions: Mapping[str, tuple[str, ...]]
    reports: tuple[TargetReport, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A problem that the change brings: the finding now, and the versions there before."""

    finding: Finding
    report: TargetReport
    was: Was
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a change of the lock makes worse, and how many problems were there before.

    `first` says that there was no lock before.
    """

    worse: tuple[Regression, ...]
    standing: int
    first: bool = False


def changes(previous: PreviousLock, report: Report) -> Changes:
    """Return what is worse in `report` than it was in `previous`, target by target."""
    worse: list[Regression] = []
    standing = 0
    for index, now in enumerate(report.targets):
        before = previous.reports[index] if previous.reports is not None else None
        for finding in now.problems:
            found = _regression(finding, now, before, previous)
            if found:
                worse.append(found)
            else:
                standing += 1
    return Changes(worse=tuple(worse), standing=standing, first=not previous.versions)


def _regression(
    finding: Finding, now: TargetReport, before: TargetReport | None, previous: PreviousLock
) -> Regression | None:
    """Return in what way `finding` is worse than before, None if it is not."""
    package = finding.package
    there = [f for f in before.findings if f.package.name == package.name] if before else []
    same = [f for f in there if f.package.version == package.version]
    # The versions there; else, for a package that is new on this target, those of the lock.
    versions = tuple(dict.fromkeys(f.package.version for f in there))
    versions = versions or previous.versions.get(package.name, ())
    was = _was(finding, same or there)
    if was is None:
        return None
    if was is Was.FITTING and finding.package.version not in versions:
        finding = replace(finding, remedies=(_stay(finding, versions), *finding.remedies))
    return Regression(finding=finding, report=now, was=was, versions=versions)


def _stay(finding: Finding, versions: tuple[str, ...]) -> Remedy:
    """Return the remedy that needs nothing else: not to make this change.

    The lock before proves it: there, the package was no problem.
    """
    package = finding.package
    return Remedy(
        kind=RemedyKind.VERSION,
        change=OtherVersion(version=versions[-1], artifacts=()),
        text=f"Stay with {' or '.join(versions)}, by a requirement that excludes this version.",
        lines=(f"{package.name} != {package.version}",),
    )


def _was(finding: Finding, before: Iterable[Finding]) -> Was | None:
    """Return how the package stood in `before`, None where it was as bad as it is now."""
    gravities = [_gravity(other) for other in before]
    if not gravities:
        return Was.NEW
    if max(gravities) >= _gravity(finding):
        return None
    return Was.FITTING if max(gravities) == 0 else Was.BETTER


def _gravity(finding: Finding) -> int:
    """Return how bad it is: what cannot be installed at all is worse than a build.

    What is unknown never counts as better than it is now.
    """
    match finding.outcome:
        case Outcome.UNAVAILABLE if finding.problem:
            return 2
        case Outcome.UNKNOWN:
            return 2
        case _:
            return 1 if finding.problem else 0
