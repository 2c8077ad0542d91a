"""Rust code that newer releases of Rust refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.c_sources.events import Event, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

# `let w = &words[i] as *const _ as *mut _;`, and `&mut (*w)` behind it: the release notes of Rust
# 1.73 (`invalid_reference_casting` is denied by default). Seen: rustc 1.85 refuses it.
_CAST = re.compile(
    rb"\blet\s+(\w{1,40})\s*=\s*&(?!mut\b)[^;&]{1,200}\bas\s+\*const\b[^;]{1,80}\bas\s+\*mut\b[^;]{0,80};"
)
_COMMENT = re.compile(rb"//[^\n]*")
# How far behind the cast it is used, at most: the rest of a function.
_REST = 2000


def rust_events(code: bytes) -> Iterator[Event]:
    """Yield from which release on Rust refuses a file, nothing where none does."""
    if b"*mut" not in code:
        return
    code = _COMMENT.sub(b"", code)
    for match in _CAST.finditer(code):
        rest = code[match.end() : match.end() + _REST]
        if re.search(rb"&mut\s*\(?\s*\*\s*%s\b" % match[1], rest):
            yield Event(Sign.RUST_BEFORE, "1.73")
            return
