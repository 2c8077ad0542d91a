"""What Poetry's errors say, in one line."""

from __future__ import annotations

import re
from contextlib import suppress

from cleo.exceptions import CleoValueError
from cleo.formatters.formatter import Formatter

# The styles of Poetry's messages, where the formatter that knows them is not at hand.
_TAG = re.compile(
    r"</?(?:info|error|warning|comment|question|debug|success|b|u|i|c1|c2|fg|options)?>"
)


def one_line(error: Exception) -> str:
    """Return what `error` says without its markup; its type where it says nothing."""
    text = str(error)
    with suppress(CleoValueError):  # what looks like markup need not be
        text = Formatter().remove_format(text)
    return " ".join(_TAG.sub("", text).split()) or type(error).__name__
