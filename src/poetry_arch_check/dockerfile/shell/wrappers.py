"""What stands in front of a command and calls it: `sudo`, `env A=b`, `conda run -n name`."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.dockerfile.shell.words import Value

# Words in front of a command, and their options that take a value.
_PREFIXES: Mapping[str, frozenset[str]] = {
    "sudo": options("-u -g -h"),
    "env": options("-u"),
    "exec": frozenset(),
    "time": frozenset(),
    "nice": options("-n"),
    "nohup": frozenset(),
    "eatmydata": frozenset(),
    "gosu": frozenset(),
    "su-exec": frozenset(),
    "runuser": options("-u"),
    "setarch": frozenset(),
    "retry": options("-n -t -d"),
    "timeout": options("-s -k"),
    "xargs": options("-n -P -I -a -L --max-args --arg-file -d"),
    "chronic": frozenset(),
    "run": options("-n --name -p --prefix --cwd"),  # conda's
    "builtin": frozenset(),
    "command": frozenset(),
}
_CONDA = frozenset({"conda", "mamba", "micromamba"})
# More do not stand in front of a command, and each is read with all that is behind it.
_MAX_WRAPPERS = 20
_TAKING_A_WORD = frozenset({"gosu", "su-exec", "timeout", "setarch"})


def unwrapped(
    words: tuple[Value, ...], given: Callable[[Value], Value] = lambda _: None
) -> tuple[Value, ...]:
    """Return the command that the one in `words` calls; most call none but themselves.

    `given` returns what `xargs` reads from a file, or from its input ("").
    """
    for _ in range(_MAX_WRAPPERS):
        if not words:
            break
        name = (words[0] or "").rpartition("/")[2]
        if name in _CONDA and words[1:2] == ("run",):
            words, name = words[1:], "run"
        if name not in _PREFIXES or len(words) == 1:
            break
        if name == "command" and words[1] in {"-v", "-V"}:
            break
        called, words = words[1:], _behind_options(words[1:], _PREFIXES[name])
        if name in _TAKING_A_WORD:
            words = words[1:]
        if name == "xargs":
            file = read(called, _PREFIXES[name], interspersed=False).values("-a", "--arg-file")
            words = _with_input(words, given(file[-1] if file else ""))
    return words


def _with_input(words: tuple[Value, ...], text: Value) -> tuple[Value, ...]:
    """Return a command of `xargs` with the words that it reads; `{}` stands for each of them."""
    found: tuple[Value, ...] = (None,) if text is None else tuple(text.split())
    inserted = [word for word in words if word and "{}" in word]
    if not inserted:
        return (*words, *found)
    if len(found) != 1 or found[0] is None:
        return (*(None if word in inserted else word for word in words), None)
    return tuple(word.replace("{}", found[0]) if word else word for word in words)


def _behind_options(words: tuple[Value, ...], valued: frozenset[str]) -> tuple[Value, ...]:
    """Return the command behind options, assignments and the lone `-` of `env`."""
    for _ in range(_MAX_WRAPPERS):
        words = read(words, valued, interspersed=False).arguments
        assigned = len(list(takewhile(_is_assignment, words)))
        if not assigned:
            break
        words = words[assigned:]
    return words


def _is_assignment(word: Value) -> bool:
    """Return whether a word of `env` stands in front of the command, and is no option."""
    return word is not None and (word == "-" or "=" in word)
