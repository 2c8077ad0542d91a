"""Quotes of Dockerfiles and of shells: where they end, and words without them."""

from __future__ import annotations

import re

# A character of a word, an escaped one or a quoted part, as a part of patterns (with DOTALL).
WORD = r"(?:[^\s\"'\\]|\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_QUOTED = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", re.DOTALL)
_PLAIN = re.compile(r"[^\\'\"`$()}]+")
_CLOSING = {"(": ")", "{": "}"}
_MAX_DEPTH = 50


class WordError(Exception):
    """A word that cannot be read: why, and at which position of the text."""

    def __init__(self, why: str, at: int) -> None:
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
        position = _behind_plain(text, position) if stack else position
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


def _behind_plain(text: str, at: int) -> int:
    """Return the position behind the characters at `at` that neither open nor close anything."""
    plain = _PLAIN.match(text, at)
    return plain.end() if plain else at


def _in_double_quotes(stack: list[tuple[str, int]]) -> bool:
    """Return whether a single quote is a plain character."""
    inner = [what for what, _ in stack[-2:]]
    return inner[-1:] == ['"'] or inner == ['"', "${"]


def unquoted(raw: str) -> str:
    """Return a word without its quotes; variables are not expanded."""
    return _QUOTED.sub(lambda part: part[1] or part[2] or part[3] or "", raw)
