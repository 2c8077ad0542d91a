"""A stage while it is built: what is on it after each instruction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.sources import FOLDERS
from poetry_arch_check.dockerfile.effects import apply_command
from poetry_arch_check.dockerfile.shell.budget import Budget, LimitError
from poetry_arch_check.dockerfile.shell.command import SHELLS, Command
from poetry_arch_check.dockerfile.shell.interpreter import Shell
from poetry_arch_check.dockerfile.shell.lexer import ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.state import ShellState
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, expanded, known
from poetry_arch_check.platforms.python import parse_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.commands.exports import Exports
    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.installation import InsertionPoint, Installation
    from poetry_arch_check.dockerfile.instructions import Heredoc, Instruction
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.toolchains.installed import Installed

_MAX_NOTES = 10
_MAX_WIDTH = 200
_ONLY_HEREDOC = re.compile(r"\d*<<(?:-|[ \t]*)(?:\"[^\"]*\"|'[^']*'|\\.|[^\s\"'\\])+")


@dataclass(slots=True)
class StageState:
    """What is known of a stage; its instructions change it.

    `source` is the Dockerfile's text, `start` the offset of the current instruction. `values`
    are the variables, `printed` the outputs of commands on the target platform. `exports` are
    the files that `poetry export` wrote; `built` is not empty if a stage has built the project.
    `installed` are packages of the distribution (`unknown_packages`: and others), `tools` the
    PEP 725 names of what other commands installed, with whether that is certain; with
    `other_sources`, packages may be newer than those of the release. `managed` says that a package
    manager is called, `poetry` has the versions of the Poetry that is installed. `python` is
    the version that Poetry uses if it is not the image's, `python_packaged` whether it is a
    package of the distribution. `triggers` are the instructions of ONBUILD. `previous` is what
    was installed in the parent stage, or is copied; `environments` are where it is here, with what
    is installed in this stage. `activated` is a virtual environment that a script has activated,
    `installs_wheels` says that pip installs from a folder, `linked` has the names of shared
    libraries that are copied (`pq`), `all_linked` says that a folder of the system's is, and
    `interpreter` has the folders of one that are. Packages can be installed before the instruction
    at `insertion_offset`, or with those of the command at `insertion`.
    """

    path: str
    source: str
    image: Image | None
    values: dict[str, Value]
    printed: Mapping[tuple[str, ...], str]
    exports: Exports
    built: set[str]
    budget: Budget = field(default_factory=Budget)
    installed: Installed | None = None
    tools: dict[str, bool] = field(default_factory=dict)
    other_sources: bool = False
    managed: bool = False
    poetry: str = ""
    unknown_packages: bool = False
    python: str | None = None
    python_packaged: bool = True
    user: str = ""
    workdir: str = ""
    shell_supported: bool = True
    triggers: list[Instruction] = field(default_factory=list)
    installations: list[Installation] = field(default_factory=list)
    previous: tuple[Choice, ...] = ()
    environments: list[Environment] = field(default_factory=list)
    installs_wheels: bool = False
    activated: str | None = None
    linked: set[str] = field(default_factory=set)
    all_linked: bool = False
    interpreter: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    insertion_offset: int | None = None
    insertion: InsertionPoint | None = None
    start: int = 0

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What has been installed so far, here or before."""
        return (*self.previous, *(each.choice for each in self.installations if each.certain))

    @property
    def own_python(self) -> Python | None:
        """The Python of the stage, None where it has none that is known."""
        image = self.image
        if self.python:
            return parse_python(self.python)
        if image is None:
            return None
        packaged = self.installed is not None and "python3" in self.installed.there
        return image.python if image.own_python or image.libraries or packaged else None

    @property
    def is_root(self) -> bool:
        """Whether commands are run by root."""
        return self.user.partition(":")[0] in {"", "root", "0"}

    def child(self) -> StageState:
        """Return the state of a stage whose parent this is, before its first instruction."""
        packages = self.installed.size if self.installed else 0
        self.budget.spend(len(self.values) + packages + len(self.choices))
        return replace(
            self,
            values=dict(self.values),
            installed=self.installed.copy() if self.installed else None,
            tools=dict(self.tools),
            exports=self.exports.child(),
            triggers=[],
            previous=self.choices,
            installations=[],
            environments=list(self.environments),
            linked=set(self.linked),
            interpreter=set(self.interpreter),
            notes=list(self.notes),
            unread=list(self.unread),
            insertion_offset=None,
            insertion=None,
        )

    def setting(self, variable: str, command: Command) -> str | None:
        """Return the value of a variable for `command`, None if it is unset or not known."""
        return known(command.values.get(variable)) or known(self.values.get(variable))

    def line_of(self, command: Command) -> int:
        """Return the line of a command."""
        return self.source.count("\n", 0, command.start) + 1

    def location(self, command: Command) -> str:
        """Return `Dockerfile:5` for a command."""
        return f"{self.path}:{self.line_of(command)}"

    def note_unread(self, what: str, command: Command) -> None:
        """Note what is not read, and may install something."""
        if len(self.unread) < _MAX_NOTES:
            shown = what if len(what) <= _MAX_WIDTH else f"{what[: _MAX_WIDTH - 1]}…"
            self._note_unread(f"{self.location(command)}: {shown}")

    def _note_unread(self, what: str) -> None:
        if what not in self.unread and len(self.unread) < _MAX_NOTES:
            self.unread.append(what)

    def note(self, what: str, command: Command) -> None:
        """Note what `command` does; the first notes of a stage are kept."""
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(f"{self.location(command)}: {what}")

    # --- instructions ---

    def apply(self, instruction: Instruction) -> None:
        """Apply an instruction. Raises DockerfileError, and ShellError for its script."""
        self.start = instruction.start
        self.activated = None
        match instruction.keyword:
            case "RUN" if instruction.exec_form is not None:
                quoted = " ".join(_quoted(word) for word in instruction.exec_form)
                self._shell().run_argument(quoted, instruction.start)
            case "RUN" if not self.shell_supported:
                self._note_unread(f"{self.path}:{instruction.line}: a shell that is not supported")
            case "RUN" if heredoc := _only_heredoc(instruction):
                if _is_shell_script(heredoc.text):
                    self._script(heredoc.text, heredoc.offset)
            case "RUN":
                text = instruction.text + instruction.tail
                self._script(text, instruction.offset, joined=True)
            case "USER":
                self.user = instruction.value
            case "WORKDIR":
                folder = known(expanded(instruction.value, self.values, budget=self.budget)) or ""
                self.workdir = normpath(join(self.workdir or "/", folder)) if folder else UNKNOWN
            case "SHELL":
                words = instruction.exec_form or ()
                self.shell_supported = any(word.rpartition("/")[2] in SHELLS for word in words)
            case "ONBUILD" if trigger := instruction.trigger():
                self.triggers.append(trigger)
            case "COPY" | "ADD" if instruction.flag("from") is None:
                self._copy(instruction)

    def _copy(self, instruction: Instruction) -> None:
        """Apply a COPY or an ADD from the build's context."""
        if any(folder in instruction.value for folder in FOLDERS):
            self.other_sources = True
        # What is installed before the sources are copied stays in the build's cache.
        elif self.insertion_offset is None and self.is_root:
            self.insertion_offset = instruction.start

    def _shell(self) -> Shell:
        self.budget.spend(len(self.values) // 10)
        state = ShellState(values=dict(self.values), printed=self.printed, budget=self.budget)
        return Shell(state, lambda command: apply_command(command, self))

    def _script(self, text: str, offset: int, *, joined: bool = False) -> None:
        try:
            self._shell().run(text, offset, joined=joined)
        except (UnterminatedError, LimitError):
            raise
        except ShellError as error:
            line = self.source.count("\n", 0, error.at) + 1
            self._note_unread(f"{self.path}:{line}: {error}")


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _only_heredoc(instruction: Instruction) -> Heredoc | None:
    """Return the here-document that is all of a RUN: Docker runs it as a script."""
    only = len(instruction.heredocs) == 1 and _ONLY_HEREDOC.fullmatch(instruction.value)
    return instruction.heredocs[0] if only else None


def _is_shell_script(text: str) -> bool:
    """Return whether a script is run by a shell: its first line may name another program."""
    first = text.partition("\n")[0]
    names = [word.rpartition("/")[2] for word in first.removeprefix("#!").split()]
    names = names[1:] if names[:1] == ["env"] else names
    return not first.startswith("#!") or (bool(names) and names[0] in SHELLS)
