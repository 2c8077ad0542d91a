"""What can be built with: dependencies outside Python, in the names of PEP 725."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.toolchains.need import Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
GIT = "dep:generic/git"
JDK = "dep:generic/jdk"
AUTOCONF = "dep:generic/autoconf"
AUTOMAKE = "dep:generic/automake"
LIBTOOL = "dep:generic/libtool"
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
# `rust>=1.65`, `dep:generic/openssl@>=3`: a name, and what says which versions.
_VERSIONED = re.compile(r"(?P<name>[^<>=!~]*?)\s*@?\s*(?P<versions>[<>=!~].*)", re.DOTALL)


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


def generic_name(name: str) -> str:
    """Return the PEP 725 name of a library that no table knows, by what it calls itself."""
    return f"dep:generic/{name.lower()}"


def short_form(dependency: str) -> str:
    """Return the shortest input that `parse_dependency` reads as `dependency`."""
    for short, full in SHORT_FORMS.items():
        if full == dependency:
            return short
    name = dependency.removeprefix("dep:generic/")
    if _SHORT.fullmatch(name) and parse_dependency(name) == dependency:
        return name
    return dependency


def parse_need(text: str) -> Need:
    """Return the need that `text` states: a dependency, with versions or without (`rust>=1.65`).

    Raises ConfigurationError for what is none.
    """
    match = _VERSIONED.fullmatch(text)
    if match is None:
        return Need(dependency=parse_dependency(text))
    need = Need.parse(f"{parse_dependency(match['name'])}@{match['versions']}")
    if not need.versions:
        raise ConfigurationError(
            f'"{text}" does not say which versions',
            hint='write them as for a Python package: "rust>=1.65", "dep:generic/openssl@>=3,<4"',
        )
    return need


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What a target has for building; `everything` stands for whatever a build may need.

    `versions` are those of `dependencies` and `unsure` that are known: one of another version
    than a build takes is missing. `unsure` are dependencies that may be there and may be not.
    `looked_for` is None where a toolchain is declared: then what is not named is not there. Where
    it was looked for, nothing is known of what is not in this set. `itemized` says that it was
    read package by package: else who declares a C compiler means that with the headers of the
    kernel.
    """

    everything: bool = False
    dependencies: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    itemized: bool = False
    looked_for: frozenset[str] | None = None

    def together_with(self, other: Toolchain) -> Toolchain:
        """Return what is in either; what is not sure is so by `other`.

        What is declared is there in the version that is declared, if any, whatever `other` has.
        """
        own = {*self.dependencies}
        theirs = {name: each for name, each in other.versions.items() if name not in own}
        return Toolchain(
            dependencies=tuple(sorted({*self.dependencies, *other.dependencies})),
            versions={**theirs, **self.versions},
            unsure=tuple(name for name in other.unsure if name not in own),
            itemized=other.itemized,
        )

    def missing(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return those of `needs` that are not there, or too old, in the order asked for."""
        if self.everything:
            return ()
        along = {LINUX_HEADERS} if C in self.dependencies and not self.itemized else set()
        there = {*self.dependencies, *self.unsure, *along}
        return tuple(
            need
            for need in needs
            if self.outdated(need)
            or (
                need.dependency not in there
                and (self.looked_for is None or need.dependency in self.looked_for)
            )
        )

    def outdated(self, need: Need) -> str | None:
        """Return the version that is there, where it is not one that `need` asks for."""
        version = self.versions.get(need.dependency)
        return None if self.everything or need.met_by(version) else version

    def possible(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return those of `needs` that may be there and may be not."""
        if self.everything:
            return ()
        return tuple(
            need
            for need in needs
            if need.dependency in self.unsure and need.dependency not in self.dependencies
        )

    def unknown(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return those of `needs` of which nothing is known, in the order asked for."""
        if self.looked_for is None:
            return ()
        return tuple(need for need in needs if need.dependency not in self.looked_for)


NOTHING = Toolchain()
EVERYTHING = Toolchain(everything=True)


def parse_offer(text: str) -> tuple[str, str]:
    """Return the dependency that `text` declares, and its version, "" for any: `rust==1.80`.

    Raises ConfigurationError for what is neither.
    """
    need = parse_need(text)
    version = need.versions.removeprefix("==")
    if need.versions and (version == need.versions or "," in version or "*" in version):
        raise ConfigurationError(
            f'"{text}" does not say which version is there',
            hint=f'write "{short_form(need.dependency)}", or one version: "rust==1.80"',
        )
    return need.dependency, version


def parse_toolchain(items: Iterable[str]) -> Toolchain:
    """Return the toolchain that `items` declare: short forms or PEP 725 names, or `rust==1.80`."""
    offers = dict(map(parse_offer, items))
    return Toolchain(
        dependencies=tuple(sorted(offers)),
        versions={name: version for name, version in offers.items() if version},
    )
