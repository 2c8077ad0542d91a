"""The programs that a build script starts, with their arguments."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.position import Tolerance
from poetry_arch_check.inspection.script.syntax import dotted, last

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.inspection.script.bindings import Bindings, Frame
    from poetry_arch_check.inspection.script.position import Function, Position
    from poetry_arch_check.inspection.script.possible import Possible

STARTING = frozenset(
    {"call", "check_call", "check_output", "run", "Popen", "system", "popen", "spawn"}
    | {"getoutput", "getstatusoutput", "execvp"}
)
# Functions of the Python package `pkgconfig`: it starts the program.
_OF_PKGCONFIG = frozenset(
    {"parse", "exists", "installed", "cflags", "libs", "modversion", "variables"}
    | {"configure_extension"}
)
_MAX_COMMANDS = 200


class Doubt(Enum):
    """Whether it cannot be told that a program is started."""

    NONE = auto()
    CONDITION = auto()  # a condition of its function cannot be told
    CALL = auto()  # it cannot be told that its function is called


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A command line that is started, and those that the script tries in its place.

    Words that are not known contain HOLE. `tolerance` is what the script goes on after, `doubt`
    says what of it cannot be told.
    """

    alternatives: tuple[tuple[str, ...], ...]
    tolerance: Tolerance
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class _Call:
    node: ast.Call
    within: Function | None
    tolerance: Tolerance
    certain: bool


class Commands:
    """Collects the calls that start programs; what they start is told when all is read."""

    def __init__(self, bindings: Bindings, possible: Possible) -> None:
        self._bindings = bindings
        self._possible = possible
        self._calls: list[_Call] = []

    def note(self, node: ast.Call, real: str, position: Position, *, own: bool) -> None:
        """Note a call; `real` is the function's dotted name, `own` says that it is the script's."""
        if own or not node.args:
            return
        renamed = real.startswith("subprocess.") and real.rpartition(".")[2] in STARTING
        if last(node.func) in STARTING or renamed or _is_pkgconfig(real):
            self._calls.append(_Call(node, position.within, position.tolerance, position.certain))

    def started(self) -> Iterator[Started]:
        """Yield what is started, each once."""
        seen: set[Started] = set()
        for call in self._calls[:_MAX_COMMANDS]:
            for frame in self._bindings.frames(call.within):
                self._possible.alternatives = False
                lines = dict(self._lines(call, frame))
                together = self._possible.alternatives
                for group in [tuple(lines)] if together else [(line,) for line in lines]:
                    tolerance = call.tolerance | self._bindings.tolerated(frame)
                    if Tolerance.FAILING in tolerance and all(lines[line] for line in group):
                        # To a shell, a program that is missing is one that fails.
                        tolerance |= Tolerance.MISSING
                    doubt = self._doubt(call)
                    found = Started(alternatives=group, tolerance=tolerance, doubt=doubt)
                    if group and found not in seen:
                        seen.add(found)
                        yield found

    def _doubt(self, call: _Call) -> Doubt:
        if self._bindings.doubtful(call.within):
            return Doubt.CALL
        return Doubt.NONE if call.certain else Doubt.CONDITION

    def _lines(self, call: _Call, frame: Frame | None) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Yield what a call starts, and whether a shell starts it."""
        name, arguments = last(call.node.func), call.node.args
        if name in _OF_PKGCONFIG and name not in STARTING:
            arguments = arguments[1:] if name == "configure_extension" else arguments
            values = [self._possible.texts(each, frame) for each in arguments]
            yield ("pkg-config", "--libs", *(texts[0] for texts in values)), False
            return
        command = arguments[1] if name == "execvp" and arguments[1:] else arguments[0]
        for value in self._possible.values(command, frame):
            if words := tuple(value.split()) if isinstance(value, str) else value:
                yield words, isinstance(value, str)


def starts_something(node: ast.expr) -> bool:
    """Return whether an expression starts a program."""
    return any(
        isinstance(part, ast.Call)
        and (last(part.func) in STARTING or _is_pkgconfig(dotted(part.func)))
        for part in ast.walk(node)
    )


def _is_pkgconfig(real: str) -> bool:
    module, _, function = real.rpartition(".")
    return module == "pkgconfig" and function in _OF_PKGCONFIG
