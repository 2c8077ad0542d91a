"""A Dockerfile on a platform → the stages that install what is locked, with all they have."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.exports import Exports
from poetry_arch_check.dockerfile.instructions import instructions
from poetry_arch_check.dockerfile.shell.command import Budget
from poetry_arch_check.dockerfile.shell.lexer import ShellError
from poetry_arch_check.dockerfile.shell.words import WORD, Value, WordError, expanded, known
from poetry_arch_check.dockerfile.stage import Installation, StageState
from poetry_arch_check.dockerfile.variables import platform_values, printed_on
from poetry_arch_check.errors import ArchCheckError, DockerfileError
from poetry_arch_check.images import parse_image
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.toolchain import RUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.platform import Platform

_MOST_STAGES = 100
# Paths that an environment with packages in it is copied by.
_ENVIRONMENT = re.compile(r"venv|virtualenv|(site|dist)-packages|/usr/local|pysetup", re.IGNORECASE)
_FROM = re.compile(r"(?P<image>\S+)(?:\s+AS\s+(?P<name>\S+))?\s*", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:=(?P<value>.*))?", re.DOTALL | re.ASCII)
_WORDS = re.compile(rf"{WORD}+", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How an image is built: for which platform, on which, with which `--build-arg`.

    `image` is what to take for the base image instead of what the file names.
    """

    platform: Platform
    host: Platform
    arguments: Mapping[str, str]
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage, as far as it matters: where it comes from and where it installs.

    `name` is "" for a file with a single stage, `platform` what FROM fixes, None where that
    is the target's. `base` is the place of the image's name in the file, None where the
    stage goes on from another; `managed` says that packages of its distribution are installed
    or removed. `copied` are the stages that it copies from.
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
    managed: bool = False
    copied: frozenset[int] = frozenset()


def stages(text: str, path: str, build: Build) -> tuple[Stage, ...]:
    """Return the stages of the Dockerfile `text`, built as `build` says; nothing is executed.

    Raises DockerfileError with the line where the file cannot be read, and where a stage
    that installs what is locked stands on an image that is not known.
    """
    return _Walk(text, path, build).stages()


