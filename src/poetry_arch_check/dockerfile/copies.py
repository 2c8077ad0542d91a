"""`COPY --from`: what a stage gets from other stages and images."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from posixpath import join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.fetched import tools_of_image
from poetry_arch_check.dockerfile.environments import Arrival
from poetry_arch_check.dockerfile.placement import absolute
from poetry_arch_check.dockerfile.shared_libraries import shared_libraries
from poetry_arch_check.dockerfile.shell.words import expanded, known
from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.images import parse_image
from poetry_arch_check.toolchains.toolchain import GO, RUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.dockerfile.mounts import Mount
    from poetry_arch_check.dockerfile.stage import Stage
    from poetry_arch_check.dockerfile.stage_state import StageState
    from poetry_arch_check.images import Image

# Paths that contain an environment with installed packages.
_ENVIRONMENT = re.compile(r"venv|virtualenv|(site|dist)-packages|/usr/local|pysetup", re.IGNORECASE)
# What no stage needs in order to run: files that describe packages.
_DESCRIPTIONS = (".txt", ".lock", ".toml")
_SHARED = re.compile(r"lib(?P<name>.+?)\.so[.\d*]*|lib(?P<begin>[\w+-]+?)[.\d]*\*")
# Where the distribution's shared libraries are.
_SYSTEM = re.compile(r"/(?:usr/?)?|/(?:usr/)?lib(?:32|64)?(?:/(?:[\w*]+-linux-\w+|\*))?(?:/\*)?")
# The folders that have them all, below those of architectures.
_LIBRARIES = frozenset({"/usr", "/usr/lib"})
_INTERPRETER = ("/usr/local/bin", "/usr/local/lib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A line that copies files from stage `origin` to stage `target`."""

    origin: int
    target: int
    line: int


def copy_files(
    instruction: Instruction,
    origin: Stage | None,
    previous: Sequence[StageState],
    state: StageState,
) -> bool:
    """Change `state` as a COPY from stage `origin`, or from an image, changes it.

    `previous` are the states of the stages. Return whether files may be copied that have to
    run on this stage.
    """
    source = instruction.flag("from") or ""
    words = instruction.arguments
    runs = origin is not None and not words[0].endswith(_DESCRIPTIONS)
    if origin is not None and runs and _ENVIRONMENT.search(instruction.value):
        choices = previous[origin.index].choices
        state.budget.spend(len(state.previous) + len(choices))
        # What is copied twice is there once.
        state.previous = tuple(dict.fromkeys((*state.previous, *choices)))
    if len(words) == 2:  # noqa: PLR2004 - a file and where it goes
        state.exports.copied(*words)
    *sources, target = _paths(words, state)
    if origin is not None:
        arrival = _arrival(instruction, state)
        _carry(sources, target, arrival, previous[origin.index], state)
        _bring_libraries(sources, target, origin, previous[origin.index], state)
    _link(sources, target, () if origin is None else previous[origin.index].environments, state)
    folders = {path.rstrip("/") for path in sources}
    state.interpreter |= folders.intersection(_INTERPRETER)
    if "/usr/local" in folders or state.interpreter.issuperset(_INTERPRETER):
        image = _image(source) if origin is None else origin.image
        if image and image.own_python and image.python:
            state.python, state.python_packaged = image.python.asked, False
    image_name = source if origin is None else previous[origin.index].base
    _bring_tools(words[:-1], image_name, None if origin is None else origin.index, previous, state)
    return runs


def _bring_tools(
    sources: Sequence[str],
    image: str,
    origin: int | None,
    previous: Sequence[StageState],
    state: StageState,
) -> None:
    """Have the tools that are in the folders `sources` of a stage, or of an image."""
    for path in (source.rstrip("/") for source in sources):
        for tool, version in tools_of_image(image, path).items():
            state.have_tool(tool, version, certain=True)
        if origin is not None and path.endswith("/go"):
            theirs = previous[origin]
            if theirs.tools.get(GO):
                state.have_tool(GO, theirs.tool_versions.get(GO, ""), certain=True)
        state.rust |= {part for part in ("cargo", "rustup") if part in path}
        if path in {"", "/usr/local"} and _name(image) == "rust":
            state.rust |= {"cargo", "rustup"}
    # What is in cargo's folder looks for a toolchain in rustup's.
    if len(state.rust) > 1:
        tag = image.partition(":")[2] if _name(image) == "rust" else ""
        release = re.match(r"\d+\.\d+(?:\.\d+)?", tag)
        state.have_tool(RUST, release[0] if release else "", certain=True)


