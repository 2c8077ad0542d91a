"""A command that a script comes by, and how much of that there may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.lexer import ShellError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.syntax import Heredoc, Word
    from poetry_arch_check.dockerfile.shell.words import Value

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


class LimitError(ShellError):
    """A file that asks for more than any image does."""


@dataclass(slots=True)
class Budget:
    """What reading one file may come to: commands and words, in all its scripts together."""

    left: int = 100_000

    def spend(self, amount: int) -> None:
        """Take `amount` away. Raises EndlessError where nothing is left."""
        self.left -= amount
        if self.left < 0:
            raise LimitError("its commands have no end", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that a script comes by; a word of None is not known.

    `certain` is False under a condition that nobody knows. `written` are the words as they
    stand in the file, () where they do not, and under any condition. `heredoc` is what it
    reads, `before` the command whose output it reads.
    """

    words: tuple[Value, ...]
    values: Mapping[str, Value]
    certain: bool
    start: int
    written: tuple[Word, ...] = ()
    outputs: tuple[Value, ...] = ()
    heredoc: Heredoc | None = None
    before: Command | None = None

    @property
    def name(self) -> str:
        """What is called, without its directory; "" where that is not known."""
        return (self.words[0] or "").rpartition("/")[2] if self.words else ""


def script_behind(words: tuple[Value, ...], option: str | None) -> str | None:
    """Return the script behind `-c` (also in `-lc`), or what `eval` is given."""
    if option is None:
        plain = [word for word in words[1:] if word is not None]
        return " ".join(plain) if len(plain) == len(words) - 1 else None
    for index, word in enumerate(words[:-1]):
        if word and word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return words[index + 1]
    return None


def script_read_by(command: Command) -> Heredoc | None:
    """Return the here-document that a shell without a script of its own reads."""
    if any(word is None or not word.startswith("-") for word in command.words[1:]):
        return None
    if command.heredoc:
        return command.heredoc
    before = command.before
    return before.heredoc if before and before.name == "cat" else None
