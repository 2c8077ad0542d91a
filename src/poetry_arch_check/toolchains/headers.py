"""C headers: the library that has one, by data/headers.json."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.toolchain import parse_dependency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# No header is included by a longer path; the length bounds what looking one up takes.
_LONGEST = 160


def libraries_of_header(header: str) -> tuple[str, ...]:
    """Return the libraries (PEP 725) that have `header`, the usual one first."""
    if len(header) > _LONGEST:
        return ()
    entries, beginnings = _libraries()
    for name in (header, *_directories(header)):
        if name in entries:
            return entries[name]
    return next((found for start, found in beginnings if header.startswith(start)), ())


def headers_of(dependency: str) -> tuple[str, ...]:
    """Return headers and directories of headers that tell that a library is there."""
    return _by_library().get(dependency, ())


def is_system_header(header: str) -> bool:
    """Return whether `header` needs no library on Linux.

    It comes with a C or C++ compiler, the kernel's or Python's headers or, as numpy's do, with a
    build requirement; or it belongs to another system (`windows.h`).
    """
    if len(header) > _LONGEST:
        return False
    known = _without_library()
    return header in known or any(name in known for name in _directories(header))


def comes_with_macos(dependency: str) -> bool:
    """Return whether a library (PEP 725) comes with macOS's own compilers."""
    return dependency in _of_macos()


@cache
def _of_macos() -> frozenset[str]:
    return frozenset(map(parse_dependency, table("headers")["rows"]["macos"]))


def _directories(header: str) -> Iterator[str]:
    """Yield the directories of a header, the innermost first: `a/b/`, `a/`."""
    end = header.rfind("/")
    while end > 0:
        yield header[: end + 1]
        end = header.rfind("/", 0, end)


@cache
def _libraries() -> tuple[dict[str, tuple[str, ...]], list[tuple[str, tuple[str, ...]]]]:
    """Return the libraries by header or directory, and by how the name of a header begins."""
    entries: dict[str, tuple[str, ...]] = {}
    for library, names in table("headers")["rows"]["libraries"].items():
        dependency = parse_dependency(library)
        for name in names:
            entries[name] = (*entries.get(name, ()), dependency)
    beginnings = [(name[:-1], entries.pop(name)) for name in [*entries] if name.endswith("*")]
    return entries, beginnings


@cache
def _by_library() -> dict[str, tuple[str, ...]]:
    """Return the headers that each library has alone."""
    found: dict[str, tuple[str, ...]] = {}
    for header, libraries in _libraries()[0].items():
        if len(libraries) == 1:
            found[libraries[0]] = (*found.get(libraries[0], ()), header)
    return found


@cache
def _without_library() -> frozenset[str]:
    rows: dict[str, Iterable[str]] = table("headers")["rows"]
    return frozenset().union(rows["system"], rows["packages"], rows["foreign"])
