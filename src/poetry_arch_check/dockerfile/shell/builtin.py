"""Builtins of a shell that change its variables, test something, or leave something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.conditions import truth
from poetry_arch_check.dockerfile.shell.state import Jump
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, Value, cost_of_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.state import ShellState

# Their words are not split, as those of assignments.
DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})
_READING = frozenset({"read", "mapfile", "readarray", "getopts", "let"})
_STATUS: Mapping[str, bool] = {"true": True, ":": True, "false": False}
_TESTING = frozenset({"[", "test", "[["})
_JUMPS: Mapping[str, Jump] = {jump.value: jump for jump in Jump}
BUILTINS = DECLARING | _READING | _TESTING | _STATUS.keys() | _JUMPS.keys() | {"unset"}


def run_builtin(name: str, words: tuple[Value, ...], state: ShellState) -> bool | None:
    """Run one of BUILTINS with `words`; return its status, None if that is not known.

    Raises JumpTaken for what surely leaves a script, a function or a loop.
    """
    arguments = words[1:]
    if name in _STATUS:
        return _STATUS[name]
    if name in _TESTING:
        state.budget.spend(sum(map(cost_of_pattern, words)) if name == "[[" else 0)
        return truth(words)
    if name in _JUMPS:
        jump = _JUMPS[name]
        failing = bool(arguments) and arguments[0] not in {"0", None}
        state.jump(jump, failed=failing and jump in {Jump.EXIT, Jump.RETURN})
        return None
    if name in _READING:
        state.values |= {word: None for word in arguments if word and word.isidentifier()}
        return None
    if name in DECLARING:
        _declare(arguments, state)
    else:
        for word in arguments:
            state.values.pop(word or "", None)
    return True


def _declare(words: tuple[Value, ...], state: ShellState) -> None:
    for word in words:
        name, equals, value = (word or "").partition("=")
        if equals:
            whole = None if value == UNKNOWN else value
            state.values[name] = whole if state.certain else None
