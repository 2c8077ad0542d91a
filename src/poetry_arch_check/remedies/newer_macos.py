"""A newer macOS: what an image with a newer C library is on Linux."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import NewerMacOS
from poetry_arch_check.check.nearest_miss import wheel_platform
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target


def newer_macos(package: LockedPackage, target: Target) -> Iterator[Remedy]:
    """Yield the versions of macOS that locked wheels are for, the oldest first."""
    platform = target.platform
    if platform.os is not Os.MACOS:
        return
    tags = (tag.platform for wheel in package.wheels for tag in wheel.tags)
    found = (wheel_platform(tag) for tag in tags)
    versions = {each.version for each in found if each is not None and each.os is Os.MACOS}
    for version in sorted(versions):
        if version <= platform.version:
            continue
        newer = replace(platform, version=version, assumed=False)
        yield Remedy(
            kind=RemedyKind.PLATFORM,
            change=NewerMacOS(version=version),
            text=f"Install on {newer.system} or newer, which has a wheel.",
            lines=(f"poetry arch-check -t {newer.tag}",),
        )
