"""Remedies that make a locked wheel fit: another image, Python or platform."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.chooser import choose_wheel
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.images import parse_image
from poetry_arch_check.images.official import IMAGE_DEBIANS
from poetry_arch_check.platforms.platform import Architecture, Libc, Os
from poetry_arch_check.platforms.python import Implementation, python
from poetry_arch_check.platforms.tags import supported
from poetry_arch_check.toolchains.distributions import DEBIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python


def _fits(package: LockedPackage, platform: Platform, interpreter: Python) -> bool:
    return package.wheels_allowed and bool(choose_wheel(package, supported(platform, interpreter)))


def other_image(package: LockedPackage, target: Target) -> Iterator[Remedy]:
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


def other_python(
    package: LockedPackage, target: Target, pythons: tuple[int, ...]
) -> Iterator[Remedy]:
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


def other_platform(package: LockedPackage, target: Target) -> Iterator[Remedy]:
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