class _Walk:
    """Goes through a Dockerfile from the top."""

    def __init__(self, text: str, path: str, build: Build) -> None:
        self._text = text
        self._path = path
        self._build = build
        self._instructions = instructions(text, path)
        self._exports = Exports()
        self._global: dict[str, Value] = dict(platform_values("TARGET", build.platform))
        self._global |= platform_values("BUILD", build.host)
        self._predefined = dict(self._global)
        self._states: list[StageState] = []
        self._froms: list[Stage] = []
        self._unknown: dict[int, ArchCheckError] = {}
        self._budget = Budget()
        self._built: set[str] = set()
        self._copies: list[tuple[int, int, int]] = []
        self._declared: set[str] = set()

    def stages(self) -> tuple[Stage, ...]:
        for instruction in self._instructions:
            self._go_on(instruction)
        if not self._froms:
            raise DockerfileError(f"{self._path}: there is no FROM in it")
        single = len(self._froms) == 1
        elsewhere = [
            f"Not checked: {each}."
            for state in self._states
            if not state.installations
            for each in state.unread
            if "nothing here exports" in each
        ]
        unused = elsewhere + [
            f"--build-arg {name} is for no ARG of {self._path}."
            for name in self._build.arguments
            if name not in self._declared
        ]
        found = []
        for stage, state in zip(self._froms, self._states, strict=True):
            if state.installations and (unknown := self._unknown.get(stage.index)):
                raise unknown
            name = "" if single and not stage.name else stage.name or str(stage.index)
            installations = tuple(state.installations)
            notes = tuple(self._misplaced(stage.index))
            unread = tuple(state.unread)
            found.append(
                replace(
                    stage,
                    name=name,
                    installations=installations,
                    notes=(*notes, *unused),
                    unread=unread,
                    managed=state.installed is not None,
                    copied=frozenset(one for one, to, _ in self._copies if to == stage.index),
                )
            )
        return tuple(found)

    # --- instructions ---

    def _go_on(self, instruction: Instruction) -> None:
        try:
            self._apply(instruction)
        except RecursionError:
            self._refuse(instruction, "it is nested too deeply")
        except (ShellError, WordError) as error:
            at = error.at if isinstance(error, ShellError) else instruction.offset + error.at
            line = max(self._text.count("\n", 0, at) + 1, instruction.line)
            raise DockerfileError(f"{self._path}:{line}: {error}") from None

    def _apply(self, instruction: Instruction) -> None:
        if instruction.keyword == "FROM":
            self._from(instruction)
        elif not self._states:
            if instruction.keyword != "ARG":
                self._refuse(instruction, f"{instruction.keyword} stands before the first FROM")
            self._argument(instruction, self._global, {})
        elif instruction.keyword == "ARG":
            self._argument(instruction, self._states[-1].values, self._global)
        elif instruction.keyword == "ENV":
            self._environment(instruction, self._states[-1].values)
        else:
            self._states[-1].apply(instruction)
            if instruction.keyword == "COPY" and (source := instruction.flag("from")):
                self._copied(instruction, source)

    def _refuse(self, instruction: Instruction, why: str, hint: str | None = None) -> None:
        raise DockerfileError(f"{self._path}:{instruction.line}: {why}", hint=hint)

    def _argument(
        self, instruction: Instruction, values: dict[str, Value], outer: Mapping[str, Value]
    ) -> None:
        for word in _pairs(instruction.value):
            if (match := _ASSIGNMENT.fullmatch(word)) is None:
                continue
            name, default = match["name"], match["value"]
            self._declared.add(name)
            if name in self._build.arguments:
                values[name] = self._build.arguments[name]
            elif default is not None:
                values[name] = expanded(default, values)
            elif name in outer:
                values[name] = outer[name]
            else:
                values.setdefault(name, "")

    def _environment(self, instruction: Instruction, values: dict[str, Value]) -> None:
        words = _pairs(instruction.value)
        if words and "=" not in words[0]:
            name, *rest = instruction.value.split(None, 1)
            values[name] = expanded("".join(rest), values)
            return
        # All of one instruction see what was there before it.
        before = dict(values)
        for word in words:
            name, equals, value = word.partition("=")
            if equals:
                values[name.strip("\"'")] = expanded(value, before)

    def _from(self, instruction: Instruction) -> None:
        match = _FROM.fullmatch(instruction.value)
        if match is None:
            self._refuse(instruction, "FROM takes an image, and AS with a name")
            return
        reference = known(expanded(match["image"], self._global))
        if not reference and not self._build.image:
            self._refuse(
                instruction,
                f"{match['image']} is empty: an ARG before the first FROM has no value",
                hint="--build-arg NAME=VALUE gives it one",
            )
            return
        reference = reference or match["image"]
        index = len(self._froms)
        if index >= _MOST_STAGES:
            self._refuse(instruction, f"it has more than {_MOST_STAGES} stages")
        platform = self._fixed(instruction)
        parent = self._stage_called(reference)
        found = Stage(
            name=(match["name"] or "").lower(),
            index=index,
            line=instruction.line,
            image=None,
            platform=platform,
            base=None,
            parent=parent,
            installations=(),
        )
        if parent is None:
            state = self._state(instruction, reference, index, platform)
            start = instruction.text.find(match["image"])
            # A name that goes on in the next line has no place to change it.
            base = (
                (instruction.offset + start, instruction.offset + start + len(match["image"]))
                if start >= 0
                else None
            )
        else:
            state, base = self._states[parent].child(), None
            found = replace(found, platform=platform or self._froms[parent].platform)
            if unknown := self._unknown.get(parent):
                self._unknown[index] = unknown
        self._froms.append(replace(found, image=state.image, base=base))
        self._states.append(state)
        if parent is not None:
            for trigger in self._states[parent].triggers:
                if trigger.keyword in {"FROM", "ONBUILD"}:
                    self._refuse(instruction, f"ONBUILD {trigger.keyword} is not possible")
                self._apply(trigger)

    def _fixed(self, instruction: Instruction) -> str | None:
        """Return the platform that `--platform` fixes; the target's own is none."""
        raw = instruction.flag("platform")
        if not raw:
            return None
        platform = known(expanded(raw, self._global))
        if not platform:
            self._refuse(
                instruction,
                f"--platform={raw} has no value",
                hint="--build-arg NAME=VALUE gives it one",
            )
        same = platform == self._predefined["TARGETPLATFORM"]
        return None if same and "TARGETPLATFORM" in raw else platform

    def _stage_called(self, name: str) -> int | None:
        for stage in reversed(self._froms):
            if stage.name and stage.name == name.lower():
                return stage.index
        return None

    def _state(
        self, instruction: Instruction, reference: str, index: int, platform: str | None
    ) -> StageState:
        image = None
        written = _FROM.fullmatch(instruction.value)
        names = re.findall(r"\$\{?(\w+)", written["image"] if written else "")
        empty = [name for name in names if not self._global.get(name)]
        try:
            image = parse_image(self._build.image or reference)
        except ArchCheckError as error:
            self._unknown[index] = DockerfileError(
                f"{self._path}:{instruction.line}: {error}",
                hint=f"ARG {empty[0]} has no value; --build-arg {empty[0]}=VALUE gives it one"
                if empty
                else "say what it is like: --image python:3.12-slim-bookworm, --image debian:12"
                " (and --python 3.12)",
            )
        own = parse_name(platform).platform if platform else self._build.platform
        return StageState(
            path=self._path,
            source=self._text,
            image=image,
            # What BuildKit sets is empty where no ARG asks for it.
            values=dict.fromkeys(self._predefined, ""),
            printed=printed_on(own),
            files=self._exports.beside(),
            budget=self._budget,
            built=self._built,
        )

    def _copied(self, instruction: Instruction, source: str) -> None:
        """Follow what is copied: files of requirements, environments, Pythons, Rust."""
        words = instruction.value.split()
        state, here = self._states[-1], len(self._froms) - 1
        origin = self._stage_called(source)
        if origin is None and source.isdecimal() and int(source) < here:
            origin = int(source)
        if origin is not None and not words[0].endswith((".txt", ".lock", ".toml")):
            self._copies.append((origin, here, instruction.line))
            if _ENVIRONMENT.search(instruction.value):
                state.before += self._states[origin].choices
        if len(words) == 2:  # noqa: PLR2004 - a file and where it goes
            state.files.copied(*words)
        if words[0].rstrip("/") == "/usr/local":
            with suppress(ArchCheckError):
                image = parse_image(source) if origin is None else self._froms[origin].image
                if image and image.own_python and image.python:
                    state.python, state.packaged = image.python.asked, False
        if "cargo" in words[0] or source.startswith("rust"):
            state.brought[RUST] = True

    def _misplaced(self, index: int) -> Iterator[str]:
        """Yield where what a stage installs is copied to a machine that it does not run on."""
        for origin, to, line in self._copies:
            one, other = self._froms[index].image, self._froms[to].image
            if origin != index or one is None or other is None:
                continue
            here, there = one.distribution, other.distribution
            if here and there and here.libc is not there.libc:
                yield (
                    f"{self._path}:{line} copies from {one.reference} ({here.libc.value}) into"
                    f" {other.reference} ({there.libc.value}): compiled packages do not run there."
                )


