"""What Poetry's errors say, in one line."""

from __future__ import annotations

from poetry_arch_check.output.console import without_markup


def one_line(error: Exception) -> str:
    """Return what `error` says without its markup; its type where it says nothing."""
    return " ".join(without_markup(str(error)).split()) or type(error).__name__
