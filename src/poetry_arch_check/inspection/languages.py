"""Which compilers source files need, by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.toolchain import CXX, FORTRAN, RUST, C

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.tree import Tree

_SUFFIXES = {
    C: (".c", ".m"),
    CXX: (".cpp", ".cc", ".cxx", ".c++", ".C", ".mm"),
    FORTRAN: (".f", ".f90", ".f95", ".for", ".F", ".F90", ".f77"),
    RUST: (".rs",),
}
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


def c_or_cxx(tree: Tree) -> tuple[str, ...]:
    """Return C++ if a tree has sources of it and none of C, else C: an extension is one of them."""
    found = of_tree(tree)
    return (CXX,) if CXX in found and C not in found else (C,)


def of_strings(strings: Iterable[str]) -> tuple[str, ...]:
    """Return the compilers for the source files that are named among `strings`."""
    found = {compiler: None for text in strings if (compiler := of_file(text))}
    return tuple(found)
