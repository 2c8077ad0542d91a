"""The names a target can be called by, and the platform each stands for.

Container platforms (OCI image index: `linux/arm64/v8`), the values of uv's
`--python-platform`, cibuildwheel's build identifiers (`cp313t-musllinux_aarch64`) and
wheel platform tags (`manylinux_2_28_aarch64`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError, did_you_mean
from poetry_arch_check.platforms import (
    ANDROID_ABIS,
    IOS_ARCHITECTURES,
    MACOS_ARCHITECTURES,
    WINDOWS_TAGS,
    Architecture,
    Libc,
    Os,
    Platform,
    Version,
)
from poetry_arch_check.pythons import (
    NEWEST_PATCH,
    Implementation,
    Python,
    parse_python,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What a name means that does not say it; the same as with uv.
ASSUMED_GLIBC: Version = (2, 28)
ASSUMED_MUSL: Version = (1, 2)
ASSUMED_MACOS: Version = (13, 0)
ASSUMED_IOS: Version = (13, 0)
ASSUMED_ANDROID: Version = (24, 0)

CURRENT = "current"
ALL = "all"
COMMON_EIGHT = (
    "linux/amd64",
    "linux/arm64",
    "alpine/amd64",
    "alpine/arm64",
    "macos/amd64",
    "macos/arm64",
    "windows/amd64",
    "windows/arm64",
)

# Go's names, as in OCI platforms, and what people write instead.
CONTAINER_ARCHITECTURES = {
    "amd64": Architecture.X86_64,
    "x86_64": Architecture.X86_64,
    "arm64": Architecture.AARCH64,
    "aarch64": Architecture.AARCH64,
    "arm64/v8": Architecture.AARCH64,
    "arm": Architecture.ARMV7L,
    "arm/v7": Architecture.ARMV7L,
    "arm/v6": Architecture.ARMV6L,
    "386": Architecture.I686,
    "ppc64le": Architecture.PPC64LE,
    "s390x": Architecture.S390X,
    "riscv64": Architecture.RISCV64,
    "loong64": Architecture.LOONGARCH64,
}
TAG_ARCHITECTURES = {
    architecture.value: architecture
    for architecture in Architecture
    if architecture not in {Architecture.UNIVERSAL2, Architecture.WASM32}
} | {"amd64": Architecture.X86_64, "arm64": Architecture.AARCH64}
MACOS_BY_TAG = {tag: architecture for architecture, tag in MACOS_ARCHITECTURES.items()}
WINDOWS_BY_TAG = {tag: architecture for architecture, tag in WINDOWS_TAGS.items()}
ANDROID_BY_TAG = {tag: architecture for architecture, tag in ANDROID_ABIS.items()}
UV_SHORT_NAMES = {
    "linux": "linux/amd64",
    "macos": "macos/arm64",
    "windows": "windows/amd64",
    "alpine": "alpine/amd64",
}
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


def same_target(one: str, other: str) -> bool:
    """Return whether two names are the same but for container spellings (`linux/arm64/v8`)."""
    return one == other or _plain_spelling(one) == _plain_spelling(other)


def _plain_spelling(name: str) -> str:
    return name.lower().replace("darwin/", "macos/").removesuffix("/v8")


def parse_name(text: str, *, more: Iterable[str] = ()) -> Name:
    """Return what the target name `text` stands for.

    `more` are names that exist besides (those of the configuration), for near matches.
    Raises TargetError with near matches for an unknown name.
    """
    name = text.strip().lower()
    name = UV_SHORT_NAMES.get(name, name)
    for pattern, read in _READERS if name.isascii() else ():
        if (match := pattern.fullmatch(name)) and (result := read(match)):
            return result
    raise TargetError(
        f'unknown target "{text}"{did_you_mean(text, (*more, *KNOWN_NAMES))}',
        cure="names look like linux/arm64, alpine/amd64, manylinux_2_34_aarch64, windows/amd64,"
        " current, all; --python and --image say more of a target",
    )


def _only(platform: Platform | None) -> Name | None:
    return Name(platform=platform) if platform else None


def _version(match: re.Match[str]) -> Version | None:
    return (int(match["major"]), int(match["minor"])) if match["major"] else None


def _container(match: re.Match[str]) -> Name | None:
    architecture = CONTAINER_ARCHITECTURES.get(match["architecture"])
    if architecture is None:
        return None
    match match["os"]:
        case "linux":
            return Name(platform=linux(architecture))
        case "alpine":
            return Name(platform=linux(architecture, Libc.MUSL))
        case "windows":
            return _only(_windows(architecture))
        case _:
            return _only(_macos(architecture))


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


def _triple(match: re.Match[str]) -> Name | None:
    architecture = TAG_ARCHITECTURES.get(match["architecture"])
    if architecture is None:
        return None
    match match["system"]:
        case "unknown-linux-gnu" | "unknown-linux":
            return Name(platform=linux(architecture))
        case "unknown-linux-musl":
            return Name(platform=linux(architecture, Libc.MUSL))
        case "apple-darwin":
            return _only(_macos(architecture))
        case "linux-android":
            return _only(_android(architecture))
        case "apple-ios" | "apple-ios-simulator" as system:
            if architecture not in IOS_ARCHITECTURES:
                return None
            sdk = "iphonesimulator" if system.endswith("simulator") else "iphoneos"
            return Name(platform=_ios(architecture, sdk))
        case _:
            return _only(_windows(architecture))


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


def _cibuildwheel(match: re.Match[str]) -> Name | None:
    platform = parse_platform_tag(match["platform"])
    if platform is None:
        return None
    if match["platform"] == "pyodide_wasm32" and (year := PYODIDE_YEARS.get(int(match["minor"]))):
        platform = replace(platform, version=(year, 0))
    if match["implementation"] == "gp":
        minor = int(match["minor"])
        python = Python(
            implementation=Implementation.GRAALPY,
            minor=minor,
            patch=NEWEST_PATCH.get(minor, 0),
            release=match["release"] or "",
            asked=f"3.{minor}",
        )
    else:
        prefix = "pypy" if match["implementation"] == "pp" else ""
        python = parse_python(f"{prefix}3.{match['minor']}{match['threads']}")
    return Name(platform=platform, python=python)


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
_READERS: tuple[Reader, ...] = (
    (
        re.compile(
            r"(?P<os>linux|alpine|windows|macos|darwin)/(?P<architecture>[\w/]+?)(?:(?<=amd64)/v[1-4])?"
        ),
        _container,
    ),
    (
        re.compile(
            r"(?P<architecture>\w+)-(?P<system>unknown-linux(?:-gnu|-musl)?|apple-darwin|pc-windows-msvc"
            r"|linux-android|apple-ios(?:-simulator)?)"
        ),
        _triple,
    ),
    (re.compile(r"(?P<architecture>\w+)-manylinux(?P<legacy>1|2010|2014)"), _linux_tag),
    (re.compile(rf"(?P<architecture>\w+)-(?P<libc>manylinux|musllinux)_{_VERSION}"), _linux_tag),
    (re.compile(r"wasm32-pyodide(?P<year>\d{4})"), _pyodide),
    *_TAG_READERS,
    (
        re.compile(
            r"(?P<implementation>cp|pp|gp)3(?P<minor>\d{1,2})(?P<threads>t?)(?:_(?P<release>\d+))?"
            r"-(?P<platform>\w+)"
        ),
        _cibuildwheel,
    ),
)

UV_LINUX = ("x86_64", "aarch64")
UV_GLIBC = ("2_17", "2_28", *(f"2_{minor}" for minor in range(31, 41)))
UV_NAMES = (
    "windows",
    "linux",
    "macos",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
    "i686-pc-windows-msvc",
    "x86_64-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
    "x86_64-unknown-linux-musl",
    "riscv64-unknown-linux",
    *(f"{architecture}-manylinux2014" for architecture in UV_LINUX),
    *(f"{architecture}-manylinux_{glibc}" for architecture in UV_LINUX for glibc in UV_GLIBC),
    "aarch64-linux-android",
    "x86_64-linux-android",
    "wasm32-pyodide2024",
    "wasm32-pyodide2025",
    "arm64-apple-ios",
    "arm64-apple-ios-simulator",
    "x86_64-apple-ios-simulator",
)
"""Every value of uv 0.13's `--python-platform`."""

CONTAINER_NAMES = (
    *COMMON_EIGHT,
    "linux/arm64/v8",
    "linux/arm/v7",
    "linux/arm/v6",
    "linux/386",
    "linux/ppc64le",
    "linux/s390x",
    "linux/riscv64",
    "windows/386",
    "darwin/arm64",
    "darwin/amd64",
)
KNOWN_NAMES = (
    CURRENT,
    ALL,
    *CONTAINER_NAMES,
    "alpine",
    *UV_NAMES,
    *(f"manylinux_2_28_{architecture}" for architecture in UV_LINUX),
    *(f"musllinux_1_2_{architecture}" for architecture in UV_LINUX),
    "macosx_14_0_arm64",
    *WINDOWS_TAGS.values(),
)
"""Names for near matches; the patterns above accept many more."""
