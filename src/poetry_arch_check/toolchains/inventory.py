"""What a machine was found to build with, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.toolchain import (
    CMAKE,
    CXX,
    FORTRAN,
    GO,
    MAKE,
    NINJA,
    PKG_CONFIG,
    RUST,
    C,
    Toolchain,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.toolchains.distributions import Distribution

# What these make of a Python extension includes Python.h; Rust's bindings bring their own.
NEEDING_HEADERS = (C, CXX, FORTRAN)
# What is always looked for; anything else, where a build needs it.
LOOKED_FOR = frozenset({C, CXX, FORTRAN, RUST, GO, CMAKE, MAKE, NINJA, PKG_CONFIG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something that was found: a PEP 725 name, its path, and its version, "" if not known."""

    dependency: str
    path: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCompiler:
    """A compiler that a build would call and that is not there.

    `setting` says what names it (`CC=/none`), `variable` is the variable to name another with,
    `chosen` says that it names this one, `instead` is the path of one that is there.
    """

    setting: str
    variable: str
    chosen: bool
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The tools and headers that were looked for on this machine, for one of its interpreters.

    `headers` is the path of the interpreter's Python.h, None where it was in none of
    `include`. `missing_compilers` are the compilers that are named and not there, by PEP 725 name.
    `looked_for` are the PEP 725 names that were looked for: of others, nothing is known.
    `distribution` is that of the machine, where it is known; `packaged` says that
    the interpreter is the distribution's own, `minor` its 3.x. `root` says that packages
    can be installed without sudo.
    """

    tools: tuple[Tool, ...] = ()
    headers: str | None = None
    include: tuple[str, ...] = ()
    missing_compilers: Mapping[str, MissingCompiler] = field(default_factory=dict)
    looked_for: frozenset[str] = LOOKED_FOR
    distribution: Distribution | None = None
    packaged: bool = False
    minor: int
    root: bool = False

    @property
    def found(self) -> frozenset[str]:
        """The PEP 725 names of the tools."""
        return frozenset(tool.dependency for tool in self.tools)

    @property
    def has_rustup(self) -> bool:
        """Whether the Rust that was found is rustup's."""
        return any(
            tool.dependency == RUST and ".cargo" in PurePath(tool.path).parts for tool in self.tools
        )

    @property
    def toolchain(self) -> Toolchain:
        """What can be built with: a compiler without the headers builds nothing."""
        useless = () if self.headers else NEEDING_HEADERS
        usable = sorted(self.found.difference(useless))
        return Toolchain(
            dependencies=tuple(usable),
            versions={tool.dependency: tool.version for tool in self.tools if tool.version},
            looked_for=self.looked_for,
        )

    def has_another(self, dependency: str) -> bool:
        """Return whether there is a compiler for `dependency`, if not the one that is named."""
        missing_compilers = self.missing_compilers.get(dependency)
        return missing_compilers is not None and missing_compilers.instead is not None

    @property
    def headers_package(self) -> str | None:
        """The package that brings the headers, None where they are there or it is not known."""
        if self.headers or self.distribution is None or not self.packaged:
            return None
        return self.distribution.headers_package(self.minor)
