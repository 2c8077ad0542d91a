"""What BuildKit, and the commands that ask for it, call a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Architecture, Os

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.platforms.platform import Platform

# What is said of an architecture, in turn by `uname -m`, Debian's dpkg, Alpine's apk, and BuildKit.
_CALLED: Mapping[Architecture, tuple[str, str, str, str]] = {
    Architecture.X86_64: ("x86_64", "amd64", "x86_64", "amd64"),
    Architecture.AARCH64: ("aarch64", "arm64", "aarch64", "arm64"),
    Architecture.I686: ("i686", "i386", "x86", "386"),
    Architecture.ARMV7L: ("armv7l", "armhf", "armv7", "arm"),
    Architecture.ARMV6L: ("armv6l", "armel", "armhf", "arm"),
    Architecture.PPC64LE: ("ppc64le", "ppc64el", "ppc64le", "ppc64le"),
    Architecture.S390X: ("s390x", "s390x", "s390x", "s390x"),
    Architecture.RISCV64: ("riscv64", "riscv64", "riscv64", "riscv64"),
    Architecture.LOONGARCH64: ("loongarch64", "loong64", "loongarch64", "loong64"),
}
_VARIANTS = {Architecture.ARMV7L: "v7", Architecture.ARMV6L: "v6"}


def platform_values(prefix: str, platform: Platform) -> dict[str, Value]:
    """Return what BuildKit calls a platform: TARGETPLATFORM and its kind."""
    system = "windows" if platform.os is Os.WINDOWS else "linux"
    called = _CALLED.get(platform.architecture)
    architecture = called[3] if called else platform.architecture.value
    variant = _VARIANTS.get(platform.architecture, "")
    return {
        f"{prefix}PLATFORM": "/".join(filter(None, (system, architecture, variant))),
        f"{prefix}OS": system,
        f"{prefix}ARCH": architecture,
        f"{prefix}VARIANT": variant,
    }


def printed_on(platform: Platform) -> dict[tuple[str, ...], str]:
    """Return what commands print that ask for the architecture."""
    called = _CALLED.get(platform.architecture)
    if called is None:
        return {}
    machine, dpkg, apk, _ = called
    return {
        ("uname", "-m"): machine,
        ("uname", "-p"): machine,
        ("uname", "-i"): machine,
        ("arch",): machine,
        ("uname",): "Linux",
        ("uname", "-s"): "Linux",
        ("dpkg", "--print-architecture"): dpkg,
        ("apk", "--print-arch"): apk,
    }
