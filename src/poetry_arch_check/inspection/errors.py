"""What keeps a source tree from being inspected."""

from __future__ import annotations


class TreeError(Exception):
    """Why a source tree cannot be inspected; the text is a clause for a sentence."""


class CostlyTreeError(TreeError):
    """The inspection exceeds a limit; nothing else is known to be wrong with the tree."""
