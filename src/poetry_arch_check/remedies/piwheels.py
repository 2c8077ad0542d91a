"""piwheels: wheels for the Raspberry Pi's 32-bit system that the index does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Architecture, Libc
from poetry_arch_check.platforms.python import Implementation
from poetry_arch_check.toolchains.distributions import DEBIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target

_MACHINES = frozenset({Architecture.ARMV6L, Architecture.ARMV7L})
# Its FAQ: for the Python of each release of Raspberry Pi OS that is supported, those of Debian.
_SUPPORTED = DEBIAN[-3:]


def piwheels(package: LockedPackage, target: Target) -> Iterator[Remedy]:
    """Yield piwheels as a source, on a release that it builds for; what it has is not asked."""
    platform, python = target.platform, target.python
    release = next((each for each in _SUPPORTED if each.python_minor == python.minor), None)
    if (
        package.source is not Source.INDEX
        or platform.architecture not in _MACHINES
        or platform.libc is not Libc.GLIBC
        or python.implementation is not Implementation.CPYTHON
        or release is None
        # Its wheels are linked with the C library of the release.
        or (platform.version < release.version and not platform.assumed)
    ):
        return
    yield Remedy(
        kind=RemedyKind.SOURCE,
        change=None,
        text="Look on piwheels: it builds wheels for the Raspberry Pi, for the Python"
        f" {python.short} of {release.label}. It can be a source of the project"
        " (poetry source add --priority=supplemental); then lock again.",
    )
