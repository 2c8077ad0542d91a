"""Which other versions have a wheel on all targets, and what stands in their way. Pure."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from poetry_arch_check.check.case import Case, changed
from poetry_arch_check.check.change import NewLock, OtherVersion
from poetry_arch_check.check.report import Outcome, Remedy, RemedyKind
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.upgrades.adding import adding, forbidding
from poetry_arch_check.upgrades.bounds import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent, Release
    from poetry_arch_check.check.target import Target


def fitting(
    package: LockedPackage,
    targets: Sequence[Target],
    releases: Iterable[Release],
    *,
    prereleases: bool = False,
) -> tuple[Version, ...]:
    """Return the versions with a wheel on all of `targets`: the nearest above first, then below.

    Left out are yanked ones and pre-releases, unless the locked one is such or (`prereleases`)
    one is asked for, and those that `solver.min-release-age` keeps back.
    """
    locked = _version(package)
    if locked is None:
        return ()
    good = sorted(
        release.version
        for release in releases
        if (
            release.is_offered(prereleases=prereleases or locked.is_prerelease)
            # It may be yanked, and stay.
            or (release.version == locked and not release.too_recent)
        )
        and all(_proven(package, release, target) for target in targets)
    )
    below = [version for version in reversed(good) if version < locked]
    return (*(version for version in good if version >= locked), *below)


def _proven(package: LockedPackage, release: Release, target: Target) -> bool:
    """Return whether Poetry installs a wheel of `release` on `target`: policies may forbid it."""
    if not release.fits(target):
        return False
    case = changed(Case(package=package, target=target, rules=Rules()), _change(release))
    return case is not None and case.finding().outcome is Outcome.WHEEL


def _change(release: Release) -> OtherVersion:
    return OtherVersion(
        version=str(release.version), artifacts=tuple(file.artifact for file in release.files)
    )


def _version(package: LockedPackage) -> Version | None:
    try:
        return Version(package.version)
    except InvalidVersion:
        return None


def suggest(  # noqa: PLR0913 - what the index has, who requires it, and how to run again
    package: LockedPackage,
    targets: Sequence[Target],
    releases: Sequence[Release],
    dependents: Sequence[Dependent],
    options: Sequence[str] = (),
    *,
    prereleases: bool = False,
) -> Iterator[Remedy]:
    """Yield other versions of `package` as remedies for its problems.

    Those are versions with a wheel on all of `targets`, where it is planned: the locked one
    where the index has wheels now that the lock does not name, the nearest above and below,
    and of those the nearest that `dependents` allow. `options` are those of this run that `--fix`
    has to be given again.
    """
    changes = {release.version: _change(release) for release in releases}
    good = fitting(package, targets, releases, prereleases=prereleases)
    locked = _version(package)
    there = where(targets)
    if locked is not None and locked in good:
        yield Remedy(
            kind=RemedyKind.LOCK,
            change=NewLock(artifacts=changes[locked].artifacts),
            text=f"The index has wheels of {package.name} {package.version} now {there} that the"
            " lock does not list: lock again.",
            lines=(shlex.join(("poetry", "arch-check", *options, "--fix")),),
        )
        return
    above = [version for version in good if locked and version > locked]
    below = [version for version in good if locked and version < locked]
    required = next((each.constraint for each in dependents if each.own), "*")

    def asked(version: Version) -> str:
        return bound(version, required, releases, good, dependents)

    for direction, versions in (("above", above), ("below", below)):
        ordered = [changes[version] for version in versions]
        yield from _in_direction(package, direction, ordered, there, dependents, asked)


def _in_direction(  # noqa: PLR0913, PLR0917 - what there is in a direction, and how it is said
    package: LockedPackage,
    direction: str,
    changes: Sequence[OtherVersion],
    where: str,
    dependents: Sequence[Dependent],
    bound: Callable[[Version], str],
) -> Iterator[Remedy]:
    """Yield the nearest version that is allowed, and a nearer one with what forbids it.

    `bound` returns what follows the name in `poetry add`.
    """
    allowed = next(
        (each for each in changes if not forbidding(Version(each.version), dependents)), None
    )
    if allowed is not None:
        version = Version(allowed.version)
        found = adding(package.name, version, bound(version), dependents)
        yield Remedy(
            kind=RemedyKind.UPGRADE,
            change=allowed,
            text=f"Move to {package.name} {allowed.version}, the nearest version {direction} with a"
            f" wheel {where}; every requirement allows it.",
            lines=found.lines,
        )
    if changes and changes[0] != allowed:
        nearest = changes[0]
        version = Version(nearest.version)
        sign = f"<={version}" if direction == "below" else bound(version)
        found = adding(package.name, version, sign, dependents)
        yield Remedy(
            kind=RemedyKind.UPGRADE,
            change=nearest,
            text=f"{package.name} {nearest.version}, the nearest version {direction}, has a wheel"
            f" {where}; {found.reasons}.",
            lines=found.lines,
            forbidden=True,
        )


def kept_back(
    package: LockedPackage, targets: Sequence[Target], releases: Iterable[Release]
) -> Version | None:
    """Return the nearest version above that would help if it were not too recent."""
    locked = _version(package)
    found = (
        release.version
        for release in releases
        if release.too_recent
        and replace(release, too_recent=False).is_offered()
        and (locked is None or release.version > locked)
        and all(_proven(package, release, target) for target in targets)
    )
    return min(found, default=None)


def newest_fitting(releases: Iterable[Release], targets: Sequence[Target]) -> Version | None:
    """Return the newest version with a wheel on all of `targets`, None where none has one."""
    good = (
        release.version
        for release in releases
        if release.is_offered() and all(release.fits(target) for target in targets)
    )
    return max(good, default=None)


def where(targets: Sequence[Target]) -> str:
    """Return `on linux/arm64`, or `on all targets (…)`."""
    return _on(target.name for target in targets)


def where_exactly(targets: Sequence[Target]) -> str:
    """Return it with the images: with another one, there may be a wheel on the same platform."""
    return _on(
        f"{target.name} {target.image.reference}"
        if target.image and not target.step
        else target.name
        for target in targets
    )


def _on(called: Iterable[str]) -> str:
    names = list(dict.fromkeys(called))
    return f"on {names[0]}" if len(names) == 1 else f"on all targets ({', '.join(names)})"
