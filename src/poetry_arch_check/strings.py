"""Strings for people: near matches, lists, and text that cannot steer a terminal."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN = 3


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return ` (did you mean "a" or "b"?)` for near matches of `name`, else an empty string."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.6)
    if not near:
        return ""
    return f" (did you mean {' or '.join(quoted(by_folded[match]) for match in near)}?)"


def quoted(name: str) -> str:
    """Return `name` in double quotes, as it would stand in TOML."""
    return f'"{name}"'


def listed(items: Iterable[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`."""
    *head, last = items
    return f"{', '.join(head)} and {last}" if head else last


def shortened(names: Sequence[str], *, more: str = "...") -> str:
    """Return `a, b, c`, followed by `more` where there are more than three."""
    return ", ".join([*names[:_SHOWN], *([more] if len(names) > _SHOWN else [])])


def printable(text: str) -> str:
    r"""Return `text` with every character that could steer a terminal as `\x1b`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "backslashreplace").decode("ascii")
        for character in text
    )
