"""Conditions of a shell → true, false or undecidable, without running anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.syntax import Simple
from poetry_arch_check.dockerfile.shell.words import Value, known, matches

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.syntax import Node

# Commands that look something up: their status is not known, and they change nothing.
_QUERIES = frozenset(
    {"command", "which", "type", "hash", "grep", "egrep", "diff", "cmp", "pgrep", "read", "dpkg"}
)
# Longer tests do not occur, and each operator looks through all that is behind it.
_MAX_WORDS = 200
_TESTS = frozenset({"[", "test", "[["})


def is_query(words: tuple[Value, ...]) -> bool:
    """Return whether a command looks something up: its status is not known."""
    name = (words[0] or "").rpartition("/")[2] if words else ""
    if name == "command":
        return words[1:2] in {("-v",), ("-V",)}
    if name == "dpkg":
        return not {"-s", "-l", "--status", "--list"}.isdisjoint(words)
    return name in _QUERIES


def is_test(node: Node) -> bool:
    """Return whether a command is a test, whose status may decide what is run next."""
    return isinstance(node, Simple) and bool(node.words) and node.words[0].raw in _TESTS


def truth(words: tuple[Value, ...]) -> bool | None:
    """Return the result of `[ … ]`, `[[ … ]]` or `test`, None if it is undecidable."""
    if len(words) > _MAX_WORDS:
        return None
    parts = [known(word) for word in words[1:]]
    if words[0] in {"[", "[["} and parts[-1:] in (["]"], ["]]"]):
        parts.pop()
    return _truth(parts, patterns=words[0] == "[[")


def _truth(parts: list[str | None], *, patterns: bool) -> bool | None:
    for word, decides in (("||", True), ("-o", True), ("&&", False), ("-a", False)):
        if word in parts[1:]:
            at = parts.index(word, 1)
            both = {
                _truth(parts[:at], patterns=patterns),
                _truth(parts[at + 1 :], patterns=patterns),
            }
            if decides in both:
                return decides
            return None if None in both else not decides
    if parts[:1] == ["!"]:
        opposite = _truth(parts[1:], patterns=patterns)
        return None if opposite is None else not opposite
    if None in parts:
        return None
    return _plain_truth([part or "" for part in parts], patterns=patterns)


def _plain_truth(parts: list[str], *, patterns: bool) -> bool | None:
    match parts:
        case []:
            return False
        case [text] | ["-n", text]:
            return text != ""
        case ["-z", text]:
            return text == ""
        case [operator, _] | [_, operator] if operator in _BINARY:
            # An unquoted variable that is empty: the shell reports a syntax error.
            return False
        case [one, "=" | "==", other]:
            return matches(one, other) if patterns else one == other
        case [one, "!=", other]:
            fits = matches(one, other) if patterns else one == other
            return None if fits is None else not fits
        case [one, operator, other] if operator in _COMPARISONS:
            return _compare(one, operator, other)
        case _:  # files, and syntax errors
            return None


_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)
_COMPARISONS = frozenset({"-eq", "-ne", "-gt", "-ge", "-lt", "-le"})
_BINARY = _COMPARISONS | {"=", "==", "!="}


def _compare(one: str, operator: str, other: str) -> bool | None:
    if not (_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)):
        return None
    difference = int(one) - int(other)
    return {
        "-eq": difference == 0,
        "-ne": difference != 0,
        "-gt": difference > 0,
        "-ge": difference >= 0,
        "-lt": difference < 0,
        "-le": difference <= 0,
    }[operator]
