"""Which compilers and libraries a source tree needs, by its source and build files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.toolchain import CXX, FORTRAN, RUST, C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.inspection.tree import Tree

_SUFFIXES = {
    C: (".c", ".m"),
    CXX: (".cpp", ".cc", ".cxx", ".c++", ".C", ".mm"),
    FORTRAN: (".f", ".f90", ".f95", ".for", ".F", ".F90", ".f77"),
    RUST: (".rs",),
}
_MESON = {"c": C, "cpp": CXX, "fortran": FORTRAN, "rust": RUST, "cython": C}
_CMAKE = {"C": C, "CXX": CXX, "Fortran": FORTRAN}
# Cython generates C by default.
_CYTHON = (".pyx",)


def of_file(name: str) -> str | None:
    """Return the compiler (a PEP 725 name) of a source file, None for other files."""
    if name.endswith(_CYTHON):
        return C
    found = (compiler for compiler, endings in _SUFFIXES.items() if name.endswith(endings))
    return next(found, None)


def of_tree(tree: Tree) -> tuple[str, ...]:
    """Return the compilers of a tree's source files, apart from tests, examples and docs."""
    return tuple(
        compiler
        for compiler, endings in _SUFFIXES.items()
        if tree.has_any(*endings) or (compiler == C and tree.has_any(*_CYTHON))
    )


def of_meson(text: str) -> tuple[str, ...]:
    """Return the compilers of `project(…)` in `meson.build`."""
    text = re.sub(r"#.*", "", text)
    project = re.search(r"\bproject\s*\(([^)]*)", text)
    added = re.findall(r"\badd_languages\s*\(([^)]*)", text)
    found: dict[str, None] = {}
    for arguments in ([project[1]] if project else []) + added:
        for part in re.findall(r"(?<![\w:])'(\w+)'(?!\s*:)", _positional(arguments)):
            if part in _MESON:
                found[_MESON[part]] = None
    return tuple(found)


def _positional(arguments: str) -> str:
    """Return the arguments before the first keyword."""
    return re.split(r"\b\w+\s*:", arguments, maxsplit=1)[0]


def meson_dependencies(text: str) -> Iterator[str]:
    """Yield the names of `dependency('…')` that are required, and have no fallback."""
    text = re.sub(r"#.*", "", text)
    for name, rest in re.findall(r"\bdependency\s*\(\s*'([\w.+-]+)'([^)]*)", text):
        if not re.search(r"required\s*:\s*(?!true)|fallback\s*:|disabler\s*:", rest):
            yield name


def of_cmake(tree: Tree) -> tuple[str, ...]:
    """Return the compilers of `project(…)` in `CMakeLists.txt`: C and C++ if it names none."""
    text = re.sub(r"#.*", "", tree.text("CMakeLists.txt") or "")
    project = re.search(r"(?i)\bproject\s*\(([^)]*)", text)
    words = project[1].split() if project else []
    upper = [word.upper() for word in words]
    if "LANGUAGES" in upper:
        named = words[upper.index("LANGUAGES") + 1 :]
    else:
        named = [word for word in words[1:] if word in {*_CMAKE, "NONE"}]
    if not named:
        return (C, CXX)
    return tuple(_CMAKE[word] for word in named if word in _CMAKE)


def c_or_cxx(tree: Tree) -> tuple[str, ...]:
    """Return C++ if a tree has sources of it and none of C, else C: an extension is one of them."""
    found = of_tree(tree)
    return (CXX,) if CXX in found and C not in found else (C,)


def of_strings(strings: Iterable[str]) -> tuple[str, ...]:
    """Return the compilers for the source files that are named among `strings`."""
    found = {compiler: None for text in strings if (compiler := of_file(text))}
    return tuple(found)
