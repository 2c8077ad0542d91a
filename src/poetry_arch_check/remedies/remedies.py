"""Remedies that the lock and the target alone yield, the cheapest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from poetry_arch_check.check.chooser import choose, choose_wheel
from poetry_arch_check.check.nearest_miss import Incompatibility, wheel_platform
from poetry_arch_check.check.report import Cause, Outcome, Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies.other_wheel import other_image, other_platform, other_python
from poetry_arch_check.remedies.toolchain import toolchain_remedies
from poetry_arch_check.toolchains.toolchain import short_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target


def with_remedies(
    findings: Iterable[Finding], target: Target, *, pythons: tuple[int, ...]
) -> tuple[Finding, ...]:
    """Return `findings` on `target`, each problem (also an ignored one) with its remedies."""
    return tuple(
        replace(finding, remedies=remedies_for(finding, target, pythons=pythons))
        if finding.problem or finding.ignored is not None or finding.outcome is Outcome.UNKNOWN
        else finding
        for finding in findings
    )


def remedies_for(
    finding: Finding, target: Target, *, pythons: tuple[int, ...]
) -> tuple[Remedy, ...]:
    """Return the remedies for `finding` on `target`.

    `pythons` are the minor versions of Python 3 that the project allows.
    """
    package = finding.package
    # The nearest miss tells which of the other machines are worth asking: a wheel with no
    # graver fault than this one would have been nearer.
    incompatibility = finding.nearest.incompatibility if finding.nearest else None
    remedies = [
        *_other_tools(finding),
        *_policy(finding, target),
        *_lock(finding),
        *(
            other_image(package, target)
            if incompatibility in {Incompatibility.LIBC_VERSION, Incompatibility.LIBC}
            else ()
        ),
        *_toolchain(finding, target),
        *(
            other_python(package, target, pythons)
            if incompatibility and incompatibility <= Incompatibility.ABI
            else ()
        ),
        *(
            other_platform(package, target)
            if incompatibility and incompatibility <= Incompatibility.ARCHITECTURE
            else ()
        ),
        *_marker(finding, target),
    ]
    order = list(RemedyKind)
    return tuple(sorted(remedies, key=lambda remedy: order.index(remedy.kind)))


def _policy(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield the policy of Poetry that keeps a better outcome away."""
    package, support = finding.package, target.support
    if not package.wheels_allowed and choose_wheel(package, support):
        key = "installer.no-binary"
    elif not package.sdists_allowed and choose(replace(package, sdists_allowed=True), support):
        key = "installer.only-binary"
    else:
        return
    variable = f"POETRY_{key.upper().replace('.', '_').replace('-', '_')}"
    yield Remedy(
        kind=RemedyKind.POLICY,
        text=f"Take {package.name} out of {key} (Poetry's configuration, or {variable}).",
    )


def _lock(finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.NO_FILES_LOCKED:
        yield Remedy(
            kind=RemedyKind.LOCK,
            text="Lock again, so that poetry.lock lists the files.",
            lines=("poetry lock",),
        )


def _other_tools(finding: Finding) -> Iterator[Remedy]:
    """Yield the version that builds again, and the build constraint that helps this one."""
    needs, package = finding.needs, finding.package
    if needs is None or needs.broken is None:
        return
    if needs.fixed:
        update = f"poetry add '{package.name}>={needs.fixed}'"
        yield Remedy(
            kind=RemedyKind.VERSION,
            text=f"Move to {package.name} {needs.fixed} or newer, which builds again.",
            lines=(update if package.direct else f"poetry update {package.name}",),
        )
    if needs.broken.constraint:
        requirement = Requirement(needs.broken.constraint)
        yield Remedy(
            kind=RemedyKind.CONSTRAINT,
            text="Build it with older tools, by a build constraint (Poetry 2.3 or newer).",
            lines=(
                "[tool.poetry.build-constraints]",
                f'{package.name} = {{ {requirement.name} = "{requirement.specifier}" }}',
            ),
        )


def _toolchain(finding: Finding, target: Target) -> Iterator[Remedy]:
    if finding.cause is Cause.TOOLCHAIN_UNCERTAIN and finding.needs:
        possible = target.toolchain.possible(finding.needs.requires)
        names = ",".join(short_form(need.dependency) for need in possible)
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"If it is installed, declare it: --toolchain {names}.",
        )
    if finding.cause is Cause.TOOLCHAIN_MISSING:
        requires = finding.needs.requires if finding.needs else ()
        yield from toolchain_remedies(finding.missing, target, requires)


_SYS_PLATFORMS = {Os.LINUX: "linux", Os.MACOS: "darwin", Os.WINDOWS: "win32"}


def _marker(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield a marker for a package that is published for other platforms only."""
    nearest = finding.nearest
    if finding.cause is not Cause.NO_WHEEL_NO_SDIST or nearest is None:
        return
    package = finding.package
    if nearest.incompatibility is Incompatibility.OS:
        published = {
            found.os
            for wheel in package.wheels
            for tag in wheel.tags
            if (found := wheel_platform(tag.platform)) is not None
        }
        names = sorted(_SYS_PLATFORMS[os] for os in published & _SYS_PLATFORMS.keys())
        marker = " or ".join(f"sys_platform == '{name}'" for name in names)
    elif nearest.incompatibility is Incompatibility.ARCHITECTURE:
        marker = f"platform_machine != '{target.markers['platform_machine']}'"
    else:
        return
    if not marker:
        return
    where = "its requirement" if package.direct else "the requirement that brings it in"
    yield Remedy(
        kind=RemedyKind.MARKER,
        text=f"If the project can do without it here, put this marker on {where}.",
        lines=(marker,),
    )
