"""The commands of a CMake file, by cmake-language(7).

The reader is tolerant: what is not CMake is skipped, what is not terminated ends with the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# More than in any project that was looked at.
_MAX_COMMANDS = 20_000
# A name begins where a word does: else a long word would be read from each of its letters.
_START = re.compile(r"(?<!\w)([A-Za-z_]\w*)[ \t]*\(|#\[(=*)\[|#")
# An unquoted argument; `$(` and quotes inside of one are legacy, and read as separate ones.
_PLAIN = re.compile(r"(?:[^\s()#\"\\\[]|\\.|\[(?!=*\[))+", re.DOTALL)
_BRACKET = re.compile(r"\[(=*)\[")
_ESCAPE = re.compile(r"\\([^A-Za-z0-9;])")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as it is written; `quoted` says that it stands for one string."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name in lower case, and its arguments. Parentheses are arguments as well.

    `length` is that of its text.
    """

    name: str
    arguments: tuple[Argument, ...]
    length: int = 0


def commands(text: str) -> list[Command]:
    """Return the commands of a file, at most 20,000."""
    found: list[Command] = []
    at = 0
    while len(found) < _MAX_COMMANDS and (start := _START.search(text, at)):
        if start[1]:
            arguments, at = _arguments(text, start.end())
            found.append(Command(start[1].lower(), arguments, at - start.start()))
        else:
            at = _after_comment(text, start)
    return found


def _after_comment(text: str, start: re.Match[str]) -> int:
    close = "\n" if start[2] is None else f"]{start[2]}]"
    end = text.find(close, start.end())
    return len(text) if end < 0 else end + len(close)


def _arguments(text: str, at: int) -> tuple[tuple[Argument, ...], int]:
    """Return the arguments that begin at `at`, and where they end."""
    found: list[Argument] = []
    depth = 1
    while at < len(text):
        char = text[at]
        if char == ")":
            depth -= 1
            at += 1
            if not depth:
                break
            found.append(Argument(")"))
        elif char == "(":
            depth += 1
            at += 1
            found.append(Argument("("))
        elif char == '"':
            content, at = _quoted(text, at + 1)
            found.append(Argument(content, quoted=True))
        elif char == "#":
            match = _START.match(text, at)
            at = _after_comment(text, match) if match else at + 1
        elif bracket := _BRACKET.match(text, at):
            close = f"]{bracket[1]}]"
            end = text.find(close, bracket.end())
            end = len(text) if end < 0 else end
            found.append(Argument(text[bracket.end() : end], quoted=True))
            at = end + len(close)
        elif plain := _PLAIN.match(text, at):
            found.append(Argument(_ESCAPE.sub(r"\1", plain[0])))
            at = plain.end()
        else:
            at += 1
    return tuple(found), at


_QUOTED = re.compile(r"(?:[^\"\\]|\\.)*", re.DOTALL)


def _quoted(text: str, at: int) -> tuple[str, int]:
    match = _QUOTED.match(text, at)
    end = match.end() if match else len(text)
    return _ESCAPE.sub(r"\1", text[at:end]), end + 1
