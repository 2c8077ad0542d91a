"""Compound commands: which of their parts are run, as far as that can be decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.budget import WORD
from poetry_arch_check.dockerfile.shell.conditions import is_test
from poetry_arch_check.dockerfile.shell.parameters import parameters
from poetry_arch_check.dockerfile.shell.state import Jump, JumpTaken
from poetry_arch_check.dockerfile.shell.syntax import (
    AndOr,
    Arithmetic,
    Block,
    Case,
    For,
    Function,
    If,
    Loop,
    Not,
    Pipe,
    Simple,
    Subshell,
)
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, matches

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.expansion import Expansion
    from poetry_arch_check.dockerfile.shell.state import ShellState
    from poetry_arch_check.dockerfile.shell.syntax import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFlow:
    """Walks through syntax trees; `simple` runs a command, with the one in front in a pipe.

    Everything that is run returns its status: True for success, None if that is not known.
    """

    state: ShellState
    words: Expansion
    simple: Callable[[Simple, Command | None], bool | None]

    def script(self, node: Node) -> bool | None:
        """Run a whole script: what leaves it ends here."""
        try:
            return self.run(node)
        except JumpTaken as taken:
            return taken.status

    def run(self, node: Node) -> bool | None:  # noqa: C901, PLR0912 - a case for each kind of node
        """Run a part of a script. Raises JumpTaken for what surely leaves it."""
        self.state.budget.spend(WORD)
        match node:
            case Simple():
                return self.simple(node, None)
            case Block(parts=parts):
                status: bool | None = True
                for part in parts:
                    status = self.run(part)
                return status
            case Subshell(body=body):
                with self.state.subshell():
                    return self.script(body)
            case Arithmetic(names=names):
                self.state.budget.spend(len(names))
                self.state.values |= dict.fromkeys(names)
                return None
            case AndOr():
                return self._and_or(node)
            case Pipe(parts=parts):
                return self._pipe(parts)
            case Not(part=part):
                status = self.run(part)
                return None if status is None else not status
            case If():
                return self._if(node)
            case For():
                return self._for(node)
            case Loop():
                return self._loop(node)
            case Case():
                return self._case(node)
            case Function(name=name, body=body):
                self.state.functions[name] = body
        return True

    def _conditional(self, node: Node) -> bool | None:
        """Run what is under a condition that holds."""
        with self.state.condition():
            return self.run(node)

    def _undecided(self, node: Node) -> None:
        """Run what may be run."""
        with self.state.undecided():
            self.run(node)

    def _and_or(self, node: AndOr) -> bool | None:
        status = self.run(node.first)
        test = is_test(node.first)
        for operator, part in node.rest:
            if operator == "&&":
                if status is True:
                    status = self._conditional(part) if test else self.run(part)
                elif status is None:
                    self._undecided(part)
            elif status is False:
                status = self._conditional(part)
            elif status is None or not test:
                self._undecided(part)
        return status

    def _pipe(self, parts: tuple[Node, ...]) -> bool | None:
        status: bool | None = True
        before: Command | None = None
        for index, part in enumerate(parts):
            # What a command reads may come from any of those in front.
            self.state.budget.spend(4 * index)
            outer = self.state.piped
            self.state.piped = outer or index < len(parts) - 1
            with self.state.subshell():
                if isinstance(part, Simple):
                    status = self.simple(part, before)
                else:
                    status = self.script(part)
            self.state.piped = outer
            before = self.words.command(part, before) if isinstance(part, Simple) else None
        return status

    def _if(self, node: If) -> bool | None:
        decided = True
        for condition, body in node.branches:
            status = self._condition(condition) if decided else None
            if status is True:
                return self._conditional(body)
            if status is None:
                self._undecided(body)
                decided = False
        if node.otherwise and decided:
            return self._conditional(node.otherwise)
        if node.otherwise:
            self._undecided(node.otherwise)
        return True if decided else None

    def _condition(self, condition: Node) -> bool | None:
        """Return the status of a condition: that of a command is not known there."""
        outer, self.state.in_condition = self.state.in_condition, True
        try:
            return self.run(condition)
        finally:
            self.state.in_condition = outer

    def _for(self, node: For) -> bool | None:
        state = self.state
        if node.words is None:
            found = parameters(state.values)
        else:
            found = [each for word in node.words for each in self.words.fields(word.raw)]
        words = found or []
        if found is None or any(word is None or UNKNOWN in word for word in words):
            state.values[node.name] = None
            with state.loop():
                self._undecided(node.body)
            return None
        status: bool | None = True
        with state.loop():
            for word in words:
                state.values[node.name] = word
                try:
                    status = self._conditional(node.body)
                except JumpTaken as taken:
                    if taken.jump is not Jump.CONTINUE:
                        raise
                state.possible_jumps.discard(Jump.CONTINUE)
        return status

    def _loop(self, node: Loop) -> bool:
        self._undecided(node.condition)
        with self.state.loop():
            self._undecided(node.body)
        return True

    def _case(self, node: Case) -> bool | None:
        value = self.words.value(node.word.raw)
        decided = True
        for patterns, body in node.arms:
            fits = {matches(value, self.words.pattern(each.raw)) for each in patterns}
            if True in fits and decided:
                return self._conditional(body)
            if True in fits or None in fits:
                self._undecided(body)
                decided = False
        return True if decided else None
