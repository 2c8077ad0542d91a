"""The names a target can be called by, and the platform each stands for.

Container platforms (OCI image index: `linux/arm64/v8`), the values of uv's
`--python-platform`, cibuildwheel's build identifiers (`cp313t-musllinux_aarch64`) and
wheel platform tags (`manylinux_2_28_aarch64`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.platform import (
    IOS_ARCHITECTURES,
    WINDOWS_TAGS,
    Architecture,
    Libc,
)
from poetry_arch_check.platforms.python import NEWEST_PATCH, Implementation, Python, parse_python
from poetry_arch_check.platforms.wheel_tags import (
    _TAG_READERS,
    _VERSION,
    PYODIDE_YEARS,
    TAG_ARCHITECTURES,
    Name,
    Reader,
    _android,
    _ios,
    _linux_tag,
    _macos,
    _only,
    _pyodide,
    _windows,
    linux,
    parse_platform_tag,
)
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable


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
_CONTAINER_NAMES = {
    architecture: name for name, architecture in reversed(CONTAINER_ARCHITECTURES.items())
}
UV_SHORT_NAMES = {
    "linux": "linux/amd64",
    "macos": "macos/arm64",
    "windows": "windows/amd64",
    "alpine": "alpine/amd64",
}


def container_name(architecture: Architecture) -> str:
    """Return what container platforms call `architecture`: `amd64`; else its own name."""
    return _CONTAINER_NAMES.get(architecture, architecture.value)


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
    near = did_you_mean(text, (*more, *KNOWN_NAMES))
    if name in CONTAINER_ARCHITECTURES:
        near = f' (did you mean "linux/{name}"?)'
    raise TargetError(
        f'unknown target "{text}"{near}',
        hint="names look like linux/arm64, alpine/amd64, manylinux_2_34_aarch64, windows/amd64,"
        " current, all; --python and --image say more of a target",
    )


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
