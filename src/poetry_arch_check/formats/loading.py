"""Why a package does not load where it is copied to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.loading import uncertain
from poetry_arch_check.check.nearest_miss import Incompatibility
from poetry_arch_check.check.report import Outcome
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.loading import Hindrance, Place
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target


def does_not_load(finding: Finding, target: Target) -> str:
    """Return the sentence for a finding whose hindrances are what is wrong."""
    first, *others = finding.hindrances
    if first.everything:
        return _everything(first, target)
    installed = finding.file or finding.package.name
    verb = "is built" if first.built else "fits"
    where = f" at {target.step.where}" if target.step else ""
    more = "".join(
        f"; so is it in {_called(each.place)} ({each.place.destination.where})" for each in others
    )
    return (
        f"{installed} {verb}{where}, but {first.place.destination.where} copies it into"
        f" {_called(first.place)}, {_why(first, target)}{more}."
    )


def uncertain_libraries(findings: Iterable[Finding], target: Target) -> Iterator[str]:
    """Yield a note for each stage of which it is not known whether it has what builds link to."""
    for place in target.places:
        packages = dict.fromkeys(
            name
            for finding in findings
            if finding.outcome is Outcome.SOURCE and finding.needs
            for name in uncertain(finding.package, finding.needs, place, target)
        )
        if packages:
            yield (
                f"{place.destination.where} copies what is linked to {listed(packages)} into"
                f" {_called(place)}: whether that has it is not known."
            )


def _everything(hindrance: Hindrance, target: Target) -> str:
    """Return the sentence for what is wrong with all packages alike."""
    place = hindrance.place
    where = f" at {target.step.where}" if target.step else ""
    return (
        f"{place.destination.where} copies what is installed{where} into {_called(place)},"
        f" which has {place.python.label}: what {target.python.label} has installed is not"
        " found there."
    )


def _called(place: Place) -> str:
    destination = place.destination
    stage = f"stage {destination.stage} " if destination.stage else ""
    return f"{stage}({destination.image.reference})" if stage else destination.image.reference


def _why(hindrance: Hindrance, target: Target) -> str:
    place = hindrance.place
    match hindrance.incompatibility:
        case Incompatibility.LIBC_VERSION | Incompatibility.LIBC if hindrance.built:
            return f"which has {place.platform.system}: it is built with {target.platform.system}"
        case Incompatibility.LIBC_VERSION | Incompatibility.LIBC:
            needed = f"{hindrance.needed.system} or newer" if hindrance.needed else "another"
            return f"which has {place.platform.system}: the wheel is for {needed}"
        case Incompatibility.ARCHITECTURE:
            here, there = target.platform.architecture.value, place.platform.architecture.value
            return f"which is {there}: it is for {here}"
        case Incompatibility():
            return f"which has {place.python.label}: it is for {target.python.label}"
        case None:
            return _libraries(hindrance)


def _libraries(hindrance: Hindrance) -> str:
    other = [library for library in hindrance.libraries if library.built]
    if other:
        built = listed(library.built for library in other)
        there = listed(library.packages[0] for library in other)
        return f"whose release has {there}: it is linked to {built}"
    names = listed(label(library.dependency) for library in hindrance.libraries)
    packages = listed(library.packages[0] for library in hindrance.libraries)
    return f"which lacks {packages}: it is linked to {names}"
