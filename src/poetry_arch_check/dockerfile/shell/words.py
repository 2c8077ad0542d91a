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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value: TypeAlias = "str | None"
# Stands for an unknown part of a word; no file contains it.
UNKNOWN = "\0"

# A character of a word, an escaped one or a quoted part, as a part of patterns (with DOTALL).
WORD = r"(?:[^\s\"'\\]|\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_QUOTED = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_OPERATION = re.compile(r"(?P<op>:?[-+=?]|##?|%%?)(?P<word>.*)", re.DOTALL)
_CLOSING = {"(": ")", "{": "}"}
_MAX_DEPTH = 50
# Longer patterns do not occur, and comparing them would be slow.
_MAX_PATTERN = 200
# A value is cut there: variables that double would fill the memory.
_MAX_VALUE = 64 * 1024


class WordError(Exception):
    """A word that cannot be read: why, and at which position of the text."""

    def __init__(self, why: str, at: int) -> None:
        """Take the reason and the position."""
        super().__init__(why)
        self.at = at


def end_of_quoted(text: str, at: int) -> int:
    """Return the position behind the quoted part or the substitution that begins at `at`.

    That is a quote, a backtick, `$(`, `${`, or a parenthesis. Raises WordError if it is
    unterminated.
    """
    stack: list[tuple[str, int]] = []
    position = at
    while True:
        if position >= len(text):
            what, opened = stack[-1] if stack else (text[at], at)
            raise WordError(f"unterminated `{what}`", opened)
        character = text[position]
        top = stack[-1][0] if stack else ""
        if top == "'":
            if character == "'":
                stack.pop()
        elif character == "\\":
            position += 1
        elif top and character == _CLOSING.get(top[-1], top):
            stack.pop()
        elif character in '"`' or (character == "'" and not _in_double_quotes(stack)):
            stack.append((character, position))
        elif character == "$" and text[position + 1 : position + 2] in _CLOSING:
            stack.append((text[position : position + 2], position))
            position += 1
        elif character == "(" and (not stack or top.endswith("(")):
            stack.append(("(", position))
        position += 1
        if not stack:
            return position
        if len(stack) > _MAX_DEPTH:
            raise WordError("quotes nested too deeply", at)


def _in_double_quotes(stack: list[tuple[str, int]]) -> bool:
    """Return whether a single quote is a plain character."""
    inner = [what for what, _ in stack[-2:]]
    return inner[-1:] == ['"'] or inner == ['"', "${"]


def unquoted(raw: str) -> str:
    """Return a word without its quotes; variables are not expanded."""
    return _QUOTED.sub(lambda part: part[1] or part[2] or part[3] or "", raw)


def known(value: Value) -> str | None:
    """Return `value` if all of it is known, else None."""
    return None if value is None or UNKNOWN in value else value


@dataclass(slots=True)
class _Fields:
    """Fields under construction: unquoted expansions are split at blanks."""

    done: list[Value] = field(default_factory=list)
    current: str = ""
    begun: bool = False
    # Whether they make a pattern: quoted characters match themselves.
    pattern: bool = False

    def add(self, value: Value, *, split: bool = False, quoted: bool = False) -> None:
        if value is None:
            value = UNKNOWN
        if self.pattern and quoted:
            value = glob.escape(value)
        if not split:
            self.current, self.begun = (self.current + value)[:_MAX_VALUE], True
            return
        for index, part in enumerate(re.split(r"([ \t\n]+)", value)):
            if index % 2:
                self.end()
            elif part:
                self.current, self.begun = (self.current + part)[:_MAX_VALUE], True

    def end(self) -> None:
        if self.begun:
            self.done.append(self.value)
        self.current, self.begun = "", False

    @property
    def value(self) -> Value:
        return None if self.current and not self.current.strip(UNKNOWN) else self.current


def fields(
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None = None,
    *,
    escape: str = "\\",
) -> list[Value]:
    """Return the words that `raw`, as it is written, expands to.

    `output` returns what a command substitution prints; without it, `$(` is plain text. Raises
    WordError for an unterminated quote.
    """
    found = _Fields()
    _expand(raw, values, output, found, escape)
    found.end()
    return found.done


def expanded(
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None = None,
    *,
    escape: str = "\\",
) -> Value:
    """Return `raw` as one value, as in an assignment: variables are not split at blanks."""
    return _joined(raw, values, output, quoted=False, escape=escape)


def pattern(
    raw: str, values: Mapping[str, Value], output: Callable[[str], Value] | None = None
) -> Value:
    """Return `raw` as a pattern for `matches`, in which quoted characters match themselves."""
    found = _Fields(pattern=True)
    _expand(raw, values, output, found, "\\", split=False)
    return found.value


def matches(value: Value, pattern: Value) -> bool | None:
    """Return whether a shell's pattern matches `value`, None if that is not known."""
    if known(value) is None or known(pattern) is None:
        return None
    text, form = value or "", pattern or ""
    if len(form) > _MAX_PATTERN or len(text) > _MAX_PATTERN:
        return None
    return fnmatch.fnmatchcase(text, form)


def _joined(
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None,
    *,
    quoted: bool,
    escape: str = "\\",
) -> Value:
    found = _Fields()
    _expand(raw, values, output, found, escape, quoted=quoted, split=False)
    return found.value


def _expand(  # noqa: PLR0913 - a case for each kind of part
    raw: str,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None,
    found: _Fields,
    escape: str,
    *,
    quoted: bool = False,
    split: bool = True,
) -> None:
    at = 0
    while at < len(raw):
        character = raw[at]
        if character == escape:
            following = raw[at + 1 : at + 2]
            if following == "\n":
                pass
            elif quoted and following not in {"$", "`", '"', escape}:
                found.add(character + following, quoted=True)
            else:
                found.add(following, quoted=True)
            at += 2
        elif character == "'" and not quoted:
            end = end_of_quoted(raw, at)
            found.add(raw[at + 1 : end - 1], quoted=True)
            at = end
        elif character == '"' and not quoted:
            end = end_of_quoted(raw, at)
            found.add("")
            _expand(raw[at + 1 : end - 1], values, output, found, escape, quoted=True, split=False)
            at = end
        elif character == "`" and output is not None:
            end = end_of_quoted(raw, at)
            found.add(output(raw[at + 1 : end - 1]), split=split, quoted=quoted)
            at = end
        elif character == "$":
            at = _dollar(raw, at, values, output, found, quoted=quoted, split=split)
        elif split and character in " \t\r\n":
            found.end()
            at += 1
        else:
            plain = re.compile(r"[^\\`'\"$ \t\r\n]+").match(raw, at)
            end = plain.end() if plain and escape == "\\" else at + 1
            found.add(raw[at:end], quoted=quoted)
            at = end


def _dollar(  # noqa: PLR0913 - what _expand has
    raw: str,
    at: int,
    values: Mapping[str, Value],
    output: Callable[[str], Value] | None,
    found: _Fields,
    *,
    quoted: bool,
    split: bool,
) -> int:
    """Expand what begins with a dollar at `at`; return the position behind it."""
    if raw.startswith("$((", at):
        end = end_of_quoted(raw, at)
        found.add(None)
    elif raw.startswith("$(", at):
        end = end_of_quoted(raw, at)
        inner = raw[at + 2 : end - 1]
        found.add(output(inner) if output else raw[at:end], split=split, quoted=quoted)
    elif raw.startswith("${", at):
        end = end_of_quoted(raw, at)
        text = raw[at + 2 : end - 1]
        word = _alternative(text, values)
        if word is None:
            found.add(_braced(text, values, output), split=split, quoted=quoted)
        else:
            _expand(word, values, output, found, "\\", quoted=quoted, split=split)
            found.begun = found.begun or quoted
    elif name := _NAME.match(raw, at + 1):
        end = name.end()
        found.add(values.get(name[0]), split=split, quoted=quoted)
    elif raw[at + 1 : at + 2] in set("0123456789@*#?$!-"):
        end = at + 2
        found.add(None)
    else:
        end = at + 1
        found.add("$")
    return end


def _alternative(text: str, values: Mapping[str, Value]) -> str | None:
    """Return the word of `${text}` that replaces the variable, None if it is not replaced.

    That is the default (`-`, `=`) of an unset variable, the alternative (`+`) of one that is set.
    """
    name = _NAME.match(text)
    operation = _OPERATION.fullmatch(text[name.end() :]) if name else None
    if name is None or operation is None or operation["op"].lstrip(":") not in {"-", "=", "+"}:
        return None
    held, declared = values.get(name[0]), name[0] in values
    if declared and held is None:
        return None
    empty = not declared or (held == "" and operation["op"].startswith(":"))
    chosen = empty is not operation["op"].endswith("+")
    return operation["word"] if chosen else None


def _braced(text: str, values: Mapping[str, Value], output: Callable[[str], Value] | None) -> Value:
    """Return the value of `${text}`, with the operations of Docker and POSIX."""
    name = _NAME.match(text)
    if name is None:
        return None
    held = values.get(name[0])
    rest = text[name.end() :]
    if not rest:
        return held
    operation = _OPERATION.fullmatch(rest)
    match operation["op"].lstrip(":") if operation else None:
        case "-" | "=" | "?":
            return held
        case "+":
            return None if held is None and name[0] in values else ""
        case "#" | "##" | "%" | "%%" if operation:
            form = pattern(operation["word"], values, output)
            return _without(held, form, operation["op"])
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
