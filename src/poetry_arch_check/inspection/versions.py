"""Versions as sources state them: any text, of any length."""

from __future__ import annotations

from packaging.version import Version


def read_version(text: str) -> Version | None:
    """Return the version (PEP 440) that `text` states, None where it is none.

    Numbers of more than 4,300 digits are none: Python does not read them.
    """
    try:
        return Version(text)
    except ValueError:  # InvalidVersion is one
        return None
