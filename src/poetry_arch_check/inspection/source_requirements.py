"""What the sources that are compiled ask for: libraries by their headers, versions by guards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.linked import Linking
from poetry_arch_check.inspection.script.modules import requirements
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.headers import (
    comes_with_macos,
    is_system_header,
    libraries_of_header,
)
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import CXX, C, short_form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from poetry_arch_check.inspection.compiled import Compiled
    from poetry_arch_check.inspection.script.script import Script
    from poetry_arch_check.inspection.tree import Tree

# The first GCC that takes a standard by its option (GCC's "C++ Standards Support").
_STANDARDS = {"c++17": (CXX, "7"), "c++20": (CXX, "10"), "c++23": (CXX, "11"), "c++2b": (CXX, "11")}
_STANDARD = re.compile(r"-std=(?:gnu|c)(\+\+\d\w)")


def source_needs(  # noqa: PLR0913 - the sources, and what is known of their build
    compiled: Compiled,
    tree: Tree,
    script: Script | None,
    known: Iterable[str],
    build_requires: Iterable[str],
    *,
    macos: bool = False,
) -> Iterator[Need]:
    """Yield what the sources that are surely compiled ask for, on Linux or on macOS.

    `script` is the build script, `known` are the dependencies that the build is known to have,
    `build_requires` its build requirements (PEP 508).
    """
    strings = sorted(script.strings) if script else []
    required = {name for name, _ in requirements(build_requires)}
    by_headers = list(_libraries(compiled, known, required))
    linked = (Linking(tree).library(name) for name in compiled.linked)
    by_headers += [Need(dependency=each) for each in linked if each]
    found = {*known, *(need.dependency for need in by_headers)}
    chosen = _chosen(compiled, found, frozenset(strings))
    named = (*by_headers, *chosen, *_linked_headers(compiled, tree, strings))
    if compiled.cxx:
        yield Need(dependency=CXX)
    yield from (need for need in named if not (macos and comes_with_macos(need.dependency)))
    if macos:
        return  # what follows is about GCC
    yield from _standard(strings)
    if compiled.not_gcc_14:
        # GCC 14 takes for errors what were warnings.
        yield Need(dependency=C, versions="<14")


def _libraries(
    compiled: Compiled, known: Iterable[str], build_requires: Collection[str]
) -> Iterator[Need]:
    """Yield the libraries of the headers that are compiled, with the versions that guards ask for.

    `build_requires` are the names of build requirements, which bring their own headers.
    """
    found = dict.fromkeys(known)
    headers = [
        libraries_of_header(header)
        for header in compiled.headers
        if not is_system_header(header) and not _of_package(header, build_requires)
    ]
    # Those that one library alone has tell which of several it is for the others.
    for several in sorted(headers, key=len):
        families = {libraries.family(each) for each in found}
        if several and families.isdisjoint(map(libraries.family, several)):
            found[several[0]] = None
            yield Need(dependency=several[0])
    for guard in compiled.guards:
        yield from _by_guard(guard, compiled.values, found)


def _chosen(compiled: Compiled, known: Collection[str], strings: Collection[str]) -> Iterator[Need]:
    """Yield the first of several libraries of which the script chooses one, by a macro."""
    for alternatives in compiled.alternatives:
        listed = [
            next((each[0] for name in names if (each := libraries_of_header(name))), None)
            for names in alternatives.headers
        ]
        families = {libraries.family(each) for each in listed if each}
        if (
            listed[0]
            and families.difference({libraries.family(listed[0])})
            and families.isdisjoint(map(libraries.family, known))
            and alternatives.macros <= {*strings}
        ):
            yield Need(dependency=listed[0])


def _linked_headers(compiled: Compiled, tree: Tree, strings: Iterable[str]) -> Iterator[Need]:
    """Yield the libraries of which the tree has the headers alone, and which it links to."""
    linked = {libraries.linked(text) for text in strings}
    for header, path in compiled.bundled.items():
        for library in linked.intersection(libraries_of_header(header)):
            folder = _folder_of(library, path) if library else ""
            if library and folder and not _has_sources(folder, tree):
                yield Need(dependency=library)


def _folder_of(library: str, path: str) -> str:
    """Return the outermost directory of a file that is called like a library, else the innermost.

    That of its sources: HIDAPI has its headers in `hidapi/hidapi/`, sources in `hidapi/linux/`.
    """
    *folders, _ = path.split("/")
    name = short_form(library).removeprefix("lib")
    depth = next((at for at, each in enumerate(folders, 1) if name in each.lower()), len(folders))
    return "".join(f"{each}/" for each in folders[:depth])


def _has_sources(folder: str, tree: Tree) -> bool:
    endings = (".c", ".cc", ".cpp", ".cxx", ".a", ".lib", ".so")
    return any(name.startswith(folder) and name.endswith(endings) for name in tree.names)


def _of_package(header: str, build_requires: Collection[str]) -> bool:
    """Return whether a build requirement is called like the header, or its first directory."""
    first = re.split(r"[/.]", header, maxsplit=1)[0].lower().replace("_", "-")
    return first in build_requires


def _standard(strings: Iterable[str]) -> Iterator[Need]:
    """Yield the compiler that takes the C++ standard which a script asks for.

    Of several, the oldest: a script that names more than one tries them.
    """
    named = sorted({f"c{match[1]}" for text in strings for match in _STANDARD.finditer(text)})
    if named and named[0] in _STANDARDS:
        compiler, version = _STANDARDS[named[0]]
        yield Need(dependency=compiler, versions=f">={version}")


# `#if RD_KAFKA_VERSION < 0x01090000`, and `#if !(A_MAJOR == 1 && A_MINOR == 7)`.
_OLDER = re.compile(r"\(?\s*([A-Za-z]\w*)\s*(<=?)\s*(\w+)\s*\)?")
_EXACTLY = re.compile(r"!\s*\(\s*(\w+)_MAJOR\s*==\s*(\d+)\s*&&\s*(\w+)_MINOR\s*==\s*(\d+)\s*\)")
_HEX = re.compile(r"0[xX]([0-9a-fA-F]{5,8})[uUlL]*")
_DECIMAL = re.compile(r"([0-9]{5,8})[uUlL]*")
_PARTS = 3


def _by_guard(guard: str, values: dict[str, int], libraries: Iterable[str]) -> Iterator[Need]:
    """Yield what a condition under which the sources say `#error` asks for."""
    if match := _EXACTLY.fullmatch(guard.strip()):
        if library := _library_of(match[1], libraries):
            yield Need.stated(library, f"=={match[2]}.{match[4]}.*")
    elif match := _OLDER.fullmatch(guard.strip()):
        bound = match[3] if match[3][0].isdigit() else hex(values.get(match[3], 0))
        version = _version(match[1], bound)
        if version and (library := _library_of(match[1], libraries)):
            yield Need(dependency=library, versions=f">{'=' if match[2] == '<' else ''}{version}")


def _library_of(macro: str, libraries: Iterable[str]) -> str | None:
    """Return the library that a version macro is of, by its name: RD_KAFKA_VERSION, librdkafka."""
    plain = macro.lower().replace("_", "")
    for library in sorted(libraries):
        name = re.sub(r"[^a-z0-9]", "", short_form(library).lower())
        for each in (name, name.removeprefix("lib")):
            if len(each) > 1 and plain.startswith((each, each.rstrip("0123456789"))):
                return library
    return None


def _version(macro: str, text: str) -> str:
    """Return the version that a number stands for, "" if that is not known.

    Hexadecimal: a byte for each part (librdkafka, curl), OpenSSL's MNNFFPPS; decimal: two digits
    for each part (libxml2, MySQL), SQLite's three.
    """
    if match := _HEX.fullmatch(text):
        width = 9 if macro.startswith("OPENSSL") else 2 * _PARTS + 2 * (len(match[1]) > 2 * _PARTS)
        digits = match[1].zfill(width)
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
    elif match := _DECIMAL.fullmatch(text):
        base = 1000 if macro.startswith("SQLITE") else 100
        number = int(match[1])
        parts = [number // base**2, number // base % base, number % base]
    else:
        return ""
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return ".".join(map(str, parts))
