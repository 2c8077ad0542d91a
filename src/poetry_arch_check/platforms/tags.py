"""The wheel tags that a platform with a Python takes, best first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from packaging.tags import (
    Tag,
    android_platforms,
    compatible_tags,
    cpython_tags,
    generic_tags,
    ios_platforms,
    mac_platforms,
)

from poetry_arch_check.platforms.platform import (
    ANDROID_ABIS,
    IOS_ARCHITECTURES,
    MACOS_ARCHITECTURES,
    MANYLINUX_ARCHITECTURES,
    Architecture,
    Libc,
    Os,
    Platform,
)
from poetry_arch_check.platforms.python import Implementation, Python

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from poetry_arch_check.platforms.platform import Version

# PEP 600, "Legacy manylinux tags".
LEGACY_MANYLINUX = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
# The oldest glibc that packaging looks for (packaging._manylinux.platform_tags).
OLDEST_GLIBC = {Architecture.X86_64: (2, 5), Architecture.I686: (2, 5)}
OLDEST_GLIBC_ELSEWHERE = (2, 17)
# Since CPython 3.8 the ABI has no "m" (pymalloc) flag.
FIRST_MINOR_WITHOUT_PYMALLOC_FLAG = 8
# PyPy's ABI is named after its release: 7.3 up to PyPy 3.11, 8.0 after.
NEWEST_PYPY_73_MINOR = 11


def oldest_glibc(architecture: Architecture) -> Version:
    """Return the oldest glibc that wheels of this architecture can be tagged for."""
    return OLDEST_GLIBC.get(architecture, OLDEST_GLIBC_ELSEWHERE)


def platform_tags(platform: Platform) -> Iterator[str]:
    """Yield the platform tags of PEP 425, PEP 600 and PEP 656, as packaging orders them."""
    architecture = platform.architecture
    match platform.os:
        case Os.LINUX:
            # Since packaging 26.3 the machine's own tag comes first.
            yield f"linux_{architecture.value}"
            if platform.libc is Libc.MUSL:
                yield from _musllinux(platform.version, architecture)
            elif architecture in MANYLINUX_ARCHITECTURES:
                yield from _manylinux(platform.version, architecture)
        case Os.MACOS:
            yield from mac_platforms(platform.version, MACOS_ARCHITECTURES[architecture])
        case Os.ANDROID:
            yield from android_platforms(platform.version[0], ANDROID_ABIS[architecture])
        case Os.IOS:
            multiarch = f"{IOS_ARCHITECTURES[architecture]}_{platform.sdk}"
            yield from ios_platforms(platform.version, multiarch)
        case Os.WINDOWS:
            yield platform.tag
        case Os.PYODIDE:
            # PEP 783's name, and the one that Pyodide itself used before.
            yield platform.tag
            yield platform.tag.replace("pyemscripten", "pyodide")


def _manylinux(version: Version, architecture: Architecture) -> Iterator[str]:
    major, newest = version
    oldest = oldest_glibc(architecture)[1]
    for minor in range(newest, oldest - 1, -1):
        yield f"manylinux_{major}_{minor}_{architecture.value}"
        if legacy := LEGACY_MANYLINUX.get((major, minor)):
            yield f"{legacy}_{architecture.value}"


def _musllinux(version: Version, architecture: Architecture) -> Iterator[str]:
    major, newest = version
    for minor in range(newest, -1, -1):
        yield f"musllinux_{major}_{minor}_{architecture.value}"


def python_tags(python: Python, platforms: list[str]) -> Iterator[Tag]:
    """Yield the tags that `python` takes on `platforms`, in packaging's `sys_tags` order."""
    version, nodot = (3, python.minor), f"3{python.minor}"
    match python.implementation:
        case Implementation.CPYTHON:
            yield from cpython_tags(version, [abi_of(python)], platforms)
            yield from compatible_tags(version, f"cp{nodot}", platforms)
        case Implementation.PYPY:
            yield from generic_tags(f"pp{nodot}", [abi_of(python)], platforms)
            yield from compatible_tags(version, "pp3", platforms)
        case Implementation.GRAALPY:
            yield from generic_tags(f"graalpy{nodot}", [abi_of(python)], platforms)
            yield from compatible_tags(version, None, platforms)


def abi_of(python: Python) -> str:
    """Return the ABI tag of extension modules built on `python`, `cp313t`, `pypy310_pp73`."""
    nodot = f"3{python.minor}"
    match python.implementation:
        case Implementation.CPYTHON if python.free_threaded:
            return f"cp{nodot}t"
        case Implementation.CPYTHON:
            pymalloc = "m" if python.minor < FIRST_MINOR_WITHOUT_PYMALLOC_FLAG else ""
            return f"cp{nodot}{pymalloc}"
        case Implementation.PYPY:
            release = python.release or ("73" if python.minor <= NEWEST_PYPY_73_MINOR else "80")
            return f"pypy{nodot}_pp{release}"
        case Implementation.GRAALPY:
            return f"graalpy{python.release}_{nodot}_native"


@dataclass(frozen=True, kw_only=True, eq=False)
class Support:
    """The tags that one interpreter takes, each with its position, the best being 0.

    Without slots, because what is derived from the tags is made when it is asked for.
    """

    ranks: Mapping[Tag, int]

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """The tags as a set, which meets that of a wheel without hashing any tag again."""
        return frozenset(self.ranks)

    @cached_property
    def pythons(self) -> frozenset[tuple[str, str]]:
        """The pairs of interpreter and ABI that occur."""
        return frozenset((tag.interpreter, tag.abi) for tag in self.ranks)

    @cached_property
    def platforms(self) -> frozenset[str]:
        """The platforms that occur."""
        return frozenset(tag.platform for tag in self.ranks)


def support_of(tags: Iterable[Tag]) -> Support:
    """Return the support that `tags`, best first, amount to; the first of equal tags counts."""
    ranks: dict[Tag, int] = {}
    for tag in tags:
        ranks.setdefault(tag, len(ranks))
    return Support(ranks=ranks)


@cache
def supported(platform: Platform, python: Python) -> Support:
    """Return what `python` on `platform` takes; computed once for each pair."""
    return support_of(python_tags(python, list(platform_tags(platform))))