def _name(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def mount_files(
    instruction: Instruction, mount: Mount, previous: StageState, state: StageState
) -> None:
    """Change `state` as a `RUN --mount` of another stage does: it brings wheels to install."""
    state.budget.spend(len(previous.environments))
    target = absolute(mount.target, state) or "/"
    for environment in previous.environments:
        if environment.is_wheels and environment.path:
            copy = environment.copy(mount.path, target, _arrival(instruction, state))
            _arrive(copy, state)


def _arrival(instruction: Instruction, state: StageState) -> Arrival:
    user = "" if state.is_root else state.user
    return Arrival(line=instruction.line, offset=instruction.start, user=user)


def _paths(words: tuple[str, ...], state: StageState) -> list[str]:
    """Return the paths of a COPY, absolute; what is not known of them is empty."""
    found = [known(expanded(word, state.values, budget=state.budget)) or "" for word in words]
    sources = [f"/{path.lstrip('/')}" for path in found[:-1]]
    return [*sources, normpath(join(state.workdir or "/", found[-1]))]


def _carry(
    sources: list[str], target: str, arrival: Arrival, previous: StageState, state: StageState
) -> None:
    """Copy the environments that are in what is copied."""
    state.budget.spend(len(previous.environments) * len(sources) * (1 + len(state.environments)))
    for source in sources:
        if source == target == "/":
            # All of the system: it is the other stage.
            continue
        for environment in previous.environments:
            _arrive(environment.copy(source, target, arrival), state)


def _arrive(copy: Environment | None, state: StageState) -> None:
    """Put what is copied into `state`; what is copied twice is there once."""
    if copy is not None and not any(copy.is_at(each) for each in state.environments):
        state.environments.append(copy)


def _link(
    sources: Iterable[str], target: str, environments: Sequence[Environment], state: StageState
) -> None:
    """Remember which shared libraries are copied: by their names, or in a folder with others.

    What goes to a folder of the system's may have some in it, whatever it was called before;
    what is copied to the root may be one with `usr` in it, or the sources, with an environment.
    """
    for source in sources:
        name = source.rpartition("/")[2]
        match = _SHARED.fullmatch(name)
        known = [each.path for each in environments if each.path]
        within = any(f"{path}/".startswith(f"{source.rstrip('/')}/") for path in known)
        goes = bool(_SYSTEM.fullmatch(target)) and "." not in name
        state.budget.spend(len(known))
        state.all_linked = (
            state.all_linked
            or bool(_SYSTEM.fullmatch(source))
            or (goes and match is None and not (target == "/" and within))
        )
        if match:
            state.linked.add(match["name"] or match["begin"])


def _bring_libraries(
    sources: Iterable[str], target: str, origin: Stage, previous: StageState, state: StageState
) -> None:
    """Have the shared libraries of another stage of the same release, if all are copied."""
    here, there = state.image, origin.image
    folders = _LIBRARIES.intersection(source.rstrip("/") for source in sources)
    if target in folders and here and there and here.distribution == there.distribution:
        state.brought |= shared_libraries(previous, there).sure


def _image(reference: str) -> Image | None:
    with suppress(ArchCheckError):
        return parse_image(reference)
    return None


def incompatible_copies(
    origin: Stage, copies: Iterable[Copy], stages: Sequence[Stage], path: str
) -> Iterator[str]:
    """Yield notes on copies from `origin` to stages with another C library."""
    for copy in copies:
        one, other = origin.image, stages[copy.target].image
        if copy.origin != origin.index or one is None or other is None:
            continue
        built, run = one.distribution, other.distribution
        if built and run and built.libc is not run.libc:
            yield (
                f"{path}:{copy.line} copies from {one.reference} ({built.libc.value}) into"
                f" {other.reference} ({run.libc.value}): compiled packages do not run there."
            )
