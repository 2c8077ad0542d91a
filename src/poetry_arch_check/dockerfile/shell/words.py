"""The words of Dockerfiles and of shells: quotes, variables, and what is not known of them.

A value of None is not known without running something; in one that is known in part, the rest
is UNKNOWN. Docker's own expansion (ARG, ENV, FROM) is that of a shell without commands.
"""

from __future__ import annotations

import fnmatch
import glob
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from poetry_arch_check.dockerfile.shell.braced import parse_braced
from poetry_arch_check.dockerfile.shell.budget import WORD, Budget
from poetry_arch_check.dockerfile.shell.parameters import held, parameters
from poetry_arch_check.dockerfile.shell.quoting import end_of_quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.dockerfile.shell.braced import Braced

Value: TypeAlias = "str | None"
# Stands for an unknown part of a word; no file contains it.
UNKNOWN = "\0"

_PARAMETER = re.compile(r"[A-Za-z_]\w*|[0-9@*#]", re.ASCII)
_PLAIN = re.compile(r"[^\\`'\"$ \t\r\n]+")
_PART = re.compile(r"[ \t\n]+|[^ \t\n]+")
# Longer patterns do not occur, and comparing them would be slow.
_MAX_PATTERN = 200
# A value is cut there: variables that double would fill the memory.
_MAX_VALUE = 64 * 1024


def known(value: Value) -> str | None:
    """Return `value` if all of it is known, else None."""
    return None if value is None or UNKNOWN in value else value


