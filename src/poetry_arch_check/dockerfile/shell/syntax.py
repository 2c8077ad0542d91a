"""Syntax trees of shell scripts: the part of POSIX's grammar (2.10) that images are built with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it is written, and its offset."""

    raw: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heredoc:
    """A here-document: its text, and the offset of that."""

    text: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """Assignments, and a command's name with its arguments.

    `heredoc` is what the command reads, or the file `input`, or the text `string`; `outputs` are
    the files that it writes its output to.
    """

    assignments: tuple[tuple[str, str], ...] = ()
    words: tuple[Word, ...] = ()
    heredoc: Heredoc | None = None
    input: Word | None = None
    string: Word | None = None
    outputs: tuple[Word, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe:
    """Commands of which each reads what the one before writes."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """A command with the opposite status."""

    part: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class AndOr:
    """`first && … || …`."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Commands one after the other; a group as well."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subshell:
    """A command that changes no variables of its shell: `( … )`, or one in the background."""

    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """`(( … ))`, which is not evaluated; `names` are the variables in it."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """Conditions, those of `elif` included, each with its commands."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """`for name in words`; `words` is None for a loop over arguments."""

    name: str
    words: tuple[Word, ...] | None
    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """`while` or `until`."""

    condition: Node
    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`case word in`, with the patterns of each arm."""

    word: Word
    arms: tuple[tuple[tuple[Word, ...], Node], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """The definition of a function."""

    name: str
    body: Node


Node: TypeAlias = (
    Simple | Pipe | Not | AndOr | Block | Subshell | Arithmetic | If | For | Loop | Case | Function
)
