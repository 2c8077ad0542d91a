"""A marker for a package that is not made for a target's system or machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Wheel
from poetry_arch_check.check.change import AddedMarker
from poetry_arch_check.check.check import needs_on
from poetry_arch_check.check.chooser import choose
from poetry_arch_check.check.nearest_miss import Incompatibility, wheel_platform
from poetry_arch_check.check.needs import Basis
from poetry_arch_check.check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts

_SYS_PLATFORMS = {Os.LINUX: "linux", Os.MACOS: "darwin", Os.WINDOWS: "win32"}
# A machine of each system, to ask what a build says there.
_MACHINES = {"linux": "linux/amd64", "darwin": "macos/arm64", "win32": "windows/amd64"}


def marker_remedies(finding: Finding, target: Target, facts: Facts) -> Iterator[Remedy]:
    """Yield the marker that leaves the package out on `target`, for the requirements it is for."""
    if finding.cause not in {Cause.NO_WHEEL_NO_SDIST, Cause.BUILD_BROKEN}:
        return
    # What other systems make of a build takes longer to find out: it comes last.
    requirements = facts.own_requirements(finding.package.name, target)
    marker = _marker(finding, target, facts) if requirements else ""
    if not marker:
        return
    marked = any(requirement.marker for requirement in requirements)
    # What brings it in is left out with it.
    names = [each.name for each in requirements if each.name != finding.package.name]
    verb = "brings" if len(names) == 1 else "bring"
    without = f"{listed(names)} here, which {verb} it in" if names else "it here"
    noun = "requirement" if len(requirements) == 1 else "requirements"
    where = listed(f"{each.name} ({each.place})" for each in requirements)
    also = ", joined with `and` to the one that is there" if marked else ""
    yield Remedy(
        kind=RemedyKind.MARKER,
        change=AddedMarker(marker=marker, requirements=requirements),
        text=f"If the project can do without {without}, put this marker on the {noun} of"
        f" {where}{also}.",
        lines=(f"({marker})" if marked and " or " in marker else marker,),
    )


def _marker(finding: Finding, target: Target, facts: Facts) -> str:
    """Return the marker (PEP 508) that does not hold on `target`, "" where none is called for."""
    nearest = finding.nearest.incompatibility if finding.nearest else None
    match finding.cause:
        case Cause.NO_WHEEL_NO_SDIST if nearest is Incompatibility.OS:
            return _published(finding)
        case Cause.NO_WHEEL_NO_SDIST if nearest is Incompatibility.ARCHITECTURE:
            system, machine = target.markers["sys_platform"], target.markers["platform_machine"]
            return f"sys_platform != '{system}' or platform_machine != '{machine}'"
        case Cause.BUILD_BROKEN:
            return _unbroken(finding, target, facts)
        case _:
            return ""


def _published(finding: Finding) -> str:
    """Return the marker for the systems that the package has wheels for."""
    published = {
        found.os
        for wheel in finding.package.wheels
        for tag in wheel.tags
        if (found := wheel_platform(tag.platform)) is not None
    }
    return _one_of(_SYS_PLATFORMS[os] for os in published & _SYS_PLATFORMS.keys())


def _unbroken(finding: Finding, target: Target, facts: Facts) -> str:
    """Return the marker for the systems on which there is no problem with the same Python."""
    own = target.markers["sys_platform"]
    # Where other machines of the system are fine, it is not the system that is not supported.
    if own not in _MACHINES or _builds(finding, target, own, facts):
        return ""
    others = [system for system in _MACHINES if system != own]
    fine = [system for system in others if _builds(finding, target, system, facts)]
    if not fine:
        return ""
    return f"sys_platform != '{own}'" if fine == others else _one_of(fine)


def _builds(finding: Finding, target: Target, system: str, facts: Facts) -> bool:
    """Return whether a wheel fits on another system, or nothing is known to break the build."""
    package = finding.package
    other = target.moved(parse_name(_MACHINES[system]).platform)
    if isinstance(choose(package, other.support), Wheel):
        return True
    inspected = facts.inspect(package, other, ())
    if inspected is None and finding.needs and finding.needs.basis is Basis.INSPECTED:
        return False
    return needs_on(other, package, facts.rules, inspected).broken is None


def _one_of(systems: Iterable[str]) -> str:
    return " or ".join(f"sys_platform == '{system}'" for system in sorted(systems))
