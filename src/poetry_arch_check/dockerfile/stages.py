"""A Dockerfile on a platform → its stages, with what each installs and what it has then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from poetry_arch_check.dockerfile.build_context import NOT_FOUND
from poetry_arch_check.dockerfile.commands.exports import Exports
from poetry_arch_check.dockerfile.copies import (
    Copy,
    copy_files,
    incompatible_copies,
    mount_files,
    mounts_of,
)
from poetry_arch_check.dockerfile.files import Files
from poetry_arch_check.dockerfile.from_instruction import parse_from
from poetry_arch_check.dockerfile.instructions import instructions
from poetry_arch_check.dockerfile.placement import mounted, place
from poetry_arch_check.dockerfile.shared_libraries import SharedLibraries, shared_libraries
from poetry_arch_check.dockerfile.shell.budget import COMMAND, Budget
from poetry_arch_check.dockerfile.shell.lexer import ShellError
from poetry_arch_check.dockerfile.shell.quoting import WordError
from poetry_arch_check.dockerfile.stage import StageState
from poetry_arch_check.dockerfile.variables import (
    Arguments,
    platform_values,
    printed_on,
    set_environment,
)
from poetry_arch_check.errors import ArchCheckError, DockerfileError
from poetry_arch_check.images import image_of, own_image, stand_in
from poetry_arch_check.platforms.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.dockerfile.build_context import BuildContext
    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.from_instruction import From
    from poetry_arch_check.dockerfile.installation import InsertionPoint, Installation
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.images import Image, OwnImage
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python

_MAX_STAGES = 100
# Own images that are built from each other.
_MAX_FILES = 5


def _unreadable(path: str) -> str:
    raise DockerfileError(f"{path} cannot be read here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How an image is built: for `platform`, on `host`, with `--build-arg` as `arguments`.

    `image` replaces the base images that the file names, `context` is what it is built from.
    `own_images` are known by configuration; `read` returns the text of their Dockerfiles.
    """

    platform: Platform
    host: Platform
    arguments: Mapping[str, str]
    image: str | None = None
    context: BuildContext = NOT_FOUND
    own_images: tuple[OwnImage, ...] = ()
    read: Callable[[str], str] = _unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage: what it is based on, and where it installs.

    `name` is "" for a file with a single stage. `platform` is what FROM sets, None for the
    target's. `base` are the offsets of the image's name in the file, None if the stage has a
    `parent`. `unread` is what is not read and may install something, `others` are projects that
    are installed and are not the one to check. `managed` says that a package manager of the
    distribution is called. `copied` are the stages that it copies from.

    `environments` are what is installed there, or is copied to it; `installs_wheels` says that pip
    installs from a folder. If anything is copied, `libraries` are the shared ones that are there at
    the end. `interpreter` is its Python where that is known, `insertion` where packages can be
    added. `based_on` is the image's name.
    """

    name: str
    index: int
    line: int
    image: Image | None
    platform: str | None
    base: tuple[int, int] | None
    parent: int | None
    installations: tuple[Installation, ...]
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    managed: bool = False
    copied: frozenset[int] = frozenset()
    environments: tuple[Environment, ...] = ()
    installs_wheels: bool = False
    libraries: SharedLibraries | None = None
    interpreter: Python | None = None
    insertion: InsertionPoint | None = None
    based_on: str = ""

    @property
    def label(self) -> str:
        """Its name, else its number."""
        return self.name or str(self.index)


def stages(text: str, path: str, build: Build) -> tuple[Stage, ...]:
    """Return the stages of the Dockerfile `text`, built as `build` says; nothing is executed.

    Raises DockerfileError with the line that cannot be read, and for a stage that installs
    locked packages on an unknown image.
    """
    reader = _Reader(text, path, build)
    for instruction in instructions(text, path):
        reader.read(instruction)
    return reader.stages()


class _Reader:
    """Applies instructions from the top of a Dockerfile."""

    def __init__(self, text: str, path: str, build: Build, depth: int = 0) -> None:
        self._depth = depth
        self._text = text
        self._path = path
        self._build = build
        self._predefined = {
            **platform_values("TARGET", build.platform),
            **platform_values("BUILD", build.host),
        }
        self._arguments = Arguments(build.arguments, self._predefined)
        self._exports = Exports()
        self._budget = Budget()
        self._stages: list[Stage] = []
        self._states: list[StageState] = []
        self._errors: dict[int, ArchCheckError] = {}
        self._copies: list[Copy] = []

    def read(self, instruction: Instruction) -> None:
        """Apply an instruction. Raises DockerfileError with the line."""
        try:
            self._apply(instruction)
        except RecursionError:
            self._refuse(instruction, "nested too deeply")
        except (ShellError, WordError) as error:
            at = error.at if isinstance(error, ShellError) else instruction.offset + error.at
            line = max(self._text.count("\n", 0, at) + 1, instruction.line)
            raise DockerfileError(f"{self._path}:{line}: {error}") from None

    def stages(self) -> tuple[Stage, ...]:
        """Return the stages. Raises DockerfileError for one that installs on an unknown image."""
        if not self._stages:
            raise DockerfileError(f"{self._path}: no FROM instruction")
        notes = tuple(self._notes())
        return tuple(
            self._finished(stage, state, notes)
            for stage, state in zip(self._stages, self._states, strict=True)
        )

    def _notes(self) -> list[str]:
        """Return what concerns all stages."""
        requirements = [
            f"Not checked: {unread}."
            for state in self._states
            if not state.installations
            for unread in state.unread
            if "nothing here exports" in unread
        ]
        others = [other for state in self._states for other in state.others]
        undeclared = [
            f"--build-arg {name}: no ARG in {self._path} declares it."
            for name in self._arguments.undeclared()
        ]
        return list(dict.fromkeys([*others, *requirements, *undeclared]))

    def _finished(self, stage: Stage, state: StageState, notes: tuple[str, ...]) -> Stage:
        if state.installations and (error := self._errors.get(stage.index)):
            raise error
        lost = [each for each in state.environments if each.path is None and not each.copied]
        incompatible = (
            incompatible_copies(stage, self._copies, self._stages, self._path) if lost else ()
        )
        arrived = any(each.copied for each in state.environments)
        return replace(
            stage,
            name="" if len(self._stages) == 1 and not stage.name else stage.label,
            installations=tuple(state.installations),
            notes=(*incompatible, *notes),
            unread=tuple(state.unread),
            others=tuple(state.others),
            managed=state.managed,
            copied=frozenset(each.origin for each in self._copies if each.target == stage.index),
            environments=tuple(state.environments),
            installs_wheels=state.installs_wheels,
            libraries=shared_libraries(state, stage.image) if arrived and stage.image else None,
            interpreter=state.own_python,
            insertion=state.insertion,
        )

    # --- instructions ---

    def _apply(self, instruction: Instruction) -> None:
        keyword = instruction.keyword
        self._budget.spend(COMMAND)
        if keyword == "FROM":
            self._from(instruction)
        elif not self._states:
            if keyword != "ARG":
                self._refuse(instruction, f"{keyword} before the first FROM")
            self._arguments.declare(instruction.value, self._arguments.values, {}, self._budget)
        elif keyword == "ARG":
            values = self._states[-1].values
            self._arguments.declare(instruction.value, values, self._arguments.values, self._budget)
        elif keyword == "ENV":
            set_environment(instruction.value, self._states[-1].values, self._budget)
        elif keyword in {"COPY", "ADD"} and len(instruction.arguments) < 2:  # noqa: PLR2004
            self._refuse(instruction, f"{keyword} requires at least two arguments")
        elif keyword == "RUN":
            self._run(instruction)
        else:
            self._states[-1].apply(instruction)
            if keyword == "COPY" and (source := instruction.flag("from")):
                self._copy(instruction, source)

    def _refuse(self, instruction: Instruction, why: str, hint: str | None = None) -> NoReturn:
        raise DockerfileError(f"{self._path}:{instruction.line}: {why}", hint=hint)

    def _run(self, instruction: Instruction) -> None:
        state = self._states[-1]
        with mounted(instruction, state, self._files_of):
            state.apply(instruction)
        for mount in mounts_of(instruction):
            if (origin := self._origin(mount.origin)) is not None:
                mount_files(instruction, mount, self._states[origin.index], state)

    def _copy(self, instruction: Instruction, source: str) -> None:
        here = len(self._stages) - 1
        origin = self._origin(source)
        state = self._states[here]
        place(instruction, state, self._states[origin.index].files if origin else None)
        state.read_settings()
        runs = copy_files(instruction, origin, self._states, state)
        if origin is not None and runs:
            copy = Copy(origin=origin.index, target=here, line=instruction.line)
            self._copies.append(copy)

    def _origin(self, source: str) -> Stage | None:
        """Return the stage that `--from` names or counts, None for an image."""
        origin = self._stage_named(source)
        if origin is None and source.isdecimal() and int(source) < len(self._stages) - 1:
            return self._stages[int(source)]
        return origin

    def _files_of(self, source: str) -> Files | None:
        origin = self._origin(source)
        return self._states[origin.index].files if origin else None

    def _stage_named(self, name: str) -> Stage | None:
        named = (stage for stage in reversed(self._stages) if stage.name)
        return next((stage for stage in named if stage.name == name.lower()), None)

    # --- FROM ---

    def _from(self, instruction: Instruction) -> None:
        values = self._arguments.values
        found = parse_from(instruction, values, self._path, self._build.image, self._budget)
        index = len(self._stages)
        if index >= _MAX_STAGES:
            self._refuse(instruction, f"limit exceeded: more than {_MAX_STAGES} stages")
        platform = found.platform
        if platform == self._predefined["TARGETPLATFORM"] and found.platform_of_target:
            platform = None
        parent = self._stage_named(found.image)
        own = own_image(found.image, self._build.own_images)
        triggers: list[Instruction] = []
        if parent is None and own is not None and own.dockerfile and not self._build.image:
            base = self._built_state(own.dockerfile, instruction)
            state, triggers = base.child(), base.triggers
            state = replace(state, path=self._path, source=self._text, budget=self._budget)
            state.exports = self._exports.beside()
        elif parent is None:
            state = self._base_state(found, platform)
        else:
            state = self._states[parent.index].child()
            triggers = self._states[parent.index].triggers
            platform = platform or parent.platform
            if error := self._errors.get(parent.index):
                self._errors[index] = error
        stage = Stage(
            name=found.name,
            index=index,
            line=instruction.line,
            image=state.image,
            platform=platform,
            base=found.span if parent is None else None,
            parent=None if parent is None else parent.index,
            installations=(),
            based_on=found.image if parent is None else parent.based_on,
        )
        self._stages.append(stage)
        self._states.append(state)
        self._run_triggers(instruction, triggers)

    def _run_triggers(self, instruction: Instruction, triggers: list[Instruction]) -> None:
        """Apply what the parent's ONBUILD instructions register."""
        for trigger in triggers:
            if trigger.keyword in {"FROM", "ONBUILD"}:
                self._refuse(instruction, f"{trigger.keyword} is not allowed as ONBUILD trigger")
            self._apply(trigger)

    def _built_state(self, path: str, instruction: Instruction) -> StageState:
        """Return the state of the last stage of another Dockerfile, which builds a base image."""
        if self._depth >= _MAX_FILES:
            self._refuse(instruction, f"limit exceeded: {path} is built from too many files")
        reader = _Reader(self._build.read(path), path, self._build, self._depth + 1)
        for each in instructions(reader._text, path):
            reader.read(each)
        *_, last = reader.stages()
        if error := reader._errors.get(last.index):
            self._errors[len(self._stages)] = error
        return reader._states[last.index]

    def _base_state(self, found: From, platform: str | None) -> StageState:
        """Return the state of a stage that begins with an image."""
        image = None
        try:
            named, own_images = self._build.image, self._build.own_images
            image = (
                stand_in(named, found.image, own_images)
                if named
                else image_of(found.image, own_images)
            )
        except ArchCheckError as error:
            empty = next((n for n in found.arguments if not self._arguments.values.get(n)), None)
            self._errors[len(self._stages)] = DockerfileError(
                f"{self._path}:{found.line}: {error}", hint=_image_hint(empty)
            )
        own = parse_name(platform).platform if platform else self._build.platform
        return StageState(
            path=self._path,
            source=self._text,
            image=image,
            # What BuildKit predefines is empty unless an ARG declares it.
            values=dict.fromkeys(self._predefined, ""),
            printed=printed_on(own),
            exports=self._exports.beside(),
            budget=self._budget,
            base=found.image,
            files=Files(context=self._build.context, budget=self._budget),
        )


def _image_hint(empty: str | None) -> str:
    """Return what to do about an unknown image, whose argument `empty` may lack a value."""
    if empty:
        return f"ARG {empty} has no value; --build-arg {empty}=VALUE gives it one"
    return (
        "name a similar image: --image python:3.12-slim-bookworm, --image debian:12"
        " (and --python 3.12)"
    )
