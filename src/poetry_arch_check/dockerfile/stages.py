"""A Dockerfile on a platform → its stages, with what each installs and what it has then."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from poetry_arch_check.dockerfile.commands.exports import Exports
from poetry_arch_check.dockerfile.copies import Copy, copy_files, mount_files
from poetry_arch_check.dockerfile.files import Files
from poetry_arch_check.dockerfile.from_instruction import parse_from
from poetry_arch_check.dockerfile.instruction_effects import apply_instruction
from poetry_arch_check.dockerfile.instructions import instructions
from poetry_arch_check.dockerfile.mounts import mounted, mounts_of
from poetry_arch_check.dockerfile.placement import place
from poetry_arch_check.dockerfile.shell.budget import COMMAND, Budget
from poetry_arch_check.dockerfile.shell.lexer import ShellError
from poetry_arch_check.dockerfile.shell.quoting import WordError
from poetry_arch_check.dockerfile.stage import Stage
from poetry_arch_check.dockerfile.stage_state import StageState
from poetry_arch_check.dockerfile.stages_so_far import StagesSoFar
from poetry_arch_check.dockerfile.variables import (
    Arguments,
    platform_values,
    printed_on,
    set_environment,
)
from poetry_arch_check.errors import ArchCheckError, DockerfileError
from poetry_arch_check.images import image_of, own_image, parse_image, stand_in
from poetry_arch_check.platforms.names import parse_name

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.build import Build
    from poetry_arch_check.dockerfile.from_instruction import From
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.images import Image

_MAX_STAGES = 100
# Own images that are built from each other.
_MAX_FILES = 5


def stages(text: str, path: str, build: Build) -> tuple[Stage, ...]:
    """Return the stages of the Dockerfile `text`, built as `build` says; nothing is executed.

    Raises DockerfileError with the line that cannot be read, and for a stage that installs
    locked packages on an unknown image.
    """
    reader = _Reader(text, path, build)
    reader.read()
    return reader.finished()


class _Reader:
    """Applies the instructions of a Dockerfile from its top; `so_far` are its stages."""

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
        self.so_far = StagesSoFar(path=path)

    def read(self) -> None:
        """Apply all instructions. Raises DockerfileError with the line."""
        for instruction in instructions(self._text, self._path):
            self._read(instruction)
        if not self.so_far.stages:
            raise DockerfileError(f"{self._path}: no FROM instruction")

    def finished(self) -> tuple[Stage, ...]:
        """Return the stages. Raises DockerfileError for one that installs on an unknown image."""
        undeclared = [
            f"Build argument {name}: no ARG in {self._path} declares it."
            for name in self._arguments.undeclared()
        ]
        return self.so_far.finished(undeclared)

    def _read(self, instruction: Instruction) -> None:
        try:
            self._apply(instruction)
        except RecursionError:
            self._refuse(instruction, "nested too deeply")
        except (ShellError, WordError) as error:
            at = error.at if isinstance(error, ShellError) else instruction.offset + error.at
            line = max(self._text.count("\n", 0, at) + 1, instruction.line)
            raise DockerfileError(f"{self._path}:{line}: {error}") from None

    def _refuse(self, instruction: Instruction, why: str, hint: str | None = None) -> NoReturn:
        raise DockerfileError(f"{self._path}:{instruction.line}: {why}", hint=hint)

    # --- instructions ---

    def _apply(self, instruction: Instruction) -> None:
        keyword = instruction.keyword
        self._budget.spend(COMMAND)
        if keyword == "FROM":
            self._from(instruction)
        elif not self.so_far.states:
            if keyword != "ARG":
                self._refuse(instruction, f"{keyword} before the first FROM")
            self._arguments.declare(instruction.value, self._arguments.values, {}, self._budget)
        elif keyword == "ARG":
            values = self.so_far.state.values
            self._arguments.declare(instruction.value, values, self._arguments.values, self._budget)
        elif keyword == "ENV":
            set_environment(instruction.value, self.so_far.state.values, self._budget)
        elif keyword in {"COPY", "ADD"} and len(instruction.arguments) < 2:  # noqa: PLR2004
            self._refuse(instruction, f"{keyword} requires at least two arguments")
        elif keyword == "RUN":
            self._run(instruction)
        else:
            apply_instruction(instruction, self.so_far.state)
            if keyword == "COPY" and (source := instruction.flag("from")):
                self._copy(instruction, source)

    def _run(self, instruction: Instruction) -> None:
        so_far, state = self.so_far, self.so_far.state
        with mounted(instruction, state, so_far.files_of):
            apply_instruction(instruction, state)
        for mount in mounts_of(instruction):
            if mount.origin is not None and (origin := so_far.origin(mount.origin)) is not None:
                mount_files(instruction, mount, so_far.states[origin.index], state)

    def _copy(self, instruction: Instruction, source: str) -> None:
        so_far, state = self.so_far, self.so_far.state
        origin = so_far.origin(source)
        place(instruction, state, so_far.files_of(source))
        state.read_settings()
        if copy_files(instruction, origin, so_far.states, state) and origin is not None:
            target = so_far.stages[-1].index
            so_far.copies.append(Copy(origin=origin.index, target=target, line=instruction.line))

    # --- FROM ---

    def _from(self, instruction: Instruction) -> None:
        values = self._arguments.values
        found = parse_from(instruction, values, self._path, self._build.image, self._budget)
        so_far, index = self.so_far, len(self.so_far.stages)
        if index >= _MAX_STAGES:
            self._refuse(instruction, f"limit exceeded: more than {_MAX_STAGES} stages")
        platform = found.platform
        if platform == self._predefined["TARGETPLATFORM"] and found.platform_of_target:
            platform = None
        parent = so_far.named(found.image)
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
            state = so_far.states[parent.index].child()
            triggers = so_far.states[parent.index].triggers
            platform = platform or parent.platform
            if error := so_far.errors.get(parent.index):
                so_far.errors[index] = error
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
        so_far.add(stage, state)
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
        reader.read()
        last = reader.finished()[-1].index
        if error := reader.so_far.errors.get(last):
            self.so_far.errors[len(self.so_far.stages)] = error
        return reader.so_far.states[last]

    def _base_state(self, found: From, platform: str | None) -> StageState:
        """Return the state of a stage that begins with an image."""
        own = parse_name(platform).platform if platform else self._build.platform
        return StageState(
            path=self._path,
            source=self._text,
            image=self._image(found),
            # What BuildKit predefines is empty unless an ARG declares it.
            values=dict.fromkeys(self._predefined, ""),
            printed=printed_on(own),
            exports=self._exports.beside(),
            budget=self._budget,
            base=found.image,
            files=Files(context=self._build.context, budget=self._budget),
        )

    def _image(self, found: From) -> Image | None:
        """Return the image of FROM, None if it is not known; why is kept."""
        named, own_images = self._build.image, self._build.own_images
        try:
            if named:
                return stand_in(named, found.image, own_images)
            return image_of(found.image, own_images)
        except ArchCheckError as error:
            empty = next((n for n in found.arguments if not self._arguments.values.get(n)), None)
            self.so_far.errors[len(self.so_far.stages)] = DockerfileError(
                f"{self._path}:{found.line}: {error}", hint=_image_hint(empty, found.image)
            )
            return None


def _image_hint(empty: str | None, image: str) -> str:
    """Return what to do about an unknown image, whose argument `empty` may lack a value."""
    if empty:
        return f"ARG {empty} has no value; --build-arg {empty}=VALUE gives it one"
    named = _passed_on(image)
    similar = (
        f"if it is {named}, say so: --image {named}"
        if named
        else "name a similar image: --image python:3.12-slim-bookworm, --image debian:12"
        " (and --python 3.12)"
    )
    return f"{similar}, or in pyproject.toml, for good: [tool.poetry-arch-check.images]"


def _passed_on(image: str) -> str:
    """Return the known image that another registry may pass on by the same name, "" for none."""
    owner, _, name = image.partition("@")[0].rpartition("/")
    if owner:
        with suppress(ArchCheckError):
            parse_image(name)
            return name
    return ""
