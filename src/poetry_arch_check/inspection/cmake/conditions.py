"""Conditions of a CMake project: what `if()` comes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.cmake.variables import is_unset
from poetry_arch_check.inspection.versions import read_version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from poetry_arch_check.inspection.cmake.syntax import Argument
    from poetry_arch_check.inspection.cmake.variables import Variables

_MAX_TERMS = 100
_FALSE = re.compile(r"(?i)0|off|no|false|n|ignore|notfound|.*-notfound|")
_TRUE = re.compile(r"(?i)1|on|yes|true|y|-?(?:0*[1-9]\d*)(?:\.\d*)?")
_BINARY = frozenset(
    {"STREQUAL", "EQUAL", "LESS", "GREATER", "LESS_EQUAL", "GREATER_EQUAL", "MATCHES", "IN_LIST"}
    | {"STRLESS", "STRGREATER", "IS_NEWER_THAN", "PATH_EQUAL"}
    | {"VERSION_LESS", "VERSION_GREATER", "VERSION_EQUAL"}
    | {"VERSION_LESS_EQUAL", "VERSION_GREATER_EQUAL"}
)
# What `MATCHES` is evaluated with: alternatives, each with anchors or not. They mean the
# same to Python (CMake's string(), Regex Specification), and take no time to evaluate.
_WORD = r"\^?(?:[\w. -]+|\([\w. -]+\))\$?"
_ALTERNATIVES = re.compile(rf"{_WORD}(?:\|{_WORD})*|\^?\({_WORD}(?:\|{_WORD})*\)\$?", re.ASCII)
_UNARY = frozenset({"DEFINED", "EXISTS", "TARGET", "COMMAND", "POLICY", "TEST", "IS_DIRECTORY"})


def holds(
    variables: Variables, arguments: Sequence[Argument], exists: Callable[[str], bool]
) -> bool | None:
    """Return whether the condition of an `if()` holds, None where that is not known.

    `exists` says whether there is a file or directory.
    """
    if len(arguments) > _MAX_TERMS:
        return None
    return _Condition(variables, arguments, exists).value()


class _Condition:
    """A condition, by cmake-commands(7): `NOT` before `AND` before `OR`."""

    def __init__(
        self, variables: Variables, arguments: Sequence[Argument], exists: Callable[[str], bool]
    ) -> None:
        self._variables = variables
        self._arguments = arguments
        self._exists = exists
        self._at = 0

    def value(self) -> bool | None:
        return self._or()

    def _next(self, *words: str) -> bool:
        """Take the next argument if it is one of `words`."""
        if self._at < len(self._arguments):
            argument = self._arguments[self._at]
            if not argument.quoted and argument.text in words:
                self._at += 1
                return True
        return False

    def _or(self) -> bool | None:
        value = self._and()
        while self._next("OR"):
            other = self._and()
            value = True if value or other else (None if None in (value, other) else False)
        return value

    def _and(self) -> bool | None:
        value = self._not()
        while self._next("AND"):
            other = self._not()
            value = False if False in (value, other) else (None if None in (value, other) else True)
        return value

    def _not(self) -> bool | None:
        negated = False
        while self._next("NOT"):
            negated = not negated
        value = self._term()
        return value if value is None or not negated else not value

    def _term(self) -> bool | None:
        if self._next("("):
            value = self._or()
            self._next(")")
            return value
        if self._at >= len(self._arguments):
            return None
        first = self._arguments[self._at]
        self._at += 1
        if not first.quoted and first.text in _UNARY and self._at < len(self._arguments):
            operand = self._arguments[self._at]
            self._at += 1
            return self._unary(first.text, operand)
        if self._at + 1 < len(self._arguments) and self._arguments[self._at].text in _BINARY:
            operator, other = self._arguments[self._at : self._at + 2]
            self._at += 2
            # An expression is never the name of a variable.
            expression = operator.text == "MATCHES"
            right = self._variables.expanded(other) if expression else self._operand(other)
            return _compared(self._operand(first), operator.text, right)
        return self._truth(first)

    def _unary(self, operator: str, operand: Argument) -> bool | None:
        text = self._variables.expanded(operand)
        match operator:
            case "EXISTS" | "IS_DIRECTORY" if text and not text.startswith(("/", "~")):
                return self._exists(text)
            case "DEFINED" if text and not text.startswith("ENV{"):
                value = self._variables.value(text)
                if value is None:
                    return None
                return text in self._variables.values and not is_unset(text, value)
            case "DEFINED":
                return False
            case _:
                return None

    def _operand(self, argument: Argument) -> str | None:
        text = self._variables.expanded(argument)
        if text is None or argument.quoted or text not in self._variables.values:
            return text
        return self._variables.values[text]

    def _truth(self, argument: Argument) -> bool | None:
        text = self._variables.expanded(argument)
        if text is None:
            return None
        if _TRUE.fullmatch(text):
            return True
        if _FALSE.fullmatch(text) or argument.quoted:
            return False
        value = self._variables.value(text)
        return None if value is None else not _FALSE.fullmatch(value)


def _compared(left: str | None, operator: str, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    match operator:
        case "STREQUAL":
            return left == right
        case "MATCHES":
            # Expressions that are more than alternatives are not evaluated.
            plain = _ALTERNATIVES.fullmatch(right)
            return re.search(right.replace("$", r"\Z"), left) is not None if plain else None
        case "EQUAL" if left.isdecimal() and right.isdecimal():
            return left.lstrip("0") == right.lstrip("0")
        case "VERSION_LESS" | "VERSION_GREATER" | "VERSION_EQUAL" | "VERSION_GREATER_EQUAL":
            return _versions(left, operator, right)
        case _:
            return None


def _versions(left: str, operator: str, right: str) -> bool | None:
    first, second = read_version(left), read_version(right)
    if first is None or second is None:
        return None
    match operator:
        case "VERSION_LESS":
            return first < second
        case "VERSION_GREATER":
            return first > second
        case "VERSION_EQUAL":
            return first == second
        case _:
            return first >= second
