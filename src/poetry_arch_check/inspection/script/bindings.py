"""What the names of a build script are bound to, wherever it binds them.

The order of statements does not count, only that they are reached.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.fallbacks import CALLED_METHODS
from poetry_arch_check.inspection.script.position import Tolerance
from poetry_arch_check.inspection.script.syntax import dotted, last

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.inspection.script.position import Function, Position

_MAX_DEPTH = 10
MAX_FRAMES = 24


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that is called, and from where: None stands for the module.

    `call` is None where no call of it is known.
    """

    function: Function
    call: ast.Call | None = None
    caller: Frame | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """What a loop goes over; `leaves` says that it ends when something fits."""

    over: ast.expr
    leaves: bool


class Bindings:
    """The assignments, loops and calls that were reached, by function and name."""

    def __init__(self) -> None:
        self._assigned: dict[tuple[Function | None, str], list[ast.expr]] = {}
        self._maybe: set[tuple[Function | None, str]] = set()
        self._added: dict[tuple[Function | None, str], list[ast.expr]] = {}
        self._loops: dict[tuple[Function | None, str], Loop] = {}
        self._calls: dict[str, list[tuple[ast.Call, Function | None]]] = {}
        self._tolerated: dict[ast.Call, Tolerance] = {}
        self._demanded: set[str] = set()
        self._returned: dict[str, set[str]] = {}
        self._certain: dict[str, set[Function | None]] = {}
        self._doubtful: dict[str, bool] = {}

    def assign(
        self, within: Function | None, target: ast.expr, value: ast.expr, *, certain: bool
    ) -> None:
        """Note an assignment in a function, or in the module (None)."""
        if name := dotted(target):
            key = _scope(within, name), name
            self._assigned.setdefault(key, []).append(value)
            if not certain:
                self._maybe.add(key)

    def add(self, within: Function | None, target: ast.expr, value: ast.expr) -> None:
        """Note what is added to a list, one element or several."""
        if name := dotted(target):
            self._added.setdefault((_scope(within, name), name), []).append(value)

    def loop(self, within: Function | None, target: ast.expr, loop: Loop) -> None:
        """Note a loop."""
        if isinstance(target, ast.Name):
            self._loops[within, target.id] = loop

    def call(self, node: ast.Call, position: Position) -> None:
        """Note a call where the reader stands."""
        if name := last(node.func):
            self._calls.setdefault(name, []).append((node, position.within))
            self._tolerated[node] = position.tolerance
            if position.certain:
                self._certain.setdefault(name, set()).add(position.within)

    def tolerated(self, frame: Frame | None) -> Tolerance:
        """Return what the callers of a function go on after."""
        found = Tolerance.NOTHING
        while frame is not None:
            if frame.call is not None:
                found |= self._tolerated.get(frame.call, Tolerance.NOTHING)
            frame = frame.caller
        return found

    def demand(self, node: ast.Call) -> None:
        """Note that the script stops where a call returns nothing."""
        self._demanded.add(last(node.func))

    def returned(self, within: Function | None, node: ast.expr | None) -> None:
        """Note what a function returns."""
        if within is not None and isinstance(node, ast.Call):
            self._returned.setdefault(within.name, set()).add(last(node.func))

    def demanded(self, function: Function) -> bool:
        """Return whether the script stops where `function` returns nothing.

        Also one that others return the value of. To be asked when all is read.
        """
        waiting, seen = [*self._demanded], set[str]()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self._returned.get(name, ())
        return function.name in seen

    def assigned(self, within: Function | None, name: str) -> Sequence[ast.expr]:
        """Return what was assigned to a name, in a function or else in the module."""
        return self._assigned.get((within, name)) or self._assigned.get((None, name), [])

    def added(self, within: Function | None, name: str) -> Sequence[ast.expr]:
        """Return what was added to the list of a name."""
        return self._added.get((within, name)) or self._added.get((None, name), [])

    def looped(self, within: Function | None, name: str) -> Loop | None:
        """Return the loop that gives a name its values."""
        return self._loops.get((within, name)) or self._loops.get((None, name))

    def sure(self, within: Function | None, node: ast.expr) -> bool:
        """Return whether an expression has names that are always assigned to."""
        names = {dotted(part) for part in ast.walk(node) if isinstance(part, ast.Name)}
        return not any((scope, name) in self._maybe for name in names for scope in (within, None))

    def doubtful(self, function: Function | None) -> bool:
        """Return whether it cannot be told that a function is called at all.

        What the script does not call itself is called by others. To be asked when all is read.
        """
        if function is None or function.name in CALLED_METHODS or function.name not in self._calls:
            return False
        name = function.name
        if name not in self._doubtful:
            # A function that is called by itself alone is called by nobody.
            self._doubtful[name] = True
            callers = self._certain.get(name, ())
            self._doubtful[name] = all(self.doubtful(each) for each in callers)
        return self._doubtful[name]

    def frames(self, function: Function | None) -> Iterator[Frame | None]:
        """Yield the ways in which a function is called, at most 24."""
        return islice(self._frames(function, 0), MAX_FRAMES)

    def _frames(self, function: Function | None, depth: int) -> Iterator[Frame | None]:
        if function is None:
            yield None
            return
        known = False
        # Without arguments it does the same wherever it is called from.
        if depth < _MAX_DEPTH and parameters(function) - {"self", "cls"}:
            for call, within in self._calls.get(function.name, ()):
                if within is function:
                    continue
                for caller in islice(self._frames(within, depth + 1), MAX_FRAMES):
                    known = True
                    yield Frame(function, call, caller)
        if not known:
            yield Frame(function)


def parameters(function: Function) -> set[str]:
    """Return the names of a function's parameters."""
    arguments = function.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {each.arg for each in (*listed, *filter(None, [arguments.vararg]))}


def _scope(within: Function | None, name: str) -> Function | None:
    """Return where a name is kept: attributes belong to the script."""
    return None if "." in name else within
