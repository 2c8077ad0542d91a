"""Text in Markdown as GitHub and GitLab read it: escaped, and fenced where it is to be pasted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.strings import pasted, printable, without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable

# An entity is never structure (CommonMark 0.31, 2.5). Between letters `_` is none either.
_SPECIAL = re.compile(r"[\\`*{}\[\]<>|~$&!]|(?<![^\W_])_|_(?![^\W_])")
# What starts a list, a heading or a rule at the beginning of a line.
_START = re.compile(r"^(?:[-+#=:]|\d(?=\d*[.)]))")
# Addresses become links (GFM 6.9), names and numbers mentions: not with this between.
_LINKED = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=@)(?=\w)|(?<=#)(?=\w)", re.IGNORECASE)
_BREAK = "\u200b"
_FENCE = "```"


def escaped(text: str) -> str:
    """Return `text` so that it shows as it is, wherever a line of text may stand."""
    # A break would hide them from whoever looks for them later.
    text = _LINKED.sub(_BREAK, without_credentials(printable(text.strip())))
    text = _SPECIAL.sub(_entity, text)
    return _START.sub(_entity, text).replace(_BREAK, "&#8203;")


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def fenced(lines: Iterable[str], *, indent: str = "", language: str = "") -> list[str]:
    """Return `lines` as a code block, which no line of it can end."""
    shown = [pasted(line) for line in lines]
    fence = _FENCE
    while any(fence in line for line in shown):
        fence += "`"
    return [line and f"{indent}{line}" for line in (f"{fence}{language}", *shown, fence)]


def row(cells: Iterable[str]) -> str:
    """Return a row of a table; the cells are Markdown."""
    return f"| {' | '.join(cells)} |"