def _pairs(value: str) -> list[str]:
    """Split `A=1 B="2 3"` at its blanks; the words keep their quotes."""
    return [word[0] for word in _WORDS.finditer(value)]


def picked(found: Iterable[Stage], name: str | None, path: str) -> tuple[Stage, ...]:
    """Return the stages that install; with `--stage`, those that building it takes.

    Raises DockerfileError where there is none.
    """
    found = tuple(found)
    installing = tuple(stage for stage in found if stage.installations)
    names = [stage.name or str(stage.index) for stage in found]
    if name is None:
        if installing:
            return installing
        unread = [script for stage in found for script in stage.unread]
        notes = [f"not read: {', '.join(dict.fromkeys(unread))}"] if unread else []
        raise DockerfileError(f"{path}: no stage installs with Poetry", *notes, hint=_NO_INSTALL)
    stage = next((s for s in found if name.lower() in {s.name, str(s.index)}), None)
    if stage is None:
        raise DockerfileError(
            f'{path}: stage "{name}" is not there{did_you_mean(name, names)}',
            hint=f"its stages: {', '.join(names)}",
        )
    # To build it takes to build what it goes on from, and what it copies from.
    needed, waiting = set(), [stage.index]
    while waiting:
        at = found[waiting.pop()]
        if at.index not in needed:
            needed.add(at.index)
            waiting += [*at.copied, *([] if at.parent is None else [at.parent])]
    if chosen := tuple(each for each in installing if each.index in needed):
        return chosen
    others = ", ".join(each.name or str(each.index) for each in installing) or "none"
    raise DockerfileError(
        f'{path}: stage "{name}" does not install with Poetry', hint=f"stages that do: {others}"
    )


_NO_INSTALL = (
    "looked for: poetry install or sync, pip install of what poetry export or poetry build made;"
    " name the image instead: --image python:3.12-slim"
)
