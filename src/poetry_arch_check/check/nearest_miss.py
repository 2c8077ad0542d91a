"""The nearest miss: the locked wheel closest to fitting, and what keeps it out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Architecture, Libc, Os
from poetry_arch_check.platforms.python import Implementation
from poetry_arch_check.platforms.tags import oldest_glibc
from poetry_arch_check.platforms.wheel_tags import parse_platform_tag

if TYPE_CHECKING:
    from packaging.tags import Tag

    from poetry_arch_check.check.artifacts import Wheel
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.platforms.tags import Support


class Incompatibility(IntEnum):
    """What keeps a wheel out, the nearest first: a smaller number is closer to fitting."""

    LIBC_VERSION = 1
    OS_VERSION = 2
    LIBC = 3
    PYTHON = 4
    ABI = 5
    ARCHITECTURE = 6
    OS = 7

    @property
    def code(self) -> str:
        """The word of the JSON report, which has one for the system and its version."""
        return "os" if self is Incompatibility.OS_VERSION else self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestMiss:
    """A wheel that does not fit, the one of its tags that comes closest, and what it lacks."""

    wheel: Wheel
    tag: Tag
    incompatibility: Incompatibility


@cache
def nearest_miss(
    wheels: tuple[Wheel, ...], platform: Platform, python: Python, support: Support
) -> NearestMiss | None:
    """Return the closest of `wheels`, none of which fits, or None where there are none.

    Tags are compared by their gravest fault, then by the next, then by how far the
    versions are apart; the first in the lock wins among equals. Remembered, because the remedies
    are proven by the check made again with another toolchain.
    """
    kept_out = _kept_out(platform, python, support)
    best: NearestMiss | None = None
    least: tuple[tuple[Incompatibility, ...], tuple[int, ...], str] | None = None
    for wheel in wheels:
        closest: tuple[tuple[Incompatibility, ...], tuple[int, ...], str] | None = None
        for tag in wheel.tags:
            incompatibilities = kept_out.by(tag)
            if least is not None and incompatibilities > least[0]:
                continue
            distance = incompatibilities, _gap(tag, platform, python), str(tag)
            if closest is None or distance < closest:
                closest, candidate = distance, tag
        if closest is not None and (least is None or closest[:2] < least[:2]):
            least = closest
            best = NearestMiss(wheel=wheel, tag=candidate, incompatibility=closest[0][0])
    return best


def is_akin(wheel: Wheel, platform: Platform, python: Python, support: Support) -> bool:
    """Return whether `wheel` is for this Python and operating system, whatever else it needs."""
    others = {Incompatibility.PYTHON, Incompatibility.ABI, Incompatibility.OS}
    kept_out = _kept_out(platform, python, support)
    return any(tag in support.tags or others.isdisjoint(kept_out.by(tag)) for tag in wheel.tags)


@dataclass(frozen=True, slots=True)
class _KeptOut:
    """What keeps tags out of one target, remembered: the wheels of a lock have few different tags.

    `platforms` are the answers by platform tag, `pythons` those by interpreter and ABI.
    """

    platform: Platform
    python: Python
    support: Support
    platforms: dict[str, tuple[Incompatibility, ...]] = field(default_factory=dict)
    pythons: dict[tuple[str, str], tuple[Incompatibility, ...]] = field(default_factory=dict)

    def by(self, tag: Tag) -> tuple[Incompatibility, ...]:
        """Return what keeps `tag` out, the gravest first."""
        pair = tag.interpreter, tag.abi
        if tag.platform not in self.platforms:
            self.platforms[tag.platform] = _platform_incompatibilities(
                tag.platform, self.platform, self.support
            )
        if pair not in self.pythons:
            self.pythons[pair] = _python_incompatibilities(*pair, self.python, self.support)
        faults = self.platforms[tag.platform] + self.pythons[pair]
        return tuple(sorted(faults, reverse=True)) or (Incompatibility.ABI,)


@cache
def _kept_out(platform: Platform, python: Python, support: Support) -> _KeptOut:
    return _KeptOut(platform, python, support)


@cache
def wheel_platform(tag: str) -> Platform | None:
    """Return the platform of a wheel's platform tag; None for `any` and unknown ones."""
    # The fat binaries of old macOS all had an Intel part.
    return parse_platform_tag(re.sub(r"^(macosx_.*_)(intel|universal|fat\d*)$", r"\1x86_64", tag))


