"""What is known at a point of a script: variables, functions, and whether it is surely reached."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from poetry_arch_check.dockerfile.shell.syntax import Node
    from poetry_arch_check.dockerfile.shell.words import Value

_MAX_DEPTH = 20


class Jump(Enum):
    """What leaves a script, a function, a loop or a round of a loop."""

    EXIT = "exit"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"


_LOOP_JUMPS = frozenset({Jump.BREAK, Jump.CONTINUE})


class JumpTaken(Exception):  # noqa: N818 - control flow, not an error
    """A jump that is surely taken, with the status that `exit` or `return` gives."""

    def __init__(self, jump: Jump, *, status: bool | None = True) -> None:
        super().__init__(jump.value)
        self.jump = jump
        self.status = status


@dataclass(slots=True, kw_only=True)
class ShellState:
    """The state of a shell that walks through scripts; its `values` are the variables.

    `printed` are the outputs of commands on the target platform. `depth` counts functions and
    scripts within each other, `conditions` the conditions around a command; `unconditional`
    says that all of them are known to hold. `in_condition` is set within the condition of `if`,
    `piped` within a part of a pipe that another one reads. `text` returns the text of a file,
    given its absolute path; None if it is not known.
    `possible_jumps` are those that may have been taken before. `offset` is where the text
    begins in the file; in a script that is an argument, every command is at `fixed_offset`.
    """

    values: dict[str, Value]
    printed: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    text: Callable[[str], str | None] = lambda _: None
    functions: dict[str, Node] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    depth: int = 0
    conditions: int = 0
    unconditional: bool = True
    in_condition: bool = False
    piped: bool = False
    possible_jumps: set[Jump] = field(default_factory=set)
    offset: int = 0
    fixed_offset: int | None = None

    @property
    def certain(self) -> bool:
        """Whether a command that comes now is surely run."""
        return self.unconditional and not self.possible_jumps

    @property
    def too_deep(self) -> bool:
        """Whether functions and scripts are nested too deeply to go on."""
        return self.depth >= _MAX_DEPTH

    def spend_copy(self) -> None:
        """Account for a copy of variables and functions: copies in copies take memory."""
        self.budget.spend((len(self.values) + len(self.functions)) // 2)

    def jump(self, jump: Jump, *, failed: bool) -> None:
        """Take a jump, or note that it may be taken. Raises JumpTaken if it surely is."""
        if self.certain:
            raise JumpTaken(jump, status=not failed)
        # A build that goes on has not failed.
        if not (failed and jump is Jump.EXIT):
            self.possible_jumps.add(jump)

    @contextmanager
    def subshell(self) -> Iterator[None]:
        """Keep what is run from changing variables, functions and jumps."""
        self.spend_copy()
        values, functions = dict(self.values), dict(self.functions)
        jumps = set(self.possible_jumps)
        try:
            yield
        finally:
            self.values, self.functions, self.possible_jumps = values, functions, jumps

    @contextmanager
    def condition(self) -> Iterator[None]:
        """Run what is under a condition."""
        self.conditions += 1
        try:
            yield
        finally:
            self.conditions -= 1

    @contextmanager
    def undecided(self) -> Iterator[None]:
        """Run what is under an undecidable condition: what it sets has no known value behind it."""
        self.spend_copy()
        values, functions = dict(self.values), dict(self.functions)
        unconditional, self.unconditional = self.unconditional, False
        try:
            with self.condition():
                yield
        finally:
            self.unconditional = unconditional
        for name, value in self.values.items():
            if values.get(name) != value or name not in values:
                self.values[name] = None
        self.values |= dict.fromkeys(values.keys() - self.values.keys())
        for name in [n for n, body in self.functions.items() if functions.get(n) is not body]:
            del self.functions[name]

    @contextmanager
    def loop(self) -> Iterator[None]:
        """Run a loop: `break` and `continue` lead no further than its end."""
        before = self.possible_jumps & _LOOP_JUMPS
        try:
            yield
        except JumpTaken as taken:
            if taken.jump not in _LOOP_JUMPS:
                raise
        finally:
            self.possible_jumps = (self.possible_jumps - _LOOP_JUMPS) | before

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Run a function, or a script within a script."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1
