"""What Poetry's errors say, in one line."""

from __future__ import annotations

from contextlib import suppress

from cleo.exceptions import CleoValueError
from cleo.formatters.formatter import Formatter


def one_line(error: Exception) -> str:
    """Return what `error` says without its markup; its type where it says nothing."""
    text = str(error)
    with suppress(CleoValueError):  # what looks like markup need not be
        text = Formatter().remove_format(text)
    return " ".join(text.split()) or type(error).__name__
