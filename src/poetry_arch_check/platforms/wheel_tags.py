"""Wheel platform tags (PEP 425, 600, 656, 730, 738, 783) → platforms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import (
    ANDROID_ABIS,
    MACOS_ARCHITECTURES,
    WINDOWS_TAGS,
    Architecture,
    Libc,
    Os,
    Platform,
    Version,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.platforms.python import Python


# What a name means that does not say it; the same as with uv.
ASSUMED_GLIBC: Version = (2, 28)


ASSUMED_MUSL: Version = (1, 2)


ASSUMED_MACOS: Version = (13, 0)


ASSUMED_IOS: Version = (13, 0)


ASSUMED_ANDROID: Version = (24, 0)


TAG_ARCHITECTURES = {
    architecture.value: architecture
    for architecture in Architecture
    if architecture not in {Architecture.UNIVERSAL2, Architecture.WASM32}
} | {"amd64": Architecture.X86_64, "arm64": Architecture.AARCH64}


MACOS_BY_TAG = {tag: architecture for architecture, tag in MACOS_ARCHITECTURES.items()}


WINDOWS_BY_TAG = {tag: architecture for architecture, tag in WINDOWS_TAGS.items()}


ANDROID_BY_TAG = {tag: architecture for architecture, tag in ANDROID_ABIS.items()}


LEGACY_GLIBC = {"1": (2, 5), "2010": (2, 12), "2014": (2, 17)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a name stands for; only a cibuildwheel identifier names a Python too."""

    platform: Platform
    python: Python | None = None


def linux(
    architecture: Architecture, libc: Libc = Libc.GLIBC, version: Version | None = None
) -> Platform:
    """Return a Linux platform; without a version the C library is an assumption."""
    assumed = ASSUMED_MUSL if libc is Libc.MUSL else ASSUMED_GLIBC
    return Platform(
        os=Os.LINUX,
        architecture=architecture,
        libc=libc,
        version=version or assumed,
        assumed=version is None,
    )


def _only(platform: Platform | None) -> Name | None:
    return Name(platform=platform) if platform else None


def _version(match: re.Match[str]) -> Version | None:
    return (int(match["major"]), int(match["minor"])) if match["major"] else None


def _windows(architecture: Architecture | None) -> Platform | None:
    if architecture not in WINDOWS_TAGS:
        return None
    return Platform(os=Os.WINDOWS, architecture=architecture)


def _macos(architecture: Architecture | None, version: Version | None = None) -> Platform | None:
    if architecture not in MACOS_ARCHITECTURES:
        return None
    return Platform(
        os=Os.MACOS,
        architecture=architecture,
        version=version or ASSUMED_MACOS,
        assumed=version is None,
    )


def _android(architecture: Architecture | None, level: int | None = None) -> Platform | None:
    if architecture not in ANDROID_ABIS:
        return None
    version = ASSUMED_ANDROID if level is None else (level, 0)
    return Platform(os=Os.ANDROID, architecture=architecture, version=version)


def _ios(architecture: Architecture, sdk: str, version: Version = ASSUMED_IOS) -> Platform:
    return Platform(os=Os.IOS, architecture=architecture, version=version, sdk=sdk)


def _linux_tag(match: re.Match[str]) -> Name | None:
    architecture = TAG_ARCHITECTURES.get(match["architecture"])
    if architecture is None:
        return None
    groups = match.groupdict()
    if legacy := groups.get("legacy"):
        return Name(platform=linux(architecture, Libc.GLIBC, LEGACY_GLIBC[legacy]))
    libc = Libc.MUSL if groups.get("libc") == "musllinux" else Libc.GLIBC
    version = (int(match["major"]), int(match["minor"])) if groups.get("major") else None
    return Name(platform=linux(architecture, libc, version))


def _macos_tag(match: re.Match[str]) -> Name | None:
    architecture = MACOS_BY_TAG.get(match["architecture"])
    return _only(_macos(architecture, _version(match)))


def _windows_tag(match: re.Match[str]) -> Name | None:
    return _only(_windows(WINDOWS_BY_TAG.get(match[0])))


def _android_tag(match: re.Match[str]) -> Name | None:
    level = int(match["level"]) if match["level"] else None
    return _only(_android(ANDROID_BY_TAG.get(match["abi"]), level))


def _ios_tag(match: re.Match[str]) -> Name | None:
    architecture = TAG_ARCHITECTURES[match["architecture"]]
    return Name(platform=_ios(architecture, match["sdk"], _version(match) or ASSUMED_IOS))


# The Emscripten ABI year that each CPython minor version is built for (PEP 783).
PYODIDE_YEARS = {12: 2024, 13: 2025, 14: 2026}


def _pyodide(match: re.Match[str]) -> Name | None:
    year = int(match["year"] or 0) or max(PYODIDE_YEARS.values())
    return Name(
        platform=Platform(os=Os.PYODIDE, architecture=Architecture.WASM32, version=(year, 0))
    )


def parse_platform_tag(tag: str) -> Platform | None:
    """Return the platform that a wheel platform tag asks for, None for an unknown one."""
    for pattern, read in _TAG_READERS:
        if (match := pattern.fullmatch(tag)) and (result := read(match)):
            return result.platform
    return None


Reader = tuple[re.Pattern[str], "Callable[[re.Match[str]], Name | None]"]


_VERSION = r"(?P<major>\d{1,3})_(?P<minor>\d{1,3})"


_TAG_READERS: tuple[Reader, ...] = (
    (
        re.compile(rf"(?P<libc>manylinux|musllinux)(?:_{_VERSION})?_(?P<architecture>\w+)"),
        _linux_tag,
    ),
    (re.compile(r"manylinux(?P<legacy>1|2010|2014)_(?P<architecture>\w+)"), _linux_tag),
    (re.compile(r"linux_(?P<architecture>\w+)"), _linux_tag),
    (re.compile(rf"macosx(?:_{_VERSION})?_(?P<architecture>arm64|x86_64|universal2)"), _macos_tag),
    (re.compile(r"win32|win_amd64|win_arm64"), _windows_tag),
    (
        re.compile(r"android(?:_(?P<level>\d{1,3}))?_(?P<abi>arm64_v8a|x86_64|armeabi_v7a|x86)"),
        _android_tag,
    ),
    (
        re.compile(
            rf"ios(?:_{_VERSION})?_(?P<architecture>arm64|x86_64)_(?P<sdk>iphoneos|iphonesimulator)"
        ),
        _ios_tag,
    ),
    (re.compile(r"(?:pyodide|pyemscripten)(?:_(?P<year>\d{4})_\d+)?_wasm32"), _pyodide),
)
