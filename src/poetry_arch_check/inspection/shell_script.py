"""The programs that a shell script surely starts: those outside of conditions and functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = frozenset({"if", "case", "for", "while", "until", "{"})
_CLOSING = frozenset({"fi", "esac", "done", "}"})
_SEPARATORS = re.compile(r"&&|;|\|(?!\|)|\n")
_ALTERNATIVE = re.compile(r"\|\|")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=\S*$")
# What scripts that make something say first: `MAKE="${MAKE:-make}"`.
_MAKING = re.compile(r"MAKE=\"?(?:\$\{MAKE:-)?(g?make)\b")
_FUNCTION = re.compile(r"(?:function\s+)?[\w-]+\s*\(\)\s*\{?$")
_MAX_COMMANDS = 2000


def programs_of(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the command lines of a script, split at blanks, as far as they are surely run."""
    depth = 0
    for command in _SEPARATORS.split(text.replace("\\\n", " "))[:_MAX_COMMANDS]:
        words = _ALTERNATIVE.split(command, maxsplit=1)[0].split("#", 1)[0].split()
        if not depth and words and (making := _MAKING.match(words[0])):
            yield (making[1],)
        while words and _ASSIGNMENT.match(words[0]):
            words = words[1:]
        if not words:
            continue
        if words[0] in _CLOSING:
            depth -= 1
        elif words[0] in _OPENING or _FUNCTION.match(" ".join(words)):
            depth += 1
        elif not depth and words[0] not in {"then", "else", "elif", "do"}:
            yield tuple(words)
