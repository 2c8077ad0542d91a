"""A command of a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.syntax import Heredoc, Word
    from poetry_arch_check.dockerfile.shell.words import Value

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a script; a word of None is not known.

    `certain` is False under an undecidable condition. `written` are the words that are in the
    file as they are, with their offsets; there are none under any condition. `heredoc` is what
    it reads, `before` the command whose output it reads, `outputs` are the files it writes to.
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
        """The name of the program, without its directory; "" if that is not known."""
        return (self.words[0] or "").rpartition("/")[2] if self.words else ""


def script_behind(words: tuple[Value, ...], option: str | None) -> str | None:
    """Return the script behind `-c` (also in `-lc`); without `option`, the words of `eval`."""
    if option is None:
        plain = [word for word in words[1:] if word is not None]
        return " ".join(plain) if len(plain) == len(words) - 1 else None
    for index, word in enumerate(words[:-1]):
        if word and word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return words[index + 1]
    return None


def script_read_by(command: Command) -> Heredoc | None:
    """Return the here-document that a shell without arguments reads its script from."""
    if any(word is None or not word.startswith("-") for word in command.words[1:]):
        return None
    if command.heredoc:
        return command.heredoc
    before = command.before
    return before.heredoc if before and before.name == "cat" else None
