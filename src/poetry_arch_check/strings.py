"""Strings for people: near matches, lists, and text that cannot steer a terminal."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN = 3
# What stands before the host of an address (RFC 3986, 3.2.1).
_USER_INFO = re.compile(r"://[^\s/@\"'<>]+@")
# Poetry names the host of an address by itself, after the user and the password.
_BARE_USER_INFO = re.compile(r"[^\s/@\"'<>()]+@(?=[\w\[])")


def did_you_mean(name: str, candidates: Iterable[str], *, nearness: float = 0.6) -> str:
    """Return ` (did you mean "a" or "b"?)` for near matches of `name`, else an empty string.

    They are as near as `nearness`: 1 is equal (difflib.SequenceMatcher.ratio).
    """
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=3, cutoff=nearness)
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


def pasted(line: str) -> str:
    """Return a line that is there to be pasted: as `printable`, but with its tabs."""
    return "\t".join(map(printable, line.split("\t")))


def without_credentials(text: str) -> str:
    """Return `text` with `***` for the user and the password in its addresses."""
    return _USER_INFO.sub("://***@", text)


def without_user_info(text: str) -> str:
    """Return a message of Poetry's without users and passwords, before hosts by themselves, too."""
    return _BARE_USER_INFO.sub("***@", without_credentials(text))


def without_workflow_commands(line: str) -> str:
    """Return `line` so that GitHub's runner takes no name at its start for a command."""
    line = line.replace("##[", "#\\x23[")
    return line.replace("::", ":\\x3a", 1) if line.lstrip().startswith("::") else line
