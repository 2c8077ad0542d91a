"""What a change makes worse and what it cures, by target: of the lock, of a Dockerfile. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.check.report import Outcome, Remedy, RemedyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
class Cure:
    """A problem that is gone: the finding before, and the versions that are planned there now."""

    finding: Finding
    report: TargetReport
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a change makes worse, what it cures, and how many problems were there before.

    `first` says that there was no lock before; `incomplete` that something cannot be decided, or
    not be planned, that could be before.
    """

    worse: tuple[Regression, ...]
    standing: int
    first: bool = False
    cured: tuple[Cure, ...] = ()
    incomplete: bool = False

    def regression(self, report: TargetReport, finding: Finding) -> Regression | None:
        """Return in what way a finding of `report` is worse than before, None if it is not."""
        return next(
            (
                regression
                for regression in self.worse
                if regression.report.target is report.target
                and regression.finding.package == finding.package
            ),
            None,
        )

    def counts(self, report: TargetReport, finding: Finding) -> bool:
        """Return whether a finding of `report` is to be shown: what stood before is known."""
        return not finding.problem or self.regression(report, finding) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The changes since a revision of the repository, which is called `name`."""

    name: str
    commit: str
    changes: Changes


def changes(previous: PreviousLock, report: Report) -> Changes:
    """Return what is worse in `report` than it was in `previous`, target by target."""
    worse: list[Regression] = []
    cured: list[Cure] = []
    standing = 0
    incomplete = False
    for now in report.targets:
        before = _before(now, previous.reports or ())
        cured += _cured(before, now) if before else ()
        incomplete = incomplete or _incomplete(now, before)
        for finding in now.problems:
            found = _regression(finding, now, before, previous)
            if found:
                worse.append(found)
            else:
                standing += 1
    return Changes(
        worse=tuple(worse),
        standing=standing,
        first=not previous.versions,
        cured=tuple(cured),
        incomplete=incomplete,
    )


def _before(now: TargetReport, reports: Iterable[TargetReport]) -> TargetReport | None:
    """Return the report before on the same target.

    A Dockerfile may have had another Python there, another name of the stage, other lines.
    """

    def likeness(before: TargetReport) -> tuple[bool, ...]:
        old, new = before.target, now.target
        stages = [target.step.stage if target.step else None for target in (old, new)]
        commands = [target.step.command if target.step else None for target in (old, new)]
        images = [target.image.reference if target.image else "" for target in (old, new)]
        return (
            stages[0] == stages[1],
            bool(new.step) or images[0] == images[1],
            old.python == new.python,
            commands[0] == commands[1],
        )

    alike = (before for before in reports if before.target.name == now.target.name)
    return max(alike, key=likeness, default=None)


def _cured(before: TargetReport, now: TargetReport) -> Iterator[Cure]:
    """Yield the problems of `before` whose package is none in `now`, if it is there at all."""
    if not now.planned:
        return
    bad = {f.package.name for f in (*now.problems, *now.unknown)}
    for finding in before.problems:
        name = finding.package.name
        if name not in bad:
            there = (f.package.version for f in now.findings if f.package.name == name)
            yield Cure(finding=finding, report=before, versions=tuple(dict.fromkeys(there)))


def _incomplete(now: TargetReport, before: TargetReport | None) -> bool:
    """Return whether something is not decided now that was before."""
    if now.blocked and (before is None or not before.blocked):
        return True
    names = {f.package.name for f in before.unknown} if before else set()
    return any(finding.package.name not in names for finding in now.unknown)


def is_worse(finding: Finding, before: TargetReport) -> bool:
    """Return whether a problem, or what is undecided, is new or worse than in `before`.

    `before` is the report on the same target. What was ignored there was fine.
    """
    name = finding.package.name
    there = [f for f in before.findings if f.package.name == name and f.ignored is None]
    same = [f for f in there if f.package.version == finding.package.version]
    return _was(finding, same or there) is not None


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
