"""An older version that builds with what the targets have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from poetry_arch_check.check.artifacts import Sdist
from poetry_arch_check.check.case import Case, changed
from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.check.needs import Basis
from poetry_arch_check.check.report import Outcome, Remedy, RemedyKind
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.platforms.requires import requires_python_holds
from poetry_arch_check.upgrades.adding import adding
from poetry_arch_check.upgrades.candidates import where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent, Release
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target


def older_builds(
    package: LockedPackage,
    targets: Sequence[Target],
    releases: Iterable[Release],
    dependents: Sequence[Dependent],
) -> Iterator[Remedy]:
    """Yield the nearest version below of which it is known that it builds on all of `targets`.

    Sources of other versions are not at hand: what building them takes is known by the table
    of packages, or not at all.
    """
    changes = (_change(release, targets) for release in _below(package, releases))
    found = next(
        (
            change
            for change in changes
            if change is not None and all(_builds(package, change, target) for target in targets)
        ),
        None,
    )
    if found is None:
        return
    version = Version(found.version)
    add = adding(package.name, version, f"=={version}", dependents)
    yield Remedy(
        kind=RemedyKind.UPGRADE,
        change=found,
        text=f"{package.name} {version}, the nearest version below that is known to, builds with"
        f" what is there {where(targets)}; {add.reasons}.",
        lines=add.lines,
        forbidden=add.forbidden,
    )


def requires_wheels(report: Report) -> bool:
    """Return whether a package that is built is a problem in itself (`require-wheels`)."""
    return any(
        finding.outcome is Outcome.SOURCE
        for target in report.targets
        for finding in target.problems
    )


def _below(package: LockedPackage, releases: Iterable[Release]) -> list[Release]:
    """Return the releases before the locked one, the newest first."""
    try:
        locked = Version(package.version)
    except InvalidVersion:
        return []
    older = (release for release in releases if release.version < locked and release.is_offered())
    return sorted(older, key=lambda release: release.version, reverse=True)


def _change(release: Release, targets: Iterable[Target]) -> OtherVersion | None:
    """Return the move to the sdist of a release, None where it has none for the Pythons."""
    sdists = tuple(
        file.artifact
        for file in release.files
        if isinstance(file.artifact, Sdist)
        and all(requires_python_holds(file.requires_python, each.python) for each in targets)
    )
    return OtherVersion(version=str(release.version), artifacts=sdists) if sdists else None


def _builds(package: LockedPackage, change: OtherVersion, target: Target) -> bool:
    """Return whether it is known what building takes, and the target has it."""
    case = changed(Case(package=package, target=target, rules=Rules()), change)
    if case is None:
        return False
    finding = case.finding()
    known = finding.needs is not None and finding.needs.basis is Basis.KNOWN
    return finding.outcome is Outcome.SOURCE and known
