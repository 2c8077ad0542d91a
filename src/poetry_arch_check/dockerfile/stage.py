"""A stage while it is built: what is on it after each instruction, and where it installs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.choice import MAIN, Choice, Export
from poetry_arch_check.dockerfile.commands.packages import Action, package_change
from poetry_arch_check.dockerfile.commands.pip import of_pip
from poetry_arch_check.dockerfile.commands.poetry import of_export, of_install, poetry_command
from poetry_arch_check.dockerfile.commands.tools import (
    brought,
    packaged_python,
    python_of,
    used_python,
)
from poetry_arch_check.dockerfile.commands.unread import unread_script
from poetry_arch_check.dockerfile.packages import Installed
from poetry_arch_check.dockerfile.shell.command import SHELLS, Budget, Command, LimitError
from poetry_arch_check.dockerfile.shell.interpreter import Shell
from poetry_arch_check.dockerfile.shell.lexer import ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.state import ShellState
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, known
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.toolchain import CLANG, CXX, C

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.commands.exports import Exports
    from poetry_arch_check.dockerfile.commands.packages import Change
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.images import Image
    from poetry_arch_check.toolchains.distributions import Manager

_MOST_UNREAD = 10
_MOST_INSTALLATIONS = 50
_ALONE = re.compile(r"\d*<<-?(?:\"[^\"]*\"|'[^']*'|\\.|[^\s\"'\\])+")
_POLICIES = {
    "installer.no-binary": "POETRY_INSTALLER_NO_BINARY",
    "installer.only-binary": "POETRY_INSTALLER_ONLY_BINARY",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertionPoint:
    """Where packages can be added to a command that installs some: behind the last of them.

    `indent` is what stands in front of each where every package has a line of its own.
    """

    manager: Manager
    at: int
    indent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A command that installs what is locked, and what is there when it does.

    `before` is what was installed already. `dependencies` are PEP 725 names, with whether they
    are there surely; `packages` are the distribution's that were named and what comes along, as
    far as it matters; `headers` says whether Python.h is, None for maybe. `place` is where
    packages can be installed first.
    """

    line: int
    command: str
    choice: Choice
    before: tuple[Choice, ...]
    python: str | None
    packaged: bool
    dependencies: Mapping[str, bool]
    packages: frozenset[str]
    headers: bool | None
    place: int
    user: str
    insertion: InsertionPoint | None
    certain: bool
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class StageState:
    """What is known of a stage; an instruction changes it.

    `files` are what `poetry export` wrote; `built` is not empty where some stage has built the
    project. `before` is what was installed in what this goes on from, or copies.
    """

    path: str
    source: str
    image: Image | None
    values: dict[str, Value]
    printed: Mapping[tuple[str, ...], str]
    files: Exports
    built: set[str]
    budget: Budget = field(default_factory=Budget)
    installed: Installed | None = None
    brought: dict[str, bool] = field(default_factory=dict)
    python: str | None = None
    packaged: bool = True
    user: str = ""
    workdir: str = ""
    shell_read: bool = True
    anything: bool = False
    triggers: list[Instruction] = field(default_factory=list)
    installations: list[Installation] = field(default_factory=list)
    before: tuple[Choice, ...] = ()
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    place: int | None = None
    insertion: InsertionPoint | None = None
    _now: Instruction | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What has been installed so far, wherever that was."""
        return (*self.before, *(each.choice for each in self.installations if each.certain))

    def child(self) -> StageState:
        """Return a stage that goes on from this one: what it had, and none of what it did."""
        return replace(
            self,
            values=dict(self.values),
            installed=self.installed.copy() if self.installed else None,
            brought=dict(self.brought),
            files=self.files.child(),
            triggers=[],
            before=self.choices,
            installations=[],
            notes=list(self.notes),
            unread=list(self.unread),
            place=None,
            insertion=None,
        )

    # --- instructions ---

    def apply(self, instruction: Instruction) -> None:
        """Go on by one instruction. Raises DockerfileError, and ShellError for its script."""
        self._now = instruction
        self.budget.spend(10)
        match instruction.keyword:
            case "RUN" if instruction.exec_form is not None:
                self._run_words(instruction.exec_form, instruction)
            case "RUN" if not self.shell_read:
                self._not_read(f"{self._here}: a shell that is not read")
            case "RUN":
                self._run(instruction)
            case "USER":
                self.user = instruction.value
            case "WORKDIR":
                self.workdir = instruction.value.rstrip("/")
            case "SHELL":
                words = instruction.exec_form or ()
                self.shell_read = any(word.rpartition("/")[2] in SHELLS for word in words)
            case "ONBUILD" if trigger := instruction.trigger():
                self.triggers.append(trigger)
            case "COPY" | "ADD" if instruction.flag("from") is None and self.place is None:
                # What is installed before the sources are copied stays in the build's cache.
                self.place = instruction.start if self._is_root else None

    @property
    def _is_root(self) -> bool:
        return self.user.partition(":")[0] in {"", "root", "0"}

    @property
    def _here(self) -> str:
        return f"{self.path}:{self._now.line if self._now else 0}"

    def _run(self, instruction: Instruction) -> None:
        text, heredocs = instruction.text, instruction.heredocs
        if heredocs and len(heredocs) == 1 and _ALONE.fullmatch(instruction.value):
            # Docker runs it as a script, by what its first line names.
            (heredoc,) = heredocs
            first = heredoc.text.partition("\n")[0]
            named = [word.rpartition("/")[2] for word in first.removeprefix("#!").split()]
            named = named[1:] if named[:1] == ["env"] else named
            if not first.startswith("#!") or (named and named[0] in SHELLS):
                self._script(heredoc.text, heredoc.offset)
            return
        self._script(text + instruction.tail, instruction.offset, joined=True)

    def _shell(self) -> Shell:
        state = ShellState(values=dict(self.values), printed=self.printed, budget=self.budget)
        return Shell(state, self._visit)

    def _script(self, text: str, offset: int, *, joined: bool = False) -> None:
        self.budget.spend(10 + len(self.values) // 50)
        try:
            self._shell().run(text, offset, joined=joined)
        except (UnterminatedError, LimitError):
            raise
        except ShellError as error:
            line = self.source.count("\n", 0, error.at) + 1
            self._not_read(f"{self.path}:{line}: {error}")

    def _not_read(self, what: str) -> None:
        """Note what is not read; the first few tell enough."""
        if what not in self.unread and len(self.unread) < _MOST_UNREAD:
            self.unread.append(what)

    def _run_words(self, words: tuple[str, ...], instruction: Instruction) -> None:
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        self._shell().run_argument(quoted, instruction.start)

    # --- commands ---

    def _visit(self, command: Command) -> None:
        if not command.words:
            return
        if change := package_change(command.words):
            self._change(change, command)
            return
        self.files.follow(command)
        if command.name == "apt-mark" and self.installed:
            self.installed.mark(command.words)
        for dependency in brought(command):
            self.brought[dependency] = self.brought.get(dependency, False) or command.certain
        if found := python_of(command):
            self.python, self.packaged = found
        if called := poetry_command(command.words):
            self._poetry(*called, command)
        elif pip := of_pip(command.words):
            for file in pip.files:
                if (export := self._exported(file, command)) is None:
                    self._not_read(f"{self._at(command)}: {file}, which nothing here exports")
                    continue
                self._install(
                    replace(
                        export.choice,
                        no_binary=pip.no_binary or self._text("PIP_NO_BINARY", command),
                        only_binary=pip.only_binary or self._text("PIP_ONLY_BINARY", command),
                    ),
                    command,
                )
            in_place = self.workdir and self.workdir in pip.packages
            if pip.project or in_place or (pip.wheels and self.built):
                choice = Choice(
                    only=MAIN,
                    extras=pip.extras,
                    solved=True,
                    root=pip.project,
                    no_binary=pip.no_binary,
                    only_binary=pip.only_binary,
                )
                self._install(choice, command)
        elif script := unread_script(command):
            self._not_read(f"{self._at(command)}: {script}")

    def _change(self, change: Change, command: Command) -> None:
        if self.installed is None or self.installed.manager is not change.manager:
            own = self.image.distribution if self.image else None
            if own is not None and own.manager.family != change.manager.family:
                return
            if self.installed is None:
                self.installed = Installed(manager=change.manager, distribution=own)
        if change.unknown:
            self.anything = True
            self._not_read(f"{self._at(command)}: packages whose names are not known")
        if change.action is Action.REMOVE:
            if change.packages:
                # What is added there, or earlier, may be removed along with them.
                self.insertion = self.place = None
            self.installed.remove(
                change.packages, certain=command.certain, automatic=change.automatic
            )
            return
        self.installed.add(
            change.packages,
            certain=command.certain,
            recommends=change.recommends,
            group=change.group,
        )
        fixed = self.image is not None and self.image.own_python
        if not fixed and (version := packaged_python(change.packages)):
            self.python, self.packaged = version, True
        self._remember_insertion(change, command)

    def _remember_insertion(self, change: Change, command: Command) -> None:
        """Remember where packages can be added: a group of apk's is likely to go again."""
        last = [word for word in command.written if not word.raw.startswith("-")][2:]
        if not command.certain or not last or change.group:
            return
        if command.words[-1] != last[-1].raw:
            return
        line = self.source.rfind("\n", 0, last[-1].start) + 1
        lead = self.source[line : last[-1].start]
        self.insertion = InsertionPoint(
            manager=change.manager,
            at=last[-1].end,
            indent=lead if not lead.strip() and len(last) > 1 else None,
        )

    def _poetry(self, name: str, rest: tuple[Value, ...], command: Command) -> None:
        match name:
            case "install" | "sync":
                if choice := of_install(rest):
                    self._install(self._with_policies(choice, command), command)
            case "bundle":
                choice = of_export(rest, ()).choice
                if not {"--only", "--with"}.intersection(word or "" for word in rest):
                    choice = of_install(rest) or choice
                self._install(self._with_policies(replace(choice, root=True), command), command)
            case "export":
                self.files.add(of_export(rest, command.outputs))
            case "build":
                self.built.add("")
            case "config":
                self._configure([word or "" for word in rest if not (word or "").startswith("-")])
            case "env" if version := used_python(rest):
                self.python = version
            case "run" if rest:
                self._visit(replace(command, words=rest, written=()))
            case "add" | "update" | "lock":
                self.notes.append(
                    f"{self._at(command)}: `poetry {name}` changes the lock within the image;"
                    " what comes of it is not checked."
                )

    def _configure(self, words: list[str]) -> None:
        for key, variable in _POLICIES.items():
            if words[:1] == [key] and len(words) > 1:
                self.values[variable] = ",".join(words[1:])

    def _with_policies(self, choice: Choice, command: Command) -> Choice:
        return replace(
            choice,
            no_binary=self._text("POETRY_INSTALLER_NO_BINARY", command),
            only_binary=self._text("POETRY_INSTALLER_ONLY_BINARY", command),
        )

    def _text(self, variable: str, command: Command) -> str | None:
        return known(command.values.get(variable)) or known(self.values.get(variable))

    def _exported(self, file: str, command: Command) -> Export | None:
        """Return what a file of requirements was exported with."""
        if file in {"-", "/dev/stdin"} and command.before is not None:
            before = poetry_command(command.before.words)
            if before and before[0] == "export":
                return of_export(before[1], ())
        return self.files.find(file)

    # --- installations ---

    def _install(self, choice: Choice, command: Command) -> None:
        now = self._now
        if now is None:
            raise DockerfileError(f"{self.path}: nothing is being built")
        there = dict(self.installed.dependencies()) if self.installed else {}
        for dependency, certain in self.brought.items():
            there[dependency] = there.get(dependency, False) or certain
        for variable, dependency in (("CC", C), ("CXX", CXX)):
            # A build calls what these name, else gcc.
            named = _name(self._text(variable, command) or "").split(" ")[0]
            if "clang" in named and CLANG in there:
                there[dependency] = there[CLANG]
            elif named and self.installed and named in self.installed.there:
                there[dependency] = self.installed.there[named]
        if self.anything:
            there = {**dict.fromkeys(all_dependencies(), False), **there}
        first = now.start
        if len(self.installations) >= _MOST_INSTALLATIONS:
            raise LimitError("it installs without end", command.start)
        self.installations.append(
            Installation(
                line=self._line(command),
                command=_shown(command),
                choice=choice,
                before=tuple(dict.fromkeys(self.choices)),
                python=self.python,
                packaged=self.packaged,
                dependencies=there,
                packages=frozenset(self.installed.surely() if self.installed else ()),
                headers=(self._headers() or None) if self.anything else self._headers(),
                place=self.place if self.place is not None else first,
                user="" if self._is_root or self.place is not None else self.user,
                insertion=self.insertion if self.insertion is None or self._before(first) else None,
                certain=command.certain,
                notes=(*self.notes, *self._unread()),
            )
        )

    def _before(self, start: int) -> bool:
        return self.insertion is not None and self.insertion.at <= start

    def _unread(self) -> list[str]:
        if not self.unread:
            return []
        return [f"Not read, so what it installs is not known: {', '.join(self.unread)}."]

    def _headers(self) -> bool | None:
        if self.image is None or (self.image.own_python and self.python is None):
            return True
        if not self.packaged:
            return True
        distribution = self.image.distribution
        if self.installed is None or distribution is None:
            return False
        own = f"3.{distribution.python_minor}"
        minor = int((self.python or own).split(".")[1].rstrip("t"))
        return self.installed.headers(minor, own=self.python in {None, own})

    def _line(self, command: Command) -> int:
        return self.source.count("\n", 0, command.start) + 1

    def _at(self, command: Command) -> str:
        return f"{self.path}:{self._line(command)}"


def _name(file: str) -> str:
    return file.rpartition("/")[2]


def _shown(command: Command) -> str:
    """Return the command for people, in one line."""
    text = " ".join("…" if word is None else word.replace(UNKNOWN, "…") for word in command.words)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line