@dataclass(slots=True)
class _Fields:
    """Fields under construction: unquoted expansions are split at blanks."""

    budget: Budget
    done: list[Value] = field(default_factory=list)
    # The parts of the field that has begun, and their length.
    parts: list[str] = field(default_factory=list)
    length: int = 0
    begun: bool = False
    # Whether they make a pattern: quoted characters match themselves.
    pattern: bool = False
    # Whether all of it is one value, as in an assignment.
    whole: bool = False

    def add(self, value: Value, *, split: bool = False, quoted: bool = False) -> None:
        if value is None:
            value = UNKNOWN
        self.budget.spend(1 + len(value) // 8)
        if self.pattern and quoted:
            value = glob.escape(value)
        if self.whole or not split:
            self._append(value)
            return
        for found in _PART.finditer(value):
            if found[0].isspace():
                self.end()
            else:
                self._append(found[0])

    def _append(self, part: str) -> None:
        self.begun = True
        if part and self.length < _MAX_VALUE:
            self.parts.append(part[: _MAX_VALUE - self.length])
            self.length += len(self.parts[-1])

    def end(self) -> None:
        if self.begun:
            self.budget.spend(WORD)
            self.done.append(self.value)
        self.parts, self.length, self.begun = [], 0, False

    @property
    def value(self) -> Value:
        whole = "".join(self.parts)
        return None if whole and not whole.strip(UNKNOWN) else whole


def fields(
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None = None,
    budget: Budget | None = None,
) -> list[Value]:
    """Return the words that `raw`, as it is written, expands to.

    `output` returns what a command substitution prints; without it, `$(` is plain text. Raises
    WordError for an unterminated quote, LimitError if it costs more than the `budget`.
    """
    found = _Fields(budget or Budget())
    _Expander(values, output, found).expand(raw)
    found.end()
    return found.done


def expanded(
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None = None,
    budget: Budget | None = None,
) -> Value:
    """Return `raw` as one value, as in an assignment: variables are not split at blanks."""
    found = _Fields(budget or Budget(), whole=True)
    _Expander(values, output, found).expand(raw, split=False)
    return found.value


def pattern(
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None = None,
    budget: Budget | None = None,
) -> Value:
    """Return `raw` as a pattern for `matches`, in which quoted characters match themselves."""
    found = _Fields(budget or Budget(), pattern=True, whole=True)
    _Expander(values, output, found).expand(raw, split=False)
    found.budget.spend(cost_of_pattern(found.value))
    return found.value


def cost_of_pattern(value: Value) -> int:
    """Return how many steps it takes to compile `value` as a pattern."""
    return 0 if value is None or len(value) > _MAX_PATTERN else 5 * len(value)


def matches(value: Value, pattern: Value) -> bool | None:
    """Return whether a shell's pattern matches `value`, None if that is not known."""
    if known(value) is None or known(pattern) is None:
        return None
    text, form = value or "", pattern or ""
    if len(form) > _MAX_PATTERN or len(text) > _MAX_PATTERN:
        return None
    return fnmatch.fnmatchcase(text, form)


@dataclass(frozen=True, slots=True)
class _Expander:
    """Expands words into `found`."""

    values: Mapping[str, Value]
    output: Callable[[str], Value] | None
    found: _Fields

    def expand(self, raw: str, *, quoted: bool = False, split: bool = True) -> None:
        """Expand `raw`; `quoted` within double quotes, `split` at blanks."""
        at = 0
        self.found.budget.spend(len(raw) // 4)
        while at < len(raw):
            character = raw[at]
            if character == "\\":
                at = self._escaped(raw, at, quoted=quoted)
            elif character in "'\"" and not quoted:
                at = self._quoted(raw, at)
            elif character == "`" and self.output is not None:
                end = end_of_quoted(raw, at)
                self.found.add(self.output(raw[at + 1 : end - 1]), split=split, quoted=quoted)
                at = end
            elif character == "$":
                at = self._dollar(raw, at, quoted=quoted, split=split)
            elif split and character in " \t\r\n":
                self.found.end()
                at += 1
            else:
                plain = _PLAIN.match(raw, at)
                end = plain.end() if plain else at + 1
                self.found.add(raw[at:end], quoted=quoted)
                at = end

    def _escaped(self, raw: str, at: int, *, quoted: bool) -> int:
        """Expand a backslash and what follows it; return the position behind them."""
        following = raw[at + 1 : at + 2]
        if following != "\n":
            stays = quoted and following not in {"$", "`", '"', "\\"}
            self.found.add("\\" + following if stays else following, quoted=True)
        return at + 2

    def _quoted(self, raw: str, at: int) -> int:
        """Expand a quoted part; return the position behind it."""
        end = end_of_quoted(raw, at)
        inner = raw[at + 1 : end - 1]
        if raw[at] == "'":
            self.found.add(inner, quoted=True)
        elif inner in {"$@", "${@}"}:
            # Without parameters, that is no word.
            self._parameters(quoted=True)
        else:
            self.found.add("")
            self.expand(inner, quoted=True, split=False)
        return end

    def _dollar(self, raw: str, at: int, *, quoted: bool, split: bool) -> int:
        """Expand what begins with a dollar; return the position behind it."""
        found = self.found
        if raw.startswith("$((", at):
            end = end_of_quoted(raw, at)
            found.add(None)
        elif raw.startswith("$(", at):
            end = end_of_quoted(raw, at)
            printed = self.output(raw[at + 2 : end - 1]) if self.output else raw[at:end]
            found.add(printed, split=split, quoted=quoted)
        elif raw.startswith("${", at):
            end = end_of_quoted(raw, at)
            text = raw[at + 2 : end - 1]
            braced = parse_braced(text)
            word = braced.replacement(self.values) if braced else None
            if text == "@" or (text == "*" and not quoted):
                self._parameters(quoted=quoted)
            elif word is None:
                value = self._braced(braced) if braced else None
                found.add(value, split=split, quoted=quoted)
            else:
                self.expand(word, quoted=quoted, split=split)
                found.begun = found.begun or quoted
        elif name := _PARAMETER.match(raw, at + 1):
            end = name.end()
            if name[0] == "@" or (name[0] == "*" and not quoted):
                self._parameters(quoted=quoted)
            else:
                found.add(held(name[0], self.values), split=split, quoted=quoted)
        elif raw[at + 1 : at + 2] in set("?$!-"):
            end = at + 2
            found.add(None)
        else:
            end = at + 1
            found.add("$")
        return end

    def _parameters(self, *, quoted: bool) -> None:
        """Expand all positional parameters, each a word of its own."""
        found, words = self.found, parameters(self.values)
        if words is None:
            found.add(None)
            return
        if found.whole:
            found.add(None if None in words else " ".join(filter(None, words)), quoted=quoted)
            return
        for index, word in enumerate(words):
            if index:
                found.end()
            found.add(word, split=not quoted, quoted=quoted)

    def _braced(self, braced: Braced) -> Value:
        """Return the value of a variable that no word replaces."""
        value = held(braced.name, self.values)
        match braced.operator and braced.operator.lstrip(":"):
            case "" | "-" | "=" | "?":
                return value
            case "+":
                return None if value is None and braced.name in self.values else ""
            case "#" | "##" | "%" | "%%" as operator:
                budget = self.found.budget
                form = pattern(braced.word, self.values, self.output, budget)
                budget.spend(10 * min(len(value or ""), _MAX_PATTERN))
                return _without(value, form, operator)
            case _:
                return None


def _without(value: Value, form: Value, operation: str) -> Value:
    """Return `value` without the shortest or longest prefix or suffix that a pattern matches."""
    if known(value) is None or matches(value, form) is None:
        return None
    text = value or ""
    lengths = range(len(text) + 1)
    for length in reversed(lengths) if len(operation) > 1 else lengths:
        part = text[:length] if operation[0] == "#" else text[len(text) - length :]
        if matches(part, form):
            return text[length:] if operation[0] == "#" else text[: len(text) - length]
    return value
