"""Where in a build script the reader stands."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"


class Tolerance(Flag):
    """What a script goes on after, of a program that it starts."""

    NOTHING = 0
    FAILING = auto()  # it says that something is not there
    MISSING = auto()  # it is not there itself


@dataclass(slots=True)
class Position:
    """The function that is read (None: the module), and what is known of its statement.

    `certain` says that the statement is reached whenever its function is called.
    """

    within: Function | None = None
    certain: bool = True
    tolerance: Tolerance = Tolerance.NOTHING

    @contextmanager
    def tolerating(self, tolerance: Tolerance) -> Iterator[None]:
        """Stand where these failures do not stop the script."""
        before = self.tolerance
        self.tolerance |= tolerance
        try:
            yield
        finally:
            self.tolerance = before

    @contextmanager
    def inside(self, function: Function) -> Iterator[None]:
        """Stand in a function: what its callers tolerate is not known."""
        before = self.within, self.certain, self.tolerance
        self.within, self.certain, self.tolerance = function, True, Tolerance.NOTHING
        try:
            yield
        finally:
            self.within, self.certain, self.tolerance = before
