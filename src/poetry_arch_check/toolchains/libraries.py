"""Libraries and tools that builds ask for: what they are called, and which packages have them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.toolchain import (
    CXX,
    FORTRAN,
    RUST,
    C,
    parse_dependency,
    short_form,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.toolchains.need import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library or a tool, as `data/libraries.json` has it.

    `label` is what a sentence calls it, `kind` whether it is a `library`, a `tool` or a
    `compiler`. `packages` are the packages that provide what a build takes of it, by the key of
    the package manager (`apt`, `dnf`); `runtime` those that what was built goes on using, and that
    would be removed with `packages`. `programs` come with it, `pkgconfig` are its names for
    pkg-config, and it is linked by those in `links`.
    """

    dependency: str
    label: str
    kind: str
    packages: Mapping[str, tuple[str, ...]]
    runtime: Mapping[str, tuple[str, ...]]
    programs: tuple[str, ...] = ()
    pkgconfig: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


# What a row has beside the packages.
_FACTS = frozenset({"label", "kind", "stays", "source", "pkgconfig", "programs", "links"})


@cache
def _table() -> dict[str, dict[str, Any]]:
    return {parse_dependency(name): row for name, row in table("libraries")["rows"].items()}


def all_dependencies() -> Iterable[str]:
    """Return the PEP 725 names of all that is known."""
    return _table().keys()


@cache
def _positions() -> dict[str, int]:
    return {name: position for position, name in enumerate(_table())}


def in_order(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return `needs` in the order of the table: compilers, tools, libraries by their names.

    Whoever needs the same, asked for in another order, installs it by the same line.
    """
    last = len(_positions())
    return tuple(
        sorted(needs, key=lambda need: (_positions().get(need.dependency, last), need.dependency))
    )


@cache
def library(dependency: str) -> Library | None:
    """Return what is known of `dependency` (a PEP 725 name)."""
    row = _table().get(dependency)
    if row is None:
        return None
    return Library(
        dependency=dependency,
        label=row["label"],
        kind=row["kind"],
        packages={key: tuple(names) for key, names in row.items() if key not in _FACTS},
        runtime={key: tuple(names) for key, names in row.get("stays", {}).items()},
        programs=tuple(row.get("programs", ())),
        pkgconfig=tuple(row.get("pkgconfig", ())),
        links=tuple(row.get("links", ())),
    )


def label(dependency: str) -> str:
    """Return what a sentence calls `dependency`: `a C compiler`, `the HDF5 library`."""
    known = library(dependency)
    return known.label if known else short_form(dependency).removeprefix("dep:")


# What has a version of a compiler: the program that is called.
_PROGRAMS = {C: "gcc", CXX: "g++", FORTRAN: "gfortran", RUST: "rustc"}


def called(dependency: str) -> str:
    """Return what a version is said of: `rustc`, `CMake`, `librdkafka`, `openssl`."""
    known = label(dependency)
    return _PROGRAMS.get(dependency) or (short_form(dependency) if " " in known else known)


def label_of(need: Need) -> str:
    """Return what a sentence calls `need`: `a C compiler`, `rustc 1.65 or newer`."""
    if not need.versions:
        return label(need.dependency)
    return f"{called(need.dependency)} {need.in_words}"


@cache
def _by(key: str) -> dict[str, str]:
    return {name: dependency for dependency, row in _table().items() for name in row.get(key, ())}


def linked(name: str) -> str | None:
    """Return the library that is linked as `name` (`pq`), None for those that need no package."""
    return _by("links").get(name)


def of_pkg_config(name: str) -> str | None:
    """Return the library that pkg-config knows as `name` (`libpq`)."""
    return _by("pkgconfig").get(name)


def configured(program: str) -> str | None:
    """Return the library that a program like `pg_config` tells where to find."""
    dependency = _by("programs").get(program)
    return dependency if dependency and _table()[dependency]["kind"] == "library" else None


def family(dependency: str) -> str:
    """Return what versions of a library have in common: fuse and fuse3, sdl1 and sdl2."""
    return dependency.rstrip("0123456789.-")


def provider(program: str) -> str | None:
    """Return the tool or library that has a program (`autoreconf`, `pg_config`)."""
    return _by("programs").get(program)
