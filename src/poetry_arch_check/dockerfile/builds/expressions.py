"""Expressions of GitHub workflows, as far as the file tells (GitHub docs, Expressions).

An expression has all the values that it may have: `github.event_name == 'push' && 'a' || 'b'`
is `a` in one run and `b` in another.
"""

from __future__ import annotations

import itertools
import re
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    # Returns the values that a path (`matrix.arch`) may have.
    Lookup = Callable[[str], "Values"]

Values = tuple[object, ...]


class Unknown(Enum):
    """What the file does not tell."""

    VALUE = "unknown"


UNKNOWN: Final = Unknown.VALUE
# What is longer is not evaluated, and what has more values is not known.
_MAX_TEXT = 1_000
_MAX_VALUES = 32
_EXPRESSION = re.compile(r"\$\{\{((?:'[^']*'|[^'}]|\}(?!\}))*)\}\}")
_TOKEN = re.compile(
    r"\s*('(?:[^']|'')*'|\|\||&&|[=!<>]=|[!<>(),]|-?\d+(?:\.\d+)?(?![\w.-])|[A-Za-z_][\w-]*(?:\.[\w*-]+)*)\s*"
)
_LITERALS: dict[str, object] = {"true": True, "false": False, "null": None}
_TESTS = frozenset({"contains", "startswith", "endswith", "always", "success", "failure"})
_PLACE = re.compile(r"\{(\d)\}")


def values_of(value: object, lookup: Lookup) -> Values:
    """Return what a value with expressions in it may be, UNKNOWN among it where a run decides."""
    if not isinstance(value, str) or "${{" not in value:
        return (value,)
    if len(value) > _MAX_TEXT:
        return (UNKNOWN,)
    if alone := _EXPRESSION.fullmatch(value.strip()):
        return _evaluated(alone[1], lookup)
    # Text and expressions take turns.
    parts = _EXPRESSION.split(value)
    rows = [
        _evaluated(part, lookup) if number % 2 else (part,) for number, part in enumerate(parts)
    ]
    return _some(
        _joined(row) for row in itertools.islice(itertools.product(*rows), _MAX_VALUES + 1)
    )


def _evaluated(text: str, lookup: Lookup) -> Values:
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return (UNKNOWN,)
        tokens.append(match[1])
        at = match.end()
    reader = _Reader(tokens, lookup)
    found = reader.either()
    return (UNKNOWN,) if reader.left() else found


def _joined(row: Values) -> object:
    return UNKNOWN if UNKNOWN in row else "".join(map(_text, row))


def _text(value: object) -> str:
    """Return a value as it is written into a text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _some(values: Iterable[object]) -> Values:
    """Return different values, UNKNOWN for too many."""
    found = {repr(value): value for value in itertools.islice(values, _MAX_VALUES + 1)}
    return tuple(found.values()) if len(found) <= _MAX_VALUES else (UNKNOWN,)


class _Reader:
    """Evaluates tokens, by the precedence of the operators."""

    def __init__(self, tokens: list[str], lookup: Lookup) -> None:
        self._tokens = tokens[::-1]
        self._lookup = lookup

    def left(self) -> bool:
        """Return whether there is more, which is no expression then."""
        return bool(self._tokens)

    def either(self) -> Values:
        """Read `a || b`: `a` where it is true, else `b`."""
        found = self._both()
        while self._taken("||"):
            right = self._both()
            true = [each for each in found if each is UNKNOWN or each]
            some = any(each is UNKNOWN or not each for each in found)
            found = _some((*true, *(right if some else ())))
        return found

    def _both(self) -> Values:
        """Read `a && b`: `b` where `a` is true, else `a`."""
        found = self._compared()
        while self._taken("&&"):
            right = self._compared()
            false = [
                False if each is UNKNOWN else each for each in found if each is UNKNOWN or not each
            ]
            some = any(each is UNKNOWN or each for each in found)
            found = _some((*false, *(right if some else ())))
        return found

    def _compared(self) -> Values:
        found = self._value()
        while operator := self._taken("==", "!=", "<", ">", "<=", ">="):
            pairs = list(itertools.product(found, self._value()))
            told = operator in {"==", "!="} and not any(UNKNOWN in pair for pair in pairs)
            equal = [_folded(left) == _folded(right) for left, right in pairs]
            found = _some(each is (operator == "==") for each in equal) if told else (True, False)
        return found

    def _value(self) -> Values:
        if self._taken("!"):
            pairs = [(True, False) if each is UNKNOWN else (not each,) for each in self._value()]
            return _some(itertools.chain.from_iterable(pairs))
        if self._taken("("):
            found = self.either()
            return found if self._taken(")") else (UNKNOWN,)
        token = self._tokens.pop() if self._tokens else ""
        if token.startswith("'"):
            return (token[1:-1].replace("''", "'"),)
        if token in _LITERALS:
            return (_LITERALS[token],)
        if token[:1].isdigit() or token.startswith("-"):
            return (token,)
        if self._taken("("):
            return _called(token.lower(), self._arguments())
        return self._lookup(token) if token[:1].isalpha() else (UNKNOWN,)

    def _arguments(self) -> list[Values]:
        found: list[Values] = []
        while self._tokens and not self._taken(")"):
            found.append(self.either())
            self._taken(",")
        return found

    def _taken(self, *tokens: str) -> str:
        return self._tokens.pop() if self._tokens and self._tokens[-1] in tokens else ""


def _folded(value: object) -> str:
    """Return a value as it is compared: strings without regard to case."""
    return _text(value).casefold()


def _called(function: str, arguments: list[Values]) -> Values:
    """Return what a function may return; those that only test may do both."""
    if function in _TESTS:
        return (True, False)
    rows = itertools.islice(itertools.product(*arguments), _MAX_VALUES + 1)
    match function:
        case "format":
            return _some(_formatted(row) for row in rows)
        case "join":
            return _some(_list(row) for row in rows)
    return (UNKNOWN,)


def _formatted(row: Values) -> object:
    if UNKNOWN in row or not row:
        return UNKNOWN
    values = [_text(each) for each in row[1:]]
    return _PLACE.sub(
        lambda match: values[int(match[1])] if int(match[1]) < len(values) else match[0],
        _text(row[0]),
    )


def _list(row: Values) -> object:
    items = row[0] if row else None
    if not isinstance(items, list) or UNKNOWN in row:
        return UNKNOWN
    return (_text(row[1]) if len(row) > 1 else ",").join(map(_text, items))
