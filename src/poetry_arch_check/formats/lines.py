"""Lines of text for people: wrapped, clipped, and harmless wherever they are shown."""

from __future__ import annotations

import textwrap

from poetry_arch_check.strings import printable

WIDTH = 80
# Stands for a space where no line may end.
GLUE = "\x00"


def wrap(text: str, *, first: str, then: str) -> list[str]:
    """Wrap `text` to the width; a word that is too long (a file name) loses its middle."""
    room = WIDTH - max(len(first), len(then))
    words = (clip(word, room) for word in printable(text).split(" "))
    return fill(" ".join(words), first=first, then=then)


def instruct(text: str, *, first: str, then: str) -> list[str]:
    """Wrap what is there to be followed: a word in it is to be pasted, and keeps its middle."""
    return fill(printable(text), first=first, then=then)


def fill(text: str, *, first: str = "", then: str) -> list[str]:
    """Wrap `text` between its words alone, the first line behind `first`, others behind `then`."""
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [line.replace(GLUE, " ") for line in lines]


def clip(text: str, width: int) -> str:
    """Return `text` with `...` for its middle where it is longer than `width`."""
    if len(text) <= width:
        return text
    tail = min(12, width // 3)
    return f"{text[: width - tail - 3]}...{text[-tail:]}"