def _platform_incompatibilities(
    tag: str, platform: Platform, support: Support
) -> tuple[Incompatibility, ...]:
    if tag in support.platforms:
        return ()
    wanted = wheel_platform(tag)
    if wanted is None:
        return (Incompatibility.OS,)
    same_architecture = wanted.architecture in {platform.architecture, Architecture.UNIVERSAL2}
    incompatibilities = () if same_architecture else (Incompatibility.ARCHITECTURE,)
    if wanted.os is not platform.os:
        return (Incompatibility.OS, *incompatibilities)
    if wanted.libc is not platform.libc:
        return (Incompatibility.LIBC, *incompatibilities)
    if wanted.version > platform.version or _below_floor(wanted):
        version = (
            Incompatibility.LIBC_VERSION if platform.os is Os.LINUX else Incompatibility.OS_VERSION
        )
        return (version, *incompatibilities)
    return incompatibilities or (Incompatibility.ARCHITECTURE,)


def _below_floor(platform: Platform) -> bool:
    return platform.libc is Libc.GLIBC and platform.version < oldest_glibc(platform.architecture)


_CPYTHON_ABI = re.compile(r"cp(?P<nodot>\d+)[a-z]*")


def _python_incompatibilities(
    interpreter: str, abi: str, python: Python, support: Support
) -> tuple[Incompatibility, ...]:
    """Tell whether the Python version (or implementation) is wrong, its build, or both."""
    if (interpreter, abi) in support.pythons:
        return ()
    implementation, minor = _python_of(interpreter, abi)
    stable = abi in {"abi3", "abi3t"}
    # A stable ABI serves later versions too.
    right_version = minor == python.minor or (stable and minor <= python.minor)
    right = implementation is python.implementation and right_version
    free_threaded = abi.endswith("t")
    right_build = abi == "none" or free_threaded == python.free_threaded
    incompatibilities = ((Incompatibility.PYTHON,) if not right else ()) + (
        (Incompatibility.ABI,) if not right_build else ()
    )
    return incompatibilities or (Incompatibility.ABI,)


@cache
def _python_of(interpreter: str, abi: str) -> tuple[Implementation | None, int]:
    """Return the implementation and the 3.x minor version that a tag is built for."""
    match = _CPYTHON_ABI.fullmatch(abi)
    name, nodot = ("cp", match["nodot"]) if match else _split(interpreter)
    implementation = {
        "cp": Implementation.CPYTHON,
        "py": None,
        "pp": Implementation.PYPY,
        "graalpy": Implementation.GRAALPY,
    }.get(name)
    minor = int(nodot[1:] or 0) if nodot.startswith("3") else -1
    return implementation, minor


def _split(interpreter: str) -> tuple[str, str]:
    name = interpreter.rstrip("0123456789")
    return name, interpreter[len(name) :]


_COMMON = tuple(Architecture)


def _gap(tag: Tag, platform: Platform, python: Python) -> tuple[int, ...]:
    """Return how far a tag's versions are from the target's, for choosing among equals.

    The commonest architecture stands for several that are all wrong.
    """
    python_gap = abs(_python_of(tag.interpreter, tag.abi)[1] - python.minor)
    wanted = wheel_platform(tag.platform)
    if wanted is None:
        return (python_gap,)
    major, minor = (abs(a - b) for a, b in zip(wanted.version, platform.version, strict=True))
    return python_gap, _COMMON.index(wanted.architecture), major, minor
