"""Ways out that the lock and the target alone yield, the cheapest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from poetry_arch_check.choice import choose, choose_wheel
from poetry_arch_check.distributions import DEBIAN
from poetry_arch_check.equipment import equip
from poetry_arch_check.images import parse_image
from poetry_arch_check.misses import Miss, wheel_platform
from poetry_arch_check.platforms import Architecture, Libc, Os
from poetry_arch_check.pythons import Implementation, python
from poetry_arch_check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.tags import supported
from poetry_arch_check.toolchain import short_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.packages import LockedPackage
    from poetry_arch_check.platforms import Platform
    from poetry_arch_check.pythons import Python
    from poetry_arch_check.report import Finding
    from poetry_arch_check.targets import Target

_EVERYWHERE = frozenset(Architecture)
# The Debian releases that the official python images are built on, oldest first: the first
# Python that each was built for, and the architectures (docker-library/official-images).
IMAGE_DEBIANS = {
    "bookworm": (
        7,
        frozenset(
            {
                Architecture.X86_64,
                Architecture.AARCH64,
                Architecture.ARMV7L,
                Architecture.I686,
                Architecture.PPC64LE,
            }
        ),
    ),
    "trixie": (9, _EVERYWHERE),
}


def remedies_for(
    finding: Finding, target: Target, *, pythons: tuple[int, ...]
) -> tuple[Remedy, ...]:
    """Return the ways out of `finding` on `target`.

    `pythons` are the minor versions of Python 3 that the project allows.
    """
    package = finding.package
    # The nearest miss tells which of the other machines are worth asking: a wheel with no
    # graver fault than this one would have been nearer.
    miss = finding.nearest.miss if finding.nearest else None
    remedies = [
        *_other_tools(finding),
        *_policy(finding, target),
        *_lock(finding),
        *(_image(package, target) if miss in {Miss.LIBC_VERSION, Miss.LIBC} else ()),
        *_toolchain(finding, target),
        *(_python(package, target, pythons) if miss and miss <= Miss.ABI else ()),
        *(_platform(package, target) if miss and miss <= Miss.ARCHITECTURE else ()),
        *_marker(finding, target),
    ]
    order = list(RemedyKind)
    return tuple(sorted(remedies, key=lambda remedy: order.index(remedy.kind)))


def _fits(package: LockedPackage, platform: Platform, interpreter: Python) -> bool:
    return package.wheels_allowed and bool(choose_wheel(package, supported(platform, interpreter)))


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
    if finding.cause is Cause.NO_FILES:
        yield Remedy(
            kind=RemedyKind.LOCK,
            text="Write the lock anew, so that it names the files.",
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
            text="Let it be built with older tools, by a build constraint (Poetry 2.3).",
            lines=(
                "[tool.poetry.build-constraints]",
                f'{package.name} = {{ {requirement.name} = "{requirement.specifier}" }}',
            ),
        )


def _image(package: LockedPackage, target: Target) -> Iterator[Remedy]:
    """Yield an official image of the same Python, where glibc (or a newer one) is all it takes."""
    platform, interpreter = target.platform, target.python
    if (
        platform.os is not Os.LINUX
        or interpreter.implementation is not Implementation.CPYTHON
        or interpreter.free_threaded
    ):
        return
    for debian in DEBIAN:
        first_minor, architectures = IMAGE_DEBIANS.get(debian.codename, (0, frozenset()))
        if platform.architecture not in architectures or interpreter.minor < first_minor:
            continue
        if platform.libc is Libc.GLIBC and debian.version <= platform.version:
            continue
        other = replace(platform, libc=Libc.GLIBC, version=debian.version, assumed=False)
        if _fits(package, other, interpreter):
            image = f"python:3.{interpreter.minor}-slim-{debian.codename}"
            yield Remedy(
                kind=RemedyKind.IMAGE,
                text=f"Use an image of the same Python with {other.system}: a wheel fits there.",
                lines=(f"FROM {image}",),
            )
            return


def _python(package: LockedPackage, target: Target, pythons: tuple[int, ...]) -> Iterator[Remedy]:
    """Yield another Python, or the build with the GIL, that has locked wheels on this platform."""
    interpreter = target.python
    if interpreter.implementation is not Implementation.CPYTHON:
        return
    allowed = [
        minor for minor in pythons if minor != interpreter.minor or interpreter.free_threaded
    ]
    for minor in sorted(allowed, key=lambda other: (abs(other - interpreter.minor), -other)):
        if _fits(package, target.platform, python(minor)):
            gil = " with the GIL" if interpreter.free_threaded else ""
            yield Remedy(
                kind=RemedyKind.PYTHON,
                text=f"Use Python 3.{minor}{gil}: the lock has a wheel for it here.",
                lines=_image_line(package, target, minor),
            )
            return


def _image_line(package: LockedPackage, target: Target, minor: int) -> tuple[str, ...]:
    """Return the FROM line of the same official image with another Python, if a wheel fits it."""
    reference = target.image.reference if target.image else ""
    head, found, tag = reference.partition(f"python:3.{target.python.minor}")
    # A patch release or a digest belongs to the old version.
    if not found or head not in {"", "docker.io/library/"} or tag[:1] not in {"", "-"}:
        return ()
    reference = f"{head}python:3.{minor}{tag}"
    distribution = parse_image(reference).distribution
    if distribution is None:
        return ()
    platform = replace(target.platform, libc=distribution.libc, version=distribution.version)
    first_minor, _ = IMAGE_DEBIANS.get(distribution.codename, (0, frozenset()))
    known = distribution.codename in {"", *IMAGE_DEBIANS} and minor >= first_minor
    return (f"FROM {reference}",) if known and _fits(package, platform, python(minor)) else ()


def _platform(package: LockedPackage, target: Target) -> Iterator[Remedy]:
    """Yield the amd64 image under emulation, where that architecture has a wheel."""
    platform = target.platform
    if platform.os is not Os.LINUX or platform.architecture is Architecture.X86_64:
        return
    slow = "" if platform.architecture is Architecture.I686 else " (emulated: slow)"
    if _fits(package, replace(platform, architecture=Architecture.X86_64), target.python):
        yield Remedy(
            kind=RemedyKind.PLATFORM,
            text=f"Build and run the image for linux/amd64, which has a wheel{slow}.",
            lines=(
                "docker build --platform linux/amd64 .",
                "export DOCKER_DEFAULT_PLATFORM=linux/amd64",
            ),
        )


def _toolchain(finding: Finding, target: Target) -> Iterator[Remedy]:
    if finding.cause is Cause.NEEDS_UNSURE and finding.needs:
        possible = target.toolchain.possible(finding.needs.requires)
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"If it is there, declare it: --toolchain {','.join(map(short_form, possible))}.",
        )
    if finding.cause is Cause.NEEDS_MISSING:
        requires = finding.needs.requires if finding.needs else ()
        yield from equip(finding.missing, target, requires)


_SYS_PLATFORMS = {Os.LINUX: "linux", Os.MACOS: "darwin", Os.WINDOWS: "win32"}


def _marker(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield a marker for a package that is published for other platforms only."""
    nearest = finding.nearest
    if finding.cause is not Cause.NO_FILE_FITS or nearest is None:
        return
    package = finding.package
    if nearest.miss is Miss.OS:
        published = {
            found.os
            for wheel in package.wheels
            for tag in wheel.tags
            if (found := wheel_platform(tag.platform)) is not None
        }
        names = sorted(_SYS_PLATFORMS[os] for os in published & _SYS_PLATFORMS.keys())
        marker = " or ".join(f"sys_platform == '{name}'" for name in names)
    elif nearest.miss is Miss.ARCHITECTURE:
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
