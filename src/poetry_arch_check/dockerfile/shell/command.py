"""A command of a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.syntax import Heredoc, Word
    from poetry_arch_check.dockerfile.shell.words import Value

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
# What reads a script within the shell that calls it.
SOURCING = frozenset({".", "source"})
_SHELL_VALUED = options("-o +o -O +O --rcfile --init-file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a script; a word of None is not known.

    `certain` is False under an undecidable condition. `written` are the words that are in the
    file as they are, with their offsets; there are none under any condition. `heredoc` is what
    it reads, or the text `string`, the file `input`, or what the command `before` it prints;
    `outputs` are the files that it prints to, `piped` says that another command reads that.
    """

    words: tuple[Value, ...]
    values: Mapping[str, Value]
    certain: bool
    start: int
    written: tuple[Word, ...] = ()
    outputs: tuple[Value, ...] = ()
    heredoc: Heredoc | None = None
    input: Value = None
    string: Value = None
    before: Command | None = None
    piped: bool = False

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


def reads_script(words: tuple[Value, ...]) -> bool:
    """Return whether a shell reads its script from its input."""
    line = read(words[1:], _SHELL_VALUED, interspersed=False)
    return "-s" in line.names or all(word == "-" for word in line.arguments)


def script_called(words: tuple[Value, ...]) -> tuple[str, tuple[Value, ...]] | None:
    """Return the file with the script that `words` call, and its arguments; None for no file."""
    first = words[0] if words else None
    if first is None:
        return None
    if first in SOURCING:
        called = words[1:]
    elif first.rpartition("/")[2] in SHELLS:
        called = () if reads_script(words) else _behind_options(words)
    else:
        called = words if "/" in first else ()
    match called:
        case (str(name), *arguments):
            return name, tuple(arguments)
        case _:
            return None


def _behind_options(words: tuple[Value, ...]) -> tuple[Value, ...]:
    behind = read(words[1:], _SHELL_VALUED, interspersed=False).arguments
    return behind[1:] if behind[:1] == ("-",) else behind


def is_shell_script(text: str) -> bool:
    """Return whether a script is run by a shell: its first line may name another program."""
    first = text.partition("\n")[0]
    names = [word.rpartition("/")[2] for word in first.removeprefix("#!").split()]
    names = names[1:] if names[:1] == ["env"] else names
    return not first.startswith("#!") or (bool(names) and names[0] in SHELLS)
