"""The packages with a Python's headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What a package manager calls the packages with Python.h.

    `own` has those of the distribution's own Python, `other` is a template for those of another
    `{minor}` (None where there is no other). `pattern` matches the names of all of them; its
    group `minor` is what comes behind `3.` where the name says it.
    """

    own: str
    other: str | None = None
    pattern: re.Pattern[str]

    def package(self, minor: int, *, own: bool) -> str:
        """Return the package for Python 3.`minor`, `own` if it is the distribution's own."""
        return self.own if own or self.other is None else self.other.format(minor=minor)

    def has_headers(self, package: str, minor: int, *, own: bool) -> bool:
        """Return whether `package` has the headers of Python 3.`minor` (`own` as above)."""
        match = self.pattern.fullmatch(package)
        if match is None:
            return False
        named = match.groupdict().get("minor")
        return own if named is None else int(named) == minor
