"""Builtins of a shell that change its variables, test something, or leave something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.conditions import truth
from poetry_arch_check.dockerfile.shell.parameters import parameters, set_parameters
from poetry_arch_check.dockerfile.shell.printed import path_of
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
_FOLDERS = frozenset({"cd", "pushd", "popd"})
_PARAMETERS = frozenset({"set", "shift"})
BUILTINS = (
    DECLARING | _READING | _TESTING | _STATUS.keys() | _JUMPS.keys() | _FOLDERS | _PARAMETERS
) | {"unset"}


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
    if name in _FOLDERS:
        _change_folder(name, arguments, state)
        return None if state.in_condition else True
    if name in _PARAMETERS:
        _set_parameters(name, arguments, state)
    elif name in DECLARING:
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


def _change_folder(name: str, words: tuple[Value, ...], state: ShellState) -> None:
    """Go to another folder: it is in PWD, the one before in OLDPWD."""
    values = state.values
    folder = next((word for word in words if word not in {"-P", "-L", "--"}), values.get("HOME"))
    to = None if name == "popd" else values.get("OLDPWD") if folder == "-" else folder
    there = path_of(to, values) if state.certain else None
    values["OLDPWD"], values["PWD"] = values.get("PWD"), there


def _set_parameters(name: str, words: tuple[Value, ...], state: ShellState) -> None:
    """Replace the positional parameters (`set --`), or drop the first of them (`shift`)."""
    if name == "set":
        if words[:1] == ("--",) or (words and words[0] and words[0][0] not in "-+"):
            given = words[1:] if words[0] == "--" else words
            set_parameters(state.values, given if state.certain else None)
        return
    now = parameters(state.values)
    count = words[0] if words else "1"
    if now is not None and state.certain and count is not None and count.isdecimal():
        set_parameters(state.values, now[int(count[:6]) :])
    else:
        set_parameters(state.values, None)
