"""Walking through a script without running it: the commands it runs, and how surely.

What can be known is followed: variables, conditions on them, loops over words, functions,
what `uname -m` prints on the target platform. A command is taken to succeed, as in a build
that goes on; the status of one that looks something up is not known.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.budget import COMMAND, LimitError
from poetry_arch_check.dockerfile.shell.builtin import BUILTINS, run_builtin
from poetry_arch_check.dockerfile.shell.command import (
    SHELLS,
    SOURCING,
    is_shell_script,
    reads_script,
    script_behind,
    script_called,
    script_read_by,
)
from poetry_arch_check.dockerfile.shell.conditions import is_query
from poetry_arch_check.dockerfile.shell.control_flow import ControlFlow
from poetry_arch_check.dockerfile.shell.expansion import Expansion
from poetry_arch_check.dockerfile.shell.lexer import ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.parameters import parameters, set_parameters, taken
from poetry_arch_check.dockerfile.shell.parser import parse_shell
from poetry_arch_check.dockerfile.shell.printed import Printed
from poetry_arch_check.dockerfile.shell.state import Jump, JumpTaken, ShellState
from poetry_arch_check.dockerfile.shell.words import known
from poetry_arch_check.dockerfile.shell.wrappers import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.syntax import Block, Heredoc, Node, Simple
    from poetry_arch_check.dockerfile.shell.words import Value


class Shell:
    """Walks through scripts, which change `state`; `visit` is called with each command."""

    def __init__(self, state: ShellState, visit: Callable[[Command], None]) -> None:
        self._state = state
        self._visit = visit
        self._printed = Printed(platform=state.printed, text=state.text)
        self._words = Expansion(state=state, output=self._output)
        self._flow = ControlFlow(state=state, words=self._words, simple=self._simple)

    def run(self, text: str, offset: int = 0, *, joined: bool = False) -> bool | None:
        """Walk through `text`, which is at `offset` of the file; return its status.

        `joined` says that Docker joins its lines. Raises ShellError for what is not supported,
        with the offset in the file.
        """
        self._state.offset = offset
        try:
            return self._flow.script(self._parsed(text, joined=joined))
        except ShellError as error:
            raise type(error)(str(error), error.at + offset) from None
        except RecursionError:
            raise LimitError("commands nested too deeply", offset) from None

    def _parsed(self, text: str, *, joined: bool = False) -> Block:
        """Return the syntax tree of `text`, which costs by its length each time."""
        self._state.budget.spend(len(text) // 2)
        return parse_shell(text, joined=joined)

    def run_argument(self, text: str, offset: int) -> bool | None:
        """Walk through a script that is an argument of the command at `offset`."""
        self._state.fixed_offset = offset
        return self.run(text)

    def _simple(self, node: Simple, before: Command | None) -> bool | None:
        """Run a command, or assign variables."""
        state = self._state
        state.budget.spend(COMMAND)
        values = {name: self._words.value(raw) for name, raw in node.assignments}
        if not node.words:
            for name, value in values.items():
                state.values[name] = value if state.certain else None
            return True
        command = self._words.command(node, before)
        if not values:
            return self._call(command)
        state.spend_copy()
        outer, state.values = state.values, {**state.values, **values}
        try:
            return self._call(replace(command, values=state.values))
        finally:
            state.values = outer

    def _call(self, command: Command) -> bool | None:
        """Run what a command calls: a function, a builtin, a script, else a program."""
        state = self._state
        replaces_shell = command.words[:1] == ("exec",)
        command = replace(command, words=unwrapped(command.words, partial(self._given, command)))
        words, name = command.words, command.name
        if body := state.functions.get(name):
            return self._function(body, words[1:])
        if name in BUILTINS:
            return run_builtin(name, words, state)
        if name in {"eval", "su"}:
            if script := script_behind(words, "-c" if name == "su" else None):
                return self._argument(script, command.start)
        elif name in SHELLS:
            if script := script_behind(words, "-c"):
                with state.subshell():
                    return self._argument(script, command.start)
            if heredoc := script_read_by(command):
                with state.subshell():
                    return self._heredoc(heredoc)
            if reads_script(words) and (script := known(self._printed.read_by(command))):
                with state.subshell():
                    return self._argument(script, command.start)
        if (called := script_called(words)) and (read := self._script(called[0], command)):
            return self._file(read, called[1], command)
        self._visit(command)
        if replaces_shell and state.certain:
            raise JumpTaken(Jump.EXIT)
        return None if state.in_condition or is_query(words) else True

    def _given(self, command: Command, file: Value) -> Value:
        """Return what `xargs` reads from `file`, or from its input where that is empty."""
        printed = self._printed
        return printed.file(file, command) if file else printed.read_by(command)

    def _script(self, name: str, command: Command) -> Node | None:
        """Return the script in a file, None where it is not known or no shell's."""
        text = self._printed.file(name, command)
        if text is None or not is_shell_script(text):
            return None
        try:
            return self._parsed(text)
        except LimitError:
            raise
        except ShellError:
            return None

    def _file(self, script: Node, arguments: tuple[Value, ...], command: Command) -> bool | None:
        """Run a script that is a file: all of its commands stand where it is called."""
        state = self._state
        outer, state.fixed_offset = state.fixed_offset, command.start
        try:
            if command.words[0] in SOURCING:
                return self._function(script, arguments or parameters(state.values))
            with state.subshell():
                set_parameters(state.values, arguments)
                if state.too_deep:
                    return None
                with state.nested():
                    return self._flow.script(script)
        except LimitError:
            raise
        except ShellError:
            self._visit(command)
            return None
        finally:
            state.fixed_offset = outer

    def _function(self, body: Node, arguments: Iterable[Value] | None) -> bool | None:
        state = self._state
        if state.too_deep:
            return None
        returned_before = Jump.RETURN in state.possible_jumps
        outer = taken(state.values)
        set_parameters(state.values, arguments)
        try:
            with state.nested():
                return self._flow.run(body)
        except JumpTaken as jump:
            if jump.jump is not Jump.RETURN:
                raise
            return jump.status
        finally:
            set_parameters(state.values, None)
            state.values |= outer
            if not returned_before:
                state.possible_jumps.discard(Jump.RETURN)

    def _argument(self, script: str, start: int) -> bool | None:
        """Run a script that is an argument of the command at `start`."""
        state = self._state
        if state.too_deep:
            return None
        outer, state.fixed_offset = state.fixed_offset, start
        try:
            with state.nested():
                return self._flow.script(self._parsed(script))
        finally:
            state.fixed_offset = outer

    def _heredoc(self, heredoc: Heredoc) -> bool | None:
        """Run a script that is a here-document."""
        state = self._state
        if state.too_deep:
            return None
        outer, state.offset = state.offset, heredoc.start
        try:
            with state.nested():
                return self._flow.script(self._parsed(heredoc.text))
        except ShellError as error:
            raise type(error)(str(error), error.at + heredoc.start - outer) from None
        finally:
            state.offset = outer

    def _output(self, script: str) -> Value:
        """Return what a command substitution prints, as far as that is known."""
        state = self._state
        if state.too_deep:
            return None
        state.budget.spend(COMMAND)
        state.spend_copy()
        inner = ShellState(
            values=dict(state.values),
            printed=state.printed,
            text=state.text,
            functions=dict(state.functions),
            budget=state.budget,
            depth=state.depth + 1,
        )
        printed: list[Value] = []

        def visit(command: Command) -> None:
            if not command.piped:
                printed.append(self._printed.by(command))

        try:
            Shell(inner, visit).run(script)
        except (LimitError, UnterminatedError):
            raise
        except ShellError:
            return None
        return None if None in printed else "\n".join(filter(None, printed))
