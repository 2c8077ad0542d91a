"""Elements of HTML; text that goes into them is escaped by whoever has it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from poetry_arch_check.strings import pasted, printable

if TYPE_CHECKING:
    from collections.abc import Iterable


def shown(text: str) -> str:
    """Return `text` escaped, with nothing in it that steers how it is shown."""
    return escape(printable(text))


def element(name: str, content: str, *, of: str = "") -> str:
    """Return an element of class `of`; `content` is HTML."""
    start = f'<{name} class="{of}">' if of else f"<{name}>"
    return f"{start}{content}</{name}>"


def preformatted(lines: Iterable[str]) -> str:
    """Return lines to paste as they are, "" for none."""
    text = "\n".join(escape(pasted(line)) for line in lines)
    return f"<pre>{text}</pre>" if text else ""
