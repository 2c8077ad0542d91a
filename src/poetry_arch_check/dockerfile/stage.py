"""A stage while it is built: what is on it after each instruction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.fetched import fetched_tool, libraries_in
from poetry_arch_check.dockerfile.commands.sources import FOLDERS
from poetry_arch_check.dockerfile.effects import apply_command
from poetry_arch_check.dockerfile.files import Settings
from poetry_arch_check.dockerfile.placement import configuration, place
from poetry_arch_check.dockerfile.shell.budget import Budget, LimitError
from poetry_arch_check.dockerfile.shell.command import SHELLS, Command, is_shell_script
from poetry_arch_check.dockerfile.shell.interpreter import Shell
from poetry_arch_check.dockerfile.shell.lexer import ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.parameters import set_parameters
from poetry_arch_check.dockerfile.shell.state import ShellState
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, expanded, known
from poetry_arch_check.platforms.python import parse_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.commands.exports import Exports
    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.files import Files
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
    the files that `poetry export` wrote, `files` all that lie there. `others` are projects that
    are installed and are not the one that is checked, each a sentence.
    `installed` are packages of the distribution (`unknown_packages`: and others), `tools` the
    PEP 725 names of what other commands installed, with whether that is certain, with those of
    their `tool_versions` that are known; `linked_tools` are on PATH in any case, `fetched` are
    libraries whose sources are there, `rust` has which folders of Rust's are copied. `base` is
    the name of the base image. With `other_sources`, packages may be newer than those of the
    release. `managed` says that a package manager is called, `poetry` has the versions of the
    Poetry that is installed. `python` is the version that Poetry uses if it is not the image's,
    `python_packaged` whether it is a package of the distribution. `triggers` are the instructions
    of ONBUILD. `previous` is what was installed in the parent stage, or is copied; `environments`
    are where it is here, with what is installed in this stage. `activated` is a virtual
    environment that a script has activated, `installs_wheels` says that pip installs from a
    folder, `linked` has the names of shared libraries that are copied (`pq`), `all_linked` says
    that a folder of the system's is, and `interpreter` has the folders of one that are. Packages
    can be installed before the instruction at `insertion_offset`, or with those of the command at
    `insertion`.
    """

    path: str
    source: str
    image: Image | None
    values: dict[str, Value]
    printed: Mapping[tuple[str, ...], str]
    exports: Exports
    files: Files
    budget: Budget = field(default_factory=Budget)
    installed: Installed | None = None
    tools: dict[str, bool] = field(default_factory=dict)
    tool_versions: dict[str, str] = field(default_factory=dict)
    linked_tools: frozenset[str] = frozenset()
    fetched: frozenset[str] = frozenset()
    rust: frozenset[str] = frozenset()
    base: str = ""
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
    others: list[str] = field(default_factory=list)
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
            tool_versions=dict(self.tool_versions),
            exports=self.exports.child(),
            files=self.files.child(),
            triggers=[],
            previous=self.choices,
            installations=[],
            environments=list(self.environments),
            linked=set(self.linked),
            interpreter=set(self.interpreter),
            notes=list(self.notes),
            unread=list(self.unread),
            others=[],
            insertion_offset=None,
            insertion=None,
        )

    def setting(self, variable: str, command: Command) -> str | None:
        """Return the value of a variable for `command`, None if it is unset or not known."""
        return known(command.values.get(variable)) or known(self.values.get(variable))

    def have_tool(self, dependency: str, version: str = "", *, certain: bool) -> None:
        """Have a tool, in `version` if that is known."""
        self.tools[dependency] = self.tools.get(dependency, False) or certain
        if version:
            self.tool_versions[dependency] = version

    def read_settings(self) -> None:
        """Have the settings of Poetry's configuration, where one has been copied."""
        found = self.files.find(configuration(self))
        if isinstance(found, Settings):
            self.values |= dict(found.values)

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

    def note_other(self, project: str, command: Command) -> None:
        """Note that `command` installs another project than the one that is checked."""
        if len(self.others) < _MAX_NOTES:
            shown = project if len(project) <= _MAX_WIDTH else f"{project[: _MAX_WIDTH - 1]}…"
            self.others.append(f"{self.location(command)} installs {shown}, which is not checked.")

    # --- instructions ---

    def apply(self, instruction: Instruction) -> None:
        """Apply an instruction. Raises DockerfileError, and ShellError for its script."""
        self.start = instruction.start
        self.activated = None
        match instruction.keyword:
            case "RUN":
                self._run(instruction)
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
                place(instruction, self, None)
                if tool := fetched_tool(instruction.arguments):
                    self.have_tool(*tool, certain=True)
                self.fetched |= libraries_in(instruction.arguments)
                self._copy(instruction)

    def _run(self, instruction: Instruction) -> None:
        if instruction.exec_form is not None:
            quoted = " ".join(_quoted(word) for word in instruction.exec_form)
            self._shell().run_argument(quoted, instruction.start)
        elif not self.shell_supported:
            self._note_unread(f"{self.path}:{instruction.line}: a shell that is not supported")
        elif heredoc := _only_heredoc(instruction):
            if is_shell_script(heredoc.text):
                self._script(heredoc.text, heredoc.offset)
        else:
            text = instruction.text + instruction.tail
            self._script(text, instruction.offset, joined=True)

    def _copy(self, instruction: Instruction) -> None:
        """Apply a COPY or an ADD from the build's context."""
        if any(folder in instruction.value for folder in FOLDERS):
            self.other_sources = True
        # What is installed before the sources are copied stays in the build's cache.
        elif self.insertion_offset is None and self.is_root:
            self.insertion_offset = instruction.start

    def _shell(self) -> Shell:
        self.budget.spend(len(self.values) // 10)
        home = "/root" if self.is_root else None
        values = {"HOME": home, **self.values, "PWD": self.workdir or "/"}
        set_parameters(values, ())
        state = ShellState(
            values=values, printed=self.printed, text=self.files.text, budget=self.budget
        )
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
