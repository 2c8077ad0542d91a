"""The marker environment (PEP 508) of a platform with a Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import MACOS_ARCHITECTURES, Architecture, Os
from poetry_arch_check.platforms.python import Implementation

if TYPE_CHECKING:
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python

ASSUMED_MARKERS = ("platform_release", "platform_version")
"""Variables that no target states: a believable value is taken, and reports say so."""

# The Emscripten that each year's Pyodide ABI is built with.
_EMSCRIPTEN = {2024: "3.1.58", 2025: "4.0.9"}
WINDOWS_MACHINES = {
    Architecture.X86_64: "AMD64",
    Architecture.AARCH64: "ARM64",
    Architecture.I686: "x86",
}
# From macOS 26 on the names run in step with the years; before, Darwin was nine ahead.
FIRST_MACOS_NAMED_BY_YEAR = 26


def marker_environment(platform: Platform, python: Python) -> dict[str, str]:
    """Return the eleven variables of PEP 508 as `python` on `platform` would report them."""
    sys_platform, system, release = _system(platform)
    # Windows alone has a version that people compare: that of Server 2022.
    build = "10.0.20348" if platform.os is Os.WINDOWS else release
    name, version = _implementation(python)
    return {
        "implementation_name": name,
        "implementation_version": version,
        "os_name": "nt" if platform.os is Os.WINDOWS else "posix",
        "platform_machine": _state(platform),
        "platform_python_implementation": python.implementation.value,
        "platform_release": release,
        "platform_system": system,
        "platform_version": build,
        "python_full_version": python.full,
        "python_version": f"3.{python.minor}",
        "sys_platform": sys_platform,
    }


def _system(platform: Platform) -> tuple[str, str, str]:
    """Return `sys_platform`, `platform_system` and a believable `platform_release`."""
    match platform.os:
        case Os.LINUX:
            return "linux", "Linux", "6.1.0"
        case Os.MACOS:
            return "darwin", "Darwin", _darwin_release(*platform.version)
        case Os.WINDOWS:
            return "win32", "Windows", "10"
        case Os.ANDROID:
            return "android", "Android", str(platform.version[0])
        case Os.IOS:
            return "ios", "iOS", f"{platform.version[0]}.{platform.version[1]}"
        case Os.PYODIDE:
            return "emscripten", "Emscripten", _EMSCRIPTEN.get(platform.version[0], "5.0.0")


def _darwin_release(major: int, minor: int) -> str:
    """Return the kernel release of a macOS: 13 is Darwin 22, 26 is Darwin 25."""
    if major >= FIRST_MACOS_NAMED_BY_YEAR:
        return f"{major - 1}.{minor}.0"
    if major > 10:  # noqa: PLR2004 - macOS 10.x counted by its second number
        return f"{major + 9}.{minor}.0"
    return f"{minor + 4}.6.0"


def _state(platform: Platform) -> str:
    match platform.os:
        case Os.WINDOWS:
            return WINDOWS_MACHINES[platform.architecture]
        case Os.MACOS | Os.IOS:
            # A machine that must run both takes the newer one's name.
            return MACOS_ARCHITECTURES[platform.architecture].replace("universal2", "arm64")
        case _:
            return platform.architecture.value


def _implementation(python: Python) -> tuple[str, str]:
    """Return `implementation_name` and `implementation_version`."""
    match python.implementation:
        case Implementation.CPYTHON:
            return "cpython", python.full
        case Implementation.PYPY:
            return "pypy", "7.3.20"
        case Implementation.GRAALPY:
            return "graalpy", "25.0.0"
