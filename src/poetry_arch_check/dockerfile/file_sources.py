"""Where a file or a folder of a stage comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.files import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class OfContext:
    """A file or a folder of the build context."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStage:
    """A file or a folder that lay at `path` of `files` when they had `count` entries."""

    files: Files
    path: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The wheel or the sdist of the project, by whatever name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheels:
    """Wheels of what `choice` takes from the lock, in one folder."""

    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that line `line` writes; its `text` is None if it is not known."""

    line: int
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The lock that an installation without one writes, at `where` (`Dockerfile:5`)."""

    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Poetry's configuration: variables that have the same meaning, with their values."""

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that is there, or may be: a file, or a folder with anything in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Nothing is there any more."""


Source: TypeAlias = (
    OfContext | OfStage | Built | Wheels | Written | Resolved | Settings | Unknown | Removed
)
UNKNOWN = Unknown()
REMOVED = Removed()
