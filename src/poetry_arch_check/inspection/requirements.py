"""What is found out about a build, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Requirements:
    """What a build requires: PEP 725 names, in the order in which they were found.

    `optional` says that something is compiled if there is a compiler, and left out if not.
    """

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self.optional = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return what is required."""
        return tuple(self._names)

    def add(self, *names: str) -> None:
        """Note what the build cannot do without."""
        self._names.update(dict.fromkeys(names))

    def add_hook(self, names: Iterable[str], *, optional: bool) -> None:
        """Note what something that is compiled requires; `optional` if it may be left out."""
        if optional:
            self.optional = True
        else:
            self.add(*names)
