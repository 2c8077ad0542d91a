"""TODO."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable


Progress: TypeAlias = "Callable[[int, int], None]"


def nothing(done: int, of: int) -> None:
    """Show no progress."""
