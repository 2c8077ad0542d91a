"""A stage while it is built: what is on it after each instruction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.file_sources import Settings
from poetry_arch_check.dockerfile.placement import configuration
from poetry_arch_check.dockerfile.shell.budget import Budget
from poetry_arch_check.dockerfile.shell.words import known
from poetry_arch_check.platforms.python import parse_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.commands.exports import Exports
    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.files import Files
    from poetry_arch_check.dockerfile.installation import InsertionPoint, Installation
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.toolchains.installed import Installed

_MAX_NOTES = 10
_MAX_WIDTH = 200


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
    that a folder of the system's is, `brought` has the packages whose libraries are in such a
    folder, and `interpreter` has the folders of one that are. Packages can be installed before the
    instruction at `insertion_offset`, or with those of the command at `insertion`.
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
    brought: frozenset[str] = frozenset()
    interpreter: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    unread_installs: list[str] = field(default_factory=list)
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
            unread_installs=[],
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
        self.note_unread_at(self.line_of(command), _clipped(what))

    def note_unread_at(self, line: int, what: str) -> None:
        """Note what is not read in a line, once."""
        unread = f"{self.path}:{line}: {what}"
        if unread not in self.unread and len(self.unread) < _MAX_NOTES:
            self.unread.append(unread)

    def note_unread_install(self, what: str, command: Command) -> None:
        """Note what pip installs there and is not read: it may be the project."""
        self.note_unread(what, command)
        if len(self.unread_installs) < _MAX_NOTES:
            self.unread_installs.append(f"{self.location(command)}: {_clipped(what)}")

    def note(self, what: str, command: Command) -> None:
        """Note what `command` does; the first notes of a stage are kept."""
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(f"{self.location(command)}: {what}")

    def note_other(self, project: str, command: Command) -> None:
        """Note that `command` installs another project than the one that is checked."""
        if len(self.others) < _MAX_NOTES:
            where, shown = self.location(command), _clipped(project)
            self.others.append(f"{where} installs {shown}, which is not checked.")


def _clipped(text: str) -> str:
    return text if len(text) <= _MAX_WIDTH else f"{text[: _MAX_WIDTH - 1]}…"
