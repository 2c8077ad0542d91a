"""Which other versions have a wheel on all targets, and what stands in their way. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent, Release
    from poetry_arch_check.check.target import Target


def fitting(
    package: LockedPackage, targets: Sequence[Target], releases: Iterable[Release]
) -> tuple[Version, ...]:
    """Return the versions with a wheel on all of `targets`: the nearest above first, then below.

    Yanked and pre-release ones are left out, unless the locked one is such.
    """
    locked = _version(package)
    if locked is None:
        return ()
    good = sorted(
        release.version
        for release in releases
        if (release.version == locked or not release.yanked)
        and (locked.is_prerelease or not release.version.is_prerelease)
        and all(release.fits(target) for target in targets)
    )
    below = [version for version in reversed(good) if version < locked]
    return (*(version for version in good if version >= locked), *below)


def _version(package: LockedPackage) -> Version | None:
    try:
        return Version(package.version)
    except InvalidVersion:
        return None


def suggest(
    package: LockedPackage,
    targets: Sequence[Target],
    releases: Iterable[Release],
    dependents: Sequence[Dependent],
) -> Iterator[Remedy]:
    """Yield other versions of `package` as remedies for its problems.

    Those are versions with a wheel on all of `targets`, where it is planned: the locked one
    where the index has wheels now that the lock does not name, the nearest above and below,
    and of those the nearest that `dependents` allow.
    """
    good = fitting(package, targets, releases)
    locked = _version(package)
    where = _where(targets)
    if locked in good:
        yield Remedy(
            kind=RemedyKind.LOCK,
            text=f"The index has wheels of {package.name} {package.version} now {where} that the"
            " lock does not list: lock again.",
            lines=("poetry arch-check --fix",),
        )
        return
    above = [version for version in good if locked and version > locked]
    below = [version for version in good if locked and version < locked]
    for direction, versions in (("above", above), ("below", below)):
        yield from _in_direction(package, direction, versions, where, dependents)


def _in_direction(
    package: LockedPackage,
    direction: str,
    versions: Sequence[Version],
    where: str,
    dependents: Sequence[Dependent],
) -> Iterator[Remedy]:
    """Yield the nearest version that is allowed, and a nearer one with what forbids it."""
    allowed = next((version for version in versions if not _forbidding(version, dependents)), None)
    if allowed is not None:
        yield Remedy(
            kind=RemedyKind.UPGRADE,
            text=f"Move to {package.name} {allowed}, the nearest version {direction} with a wheel"
            f" {where}; every requirement allows it.",
            lines=(f"poetry add '{package.name}=={allowed}'",) if _addable(dependents) else (),
        )
    if versions and versions[0] != allowed:
        nearest = versions[0]
        forbidding = _forbidding(nearest, dependents)
        reasons = listed(f"{each.who} requires {each.text}" for each in forbidding)
        bound = ">=" if direction == "above" else "<="
        yield Remedy(
            kind=RemedyKind.UPGRADE,
            text=f"{package.name} {nearest}, the nearest version {direction}, has a wheel {where};"
            f" {reasons}.",
            lines=(f"poetry add '{package.name}{bound}{nearest}'",)
            if all(each.own for each in forbidding)
            else (),
            forbidden=True,
        )


def _addable(dependents: Iterable[Dependent]) -> bool:
    """Return whether `poetry add` would change nothing but a plain requirement of the project."""
    found = [each.own for each in dependents]
    return bool(found) and False not in found and True in found


def _forbidding(version: Version, dependents: Iterable[Dependent]) -> list[Dependent]:
    return [each for each in dependents if not each.allows(version)]


def _where(targets: Sequence[Target]) -> str:
    names = list(dict.fromkeys(target.name for target in targets))
    return f"on {names[0]}" if len(names) == 1 else f"on all targets ({', '.join(names)})"
