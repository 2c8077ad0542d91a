"""What an instruction other than FROM, ARG and ENV changes on a stage."""

from __future__ import annotations

import re
from posixpath import join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.fetched import fetched_tool, libraries_in
from poetry_arch_check.dockerfile.commands.sources import FOLDERS
from poetry_arch_check.dockerfile.effects import apply_command
from poetry_arch_check.dockerfile.placement import place
from poetry_arch_check.dockerfile.shell.budget import LimitError
from poetry_arch_check.dockerfile.shell.command import SHELLS, is_shell_script
from poetry_arch_check.dockerfile.shell.interpreter import Shell
from poetry_arch_check.dockerfile.shell.lexer import ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.parameters import set_parameters
from poetry_arch_check.dockerfile.shell.state import ShellState
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, expanded, known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.instructions import Heredoc, Instruction
    from poetry_arch_check.dockerfile.stage_state import StageState

_ONLY_HEREDOC = re.compile(r"\d*<<(?:-|[ \t]*)(?:\"[^\"]*\"|'[^']*'|\\.|[^\s\"'\\])+")


def apply_instruction(instruction: Instruction, state: StageState) -> None:
    """Change `state` as an instruction does; what comes from other stages is not read here.

    Raises DockerfileError, and ShellError for its script.
    """
    state.start = instruction.start
    state.activated = None
    match instruction.keyword:
        case "RUN":
            _run(instruction, state)
        case "USER":
            state.user = instruction.value
        case "WORKDIR":
            folder = known(expanded(instruction.value, state.values, budget=state.budget)) or ""
            state.workdir = normpath(join(state.workdir or "/", folder)) if folder else UNKNOWN
        case "SHELL":
            words = instruction.exec_form or ()
            state.shell_supported = any(word.rpartition("/")[2] in SHELLS for word in words)
        case "ONBUILD" if trigger := instruction.trigger():
            state.triggers.append(trigger)
        case "COPY" | "ADD" if instruction.flag("from") is None:
            _copy(instruction, state)


def _run(instruction: Instruction, state: StageState) -> None:
    if instruction.exec_form is not None:
        quoted = " ".join(_quoted(word) for word in instruction.exec_form)
        _shell(state).run_argument(quoted, instruction.start)
    elif not state.shell_supported:
        state.note_unread_at(instruction.line, "a shell that is not supported")
    elif heredoc := _only_heredoc(instruction):
        if is_shell_script(heredoc.text):
            _run_script(heredoc.text, heredoc.offset, state)
    else:
        text = instruction.text + instruction.tail
        _run_script(text, instruction.offset, state, joined=True)


def _copy(instruction: Instruction, state: StageState) -> None:
    """Apply a COPY or an ADD from the build's context."""
    place(instruction, state, None)
    if tool := fetched_tool(instruction.arguments):
        state.have_tool(*tool, certain=True)
    state.fetched |= libraries_in(instruction.arguments)
    if any(folder in instruction.value for folder in FOLDERS):
        state.other_sources = True
    # What is installed before the sources are copied stays in the build's cache.
    elif state.insertion_offset is None and state.is_root:
        state.insertion_offset = instruction.start


def _shell(state: StageState) -> Shell:
    state.budget.spend(len(state.values) // 10)
    home = "/root" if state.is_root else None
    values = {"HOME": home, **state.values, "PWD": state.workdir or "/"}
    set_parameters(values, ())
    shell_state = ShellState(
        values=values, printed=state.printed, text=state.files.text, budget=state.budget
    )
    return Shell(shell_state, lambda command: apply_command(command, state))


def _run_script(text: str, offset: int, state: StageState, *, joined: bool = False) -> None:
    try:
        _shell(state).run(text, offset, joined=joined)
    except (UnterminatedError, LimitError):
        raise
    except ShellError as error:
        state.note_unread_at(state.source.count("\n", 0, error.at) + 1, str(error))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _only_heredoc(instruction: Instruction) -> Heredoc | None:
    """Return the here-document that is all of a RUN: Docker runs it as a script."""
    only = len(instruction.heredocs) == 1 and _ONLY_HEREDOC.fullmatch(instruction.value)
    return instruction.heredocs[0] if only else None
