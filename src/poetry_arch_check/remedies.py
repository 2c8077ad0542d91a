"""Ways out that the lock and the target alone yield, the cheapest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.choice import choose_wheel
from poetry_arch_check.distributions import (
    DEBIAN,
    install_lines,
    likely_managers,
    packages_for,
)
from poetry_arch_check.misses import Miss, wheel_platform
from poetry_arch_check.platforms import Architecture, Libc, Os
from poetry_arch_check.pythons import Implementation, python
from poetry_arch_check.report import Cause, Outcome, Remedy, RemedyKind
from poetry_arch_check.tags import supported
from poetry_arch_check.toolchain import short_form, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.packages import LockedPackage
    from poetry_arch_check.platforms import Platform
    from poetry_arch_check.pythons import Python
    from poetry_arch_check.report import Finding
    from poetry_arch_check.targets import Target

# The Debian releases that the official python images are built on, oldest first, and the
# first Python that each was built for (docker-library/python).
IMAGE_DEBIANS = {"bookworm": 7, "trixie": 9}


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
        *_policy(finding),
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


def _policy(finding: Finding) -> Iterator[Remedy]:
    package = finding.package
    for key, allowed in (
        ("installer.no-binary", package.wheels_allowed),
        ("installer.only-binary", package.sdists_allowed),
    ):
        if not allowed and finding.cause is Cause.POLICY:
            yield Remedy(
                kind=RemedyKind.POLICY,
                text=f"{key} is in the way: change it so that it lets {package.name} through.",
                lines=(f"poetry config {key}",),
            )


def _lock(finding: Finding) -> Iterator[Remedy]:
    if finding.outcome is Outcome.UNKNOWN:
        yield Remedy(
            kind=RemedyKind.LOCK,
            text="Write the lock anew, so that it names the files.",
            lines=("poetry lock --regenerate",),
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
        first_minor = IMAGE_DEBIANS.get(debian.codename)
        if first_minor is None or interpreter.minor < first_minor:
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
                lines=_image_line(target, minor),
            )
            return


def _image_line(target: Target, minor: int) -> tuple[str, ...]:
    """Return the FROM line with another Python, where the image is an official python one."""
    image = target.image
    old = f":3.{target.python.minor}"
    if image is None or not image.own_python or old not in image.reference:
        return ()
    repository, _, tag = image.reference.partition(old)
    if tag[:1] not in {"", "-"}:  # a patch release or a digest belongs to the old version
        return ()
    return (f"FROM {repository}:3.{minor}{tag}",)


def _platform(package: LockedPackage, target: Target) -> Iterator[Remedy]:
    """Yield the amd64 image under emulation, where that architecture has a wheel."""
    platform = target.platform
    if platform.os is not Os.LINUX or platform.architecture is Architecture.X86_64:
        return
    if _fits(package, replace(platform, architecture=Architecture.X86_64), target.python):
        yield Remedy(
            kind=RemedyKind.PLATFORM,
            text="Build and run the image for linux/amd64, which has a wheel (emulated: slow).",
            lines=(
                "docker build --platform linux/amd64 .",
                "export DOCKER_DEFAULT_PLATFORM=linux/amd64",
            ),
        )


def _toolchain(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield how to install what the build lacks, by the target's package manager."""
    if not finding.missing:
        return
    tools = " and ".join(words(dependency) for dependency in finding.missing)
    declare = f"then declare it: --toolchain {','.join(map(short_form, finding.missing))}"
    image = target.image
    distribution = image.distribution if image else None
    managers = (distribution.manager,) if distribution else likely_managers(target.platform)
    for manager in managers:
        own_python = image.own_python if image else True
        packages, unknown = packages_for(finding.missing, manager, headers=not own_python)
        also = f" (find the packages of {', '.join(map(words, unknown))})" if unknown else ""
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"Install {tools} with {manager.value}{also}, {declare}.",
            lines=install_lines(packages, manager) if packages else (),
        )
    if not managers:
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"Install {tools}, {declare}.",
            lines=_OTHER_SYSTEMS.get(target.platform.os, ()),
        )


_OTHER_SYSTEMS = {
    Os.MACOS: ("xcode-select --install",),
    Os.WINDOWS: (
        (
            "winget install Microsoft.VisualStudio.2022.BuildTools --override"
            ' "--quiet --add Microsoft.VisualStudio.Workload.VCTools"'
        ),
    ),
}

_SYS_PLATFORMS = {Os.LINUX: "linux", Os.MACOS: "darwin", Os.WINDOWS: "win32"}


def _marker(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield a marker for a package that is published for other platforms only."""
    if finding.outcome is not Outcome.UNAVAILABLE or finding.cause is not Cause.NO_FILE_FITS:
        return
    package, platform = finding.package, target.platform
    published = [
        found
        for wheel in package.wheels
        for tag in wheel.tags
        if (found := wheel_platform(tag.platform)) is not None
    ]
    systems = {found.os for found in published}
    machines = {found.architecture for found in published if found.os is platform.os}
    if systems and platform.os not in systems:
        names = sorted(_SYS_PLATFORMS[system] for system in systems & _SYS_PLATFORMS.keys())
        marker = " or ".join(f"sys_platform == '{name}'" for name in names)
    elif machines and platform.architecture not in machines | {Architecture.UNIVERSAL2}:
        name = target.markers.get("platform_machine", platform.architecture.value)
        marker = f"platform_machine != '{name}'"
    else:
        return
    if not marker:
        return
    where = "its requirement" if package.direct else "the requirement that brings it in"
    yield Remedy(
        kind=RemedyKind.MARKER,
        text=f"If the project can do without it here, put a marker on {where}.",
        lines=(f'poetry add "{package.name}@{package.version}" --markers "{marker}"',)
        if package.direct
        else (marker,),
    )
