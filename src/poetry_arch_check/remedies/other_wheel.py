"""Remedies that make a locked wheel fit: another image, Python or platform."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OtherArchitecture, OtherImage, OtherPython
from poetry_arch_check.check.chooser import choose_wheel
from poetry_arch_check.check.origin import BaseImage
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.images import parse_image
from poetry_arch_check.images.official import IMAGE_DEBIANS
from poetry_arch_check.platforms.platform import Architecture, Libc, Os
from poetry_arch_check.platforms.python import Implementation, python
from poetry_arch_check.platforms.tags import supported
from poetry_arch_check.remedies.base_image import slim_image
from poetry_arch_check.toolchains.distributions import DEBIAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.platform import Platform


def image_of_the_run(
    target: Target, everywhere: Iterable[tuple[Target, Sequence[Finding]]]
) -> Iterator[Remedy]:
    """Yield the images that are compared with that of `target`, those with fewest problems first.

    `everywhere` has the targets of the run with their findings.
    """
    others = [
        (sum(finding.problem for finding in findings), other)
        for other, findings in everywhere
        if (other.name, other.python) == (target.name, target.python)
        and isinstance(target.origin, BaseImage)
        and isinstance(other.origin, BaseImage)
        and other.platform != target.platform
    ]
    for _, other in sorted(others, key=lambda each: each[0]):
        if other.image and other.image.distribution:
            yield _with_image(other.image.reference, other.platform, target)


def other_image(target: Target) -> Iterator[Remedy]:
    """Yield the official images of the same Python with glibc, or a newer one, the oldest first."""
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
        image = slim_image(target, debian)
        if image is None:
            continue
        yield _with_image(image, other, target)


def _with_image(image: str, platform: Platform, target: Target) -> Remedy:
    """Return the change to `image`; no line, where others of the Dockerfile are for the old one."""
    also = _other_lines(target)
    named = f" ({image})" if also else ""
    text = f"Use an image of the same Python with {platform.system}{named}: a wheel fits there"
    return Remedy(
        kind=RemedyKind.IMAGE,
        change=OtherImage(image=image),
        text=f"{text}{also}.",
        lines=() if also else (f"FROM {image}",),
    )


def _other_lines(target: Target) -> str:
    """Return what to say where others of the Dockerfile are for the image: one line is not all."""
    step = target.step
    if step is None or step.base is not None:
        return ""
    return f"; other lines of {step.path} are for {step.image.reference} and change with it"


def other_python(
    package: LockedPackage, target: Target, pythons: tuple[int, ...]
) -> Iterator[Remedy]:
    """Yield other Pythons, and the build with the GIL, that have wheels here, the nearest first."""
    interpreter = target.python
    if interpreter.implementation is not Implementation.CPYTHON:
        return
    allowed = [
        minor for minor in pythons if minor != interpreter.minor or interpreter.free_threaded
    ]
    for minor in sorted(allowed, key=lambda other: (abs(other - interpreter.minor), -other)):
        # The wheels are looked at first: what is planned with another Python takes its time.
        if choose_wheel(package, supported(target.platform, python(minor))):
            gil = " with the GIL" if interpreter.free_threaded else ""
            image = _image(package, target, minor)
            also = _other_lines(target) if image else ""
            named = f" ({image})" if also else ""
            yield Remedy(
                kind=RemedyKind.PYTHON,
                change=OtherPython(python=python(minor), image=image),
                text=f"Use Python 3.{minor}{gil}{named}: the lock has a wheel for it here{also}.",
                lines=(f"FROM {image}",) if image and not also else (),
            )


def _image(package: LockedPackage, target: Target, minor: int) -> str:
    """Return the same official image with another Python if a wheel fits it, else ""."""
    reference = target.image.reference if target.image else ""
    head, found, tag = reference.partition(f"python:3.{target.python.minor}")
    # A patch release or a digest belongs to the old version.
    if not found or head not in {"", "docker.io/library/"} or tag[:1] not in {"", "-"}:
        return ""
    reference = f"{head}python:3.{minor}{tag}"
    distribution = parse_image(reference).distribution
    if distribution is None:
        return ""
    platform = replace(target.platform, libc=distribution.libc, version=distribution.version)
    first_minor, _ = IMAGE_DEBIANS.get(distribution.codename, (0, frozenset()))
    known = distribution.codename in {"", *IMAGE_DEBIANS} and minor >= first_minor
    fits = known and choose_wheel(package, supported(platform, python(minor)))
    return reference if fits else ""


def other_platform(target: Target) -> Iterator[Remedy]:
    """Yield the amd64 image under emulation."""
    platform = target.platform
    if platform.os is not Os.LINUX or platform.architecture is Architecture.X86_64:
        return
    slow = "" if platform.architecture is Architecture.I686 else " (emulated: slow)"
    yield Remedy(
        kind=RemedyKind.PLATFORM,
        change=OtherArchitecture(architecture=Architecture.X86_64),
        text=f"Build and run the image for linux/amd64, which has a wheel{slow}.",
        lines=(
            "docker build --platform linux/amd64 .",
            "export DOCKER_DEFAULT_PLATFORM=linux/amd64",
        ),
    )
