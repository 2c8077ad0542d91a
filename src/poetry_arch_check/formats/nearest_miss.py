"""The nearest miss in words: what keeps the closest wheel from fitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.nearest_miss import Incompatibility, NearestMiss, wheel_platform

if TYPE_CHECKING:
    from poetry_arch_check.check.target import Target


def explain(nearest: NearestMiss, target: Target) -> str:
    """Return what keeps the nearest miss out: `it is for x86_64, the target is aarch64`."""
    wanted = wheel_platform(nearest.tag.platform)
    system = wanted.system if wanted else nearest.tag.platform
    own = target.platform.system
    match nearest.incompatibility:
        case Incompatibility.LIBC_VERSION | Incompatibility.OS_VERSION if (
            wanted and wanted.version <= target.platform.version
        ):
            return f"it is tagged {nearest.tag.platform}, which no Python on {own} takes"
        case Incompatibility.LIBC_VERSION | Incompatibility.OS_VERSION | Incompatibility.LIBC:
            return f"it needs {system}, the target has {own}{_assumed(target)}"
        case Incompatibility.PYTHON:
            return f"it is for {nearest.tag.interpreter}, the target has {target.python.label}"
        case Incompatibility.ABI:
            return f"its ABI is {nearest.tag.abi}, the target has {target.python.label}"
        case Incompatibility.ARCHITECTURE:
            architecture = wanted.architecture.value if wanted else nearest.tag.platform
            return f"it is for {architecture}, the target is {target.platform.architecture.value}"
        case Incompatibility.OS:
            wanted_os = wanted.os.value if wanted else nearest.tag.platform
            return f"it is for {wanted_os}, the target runs {target.platform.os.value}"


def _assumed(target: Target) -> str:
    return " (assumed)" if target.platform.assumed else ""
