"""What a Meson project asks for, and what comes of a search."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dependency:
    """A `dependency()` that must be there: what it may be called, and its versions."""

    names: tuple[str, ...]
    versions: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search returned: nothing where it need not, else something.

    `sought` is what was looked for: a dependency, or a library by its name for the linker.
    """

    found: bool
    sought: Dependency | str = ""


@dataclass(slots=True)
class Project:
    """What a Meson project asks for: all of it must be there.

    `languages` are Meson's names, `libraries` those of `find_library()`, `programs` the names
    that each of `find_program()` may be called, `sources` those of what is surely built, as paths.
    """

    languages: dict[str, None] = field(default_factory=dict)
    dependencies: list[Dependency] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    programs: list[tuple[str, ...]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
