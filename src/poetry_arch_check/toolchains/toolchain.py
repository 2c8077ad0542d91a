"""What can be built with: dependencies outside Python, in the names of PEP 725."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPILERS = "dep:virtual/compiler/"
C = "dep:virtual/compiler/c"
CXX = "dep:virtual/compiler/cxx"
FORTRAN = "dep:virtual/compiler/fortran"
RUST = "dep:virtual/compiler/rust"
CLANG = "dep:generic/clang"
GO = "dep:virtual/compiler/go"
CMAKE = "dep:generic/cmake"
MAKE = "dep:generic/make"
NINJA = "dep:generic/ninja"
PKG_CONFIG = "dep:generic/pkg-config"
SWIG = "dep:generic/swig"
QMAKE = "dep:generic/qmake"
LINUX_HEADERS = "dep:generic/linux-headers"

SHORT_FORMS = {
    "c": C,
    "c++": CXX,
    "cxx": CXX,
    "cpp": CXX,
    "fortran": FORTRAN,
    "rust": RUST,
    "go": GO,
}

_FULL = re.compile(r"dep:[a-z]+(?:/[A-Za-z0-9._+@-]+)+", re.ASCII)
_SHORT = re.compile(r"[a-z0-9][a-z0-9._+-]*", re.ASCII)


def parse_dependency(text: str) -> str:
    """Return the PEP 725 name for `text`: a short form (`c`, `libpq`) or a full name.

    Raises ConfigurationError for what is neither.
    """
    name = text.strip()
    if _FULL.fullmatch(name):
        return name
    name = name.lower()
    if not _SHORT.fullmatch(name):
        raise ConfigurationError(
            f'"{text}" is not a build dependency',
            hint='write a short form (c, c++, rust, libpq) or a PEP 725 name ("dep:generic/libpq")',
        )
    return SHORT_FORMS.get(name, f"dep:generic/{name}")


def short_form(dependency: str) -> str:
    """Return the shortest input that `parse_dependency` reads as `dependency`."""
    for short, full in SHORT_FORMS.items():
        if full == dependency:
            return short
    name = dependency.removeprefix("dep:generic/")
    if _SHORT.fullmatch(name) and parse_dependency(name) == dependency:
        return name
    return dependency


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What a target has for building; `everything` stands for whatever a build may need.

    `unsure` are dependencies that may be there and may be not. `looked_for` is None where a
    toolchain is declared: then what is not named is not there. Where it was looked for,
    nothing is known of what is not in this set. `itemized` says that it was read package by
    package: else who declares a C compiler means that with the headers of the kernel.
    """

    everything: bool = False
    dependencies: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    itemized: bool = False
    looked_for: frozenset[str] | None = None

    def together_with(self, other: Toolchain) -> Toolchain:
        """Return what is in either; what is not sure is so by `other`."""
        return Toolchain(
            dependencies=tuple(sorted({*self.dependencies, *other.dependencies})),
            unsure=other.unsure,
            itemized=other.itemized,
        )

    def missing(self, requires: Iterable[str]) -> tuple[str, ...]:
        """Return those of `requires` that are not there, in the order asked for."""
        if self.everything:
            return ()
        along = {LINUX_HEADERS} if C in self.dependencies and not self.itemized else set()
        return tuple(
            need
            for need in requires
            if need not in self.dependencies
            and need not in along
            and need not in self.unsure
            and (self.looked_for is None or need in self.looked_for)
        )

    def possible(self, requires: Iterable[str]) -> tuple[str, ...]:
        """Return those of `requires` that may be there and may be not."""
        if self.everything:
            return ()
        return tuple(n for n in requires if n in self.unsure and n not in self.dependencies)

    def unknown(self, requires: Iterable[str]) -> tuple[str, ...]:
        """Return those of `requires` of which nothing is known, in the order asked for."""
        if self.looked_for is None:
            return ()
        return tuple(need for need in requires if need not in self.looked_for)


NOTHING = Toolchain()
EVERYTHING = Toolchain(everything=True)


def parse_toolchain(items: Iterable[str]) -> Toolchain:
    """Return the toolchain that `items`, short forms or PEP 725 names, declare."""
    return Toolchain(dependencies=tuple(sorted({parse_dependency(item) for item in items})))
