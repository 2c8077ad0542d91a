"""A command that installs locked packages, and what the image has when it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.location import location_of
from poetry_arch_check.dockerfile.commands.poetry import poetry_command
from poetry_arch_check.dockerfile.environments import Environment
from poetry_arch_check.dockerfile.shell.budget import LimitError
from poetry_arch_check.dockerfile.shell.printed import path_of
from poetry_arch_check.dockerfile.shell.words import UNKNOWN
from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.toolchain import CLANG, CXX, GO, C

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.dockerfile.stage_state import StageState
    from poetry_arch_check.toolchains.package_managers.manager import Manager

_MAX_INSTALLATIONS = 50
_MAX_WIDTH = 80
# A build calls the compiler that these name, else gcc.
_COMPILERS = (("CC", C), ("CXX", CXX))


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertionPoint:
    """Where packages can be added to a command that installs some: behind the last of them.

    `indent` precedes each package if every one has a line of its own, else None.
    """

    manager: Manager
    offset: int
    indent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A command that installs locked packages, and what the image has when it does.

    `lock_missing` says that it is Poetry's, and its lock is not there; `resolved` where an earlier
    one that had none wrote the lock that is. `previous` is what was installed before.
    `dependencies` are PEP 725 names, with whether they are certain; `versions` has those of their
    versions that are known. `packages` are the distribution's packages that are named, with their
    relevant dependencies; `headers` says whether Python.h is installed, None for maybe. A command
    that installs packages can be added at `insertion_offset`, where `user` is the user ("" for
    root). `poetry` has the versions (PEP 440) of the Poetry that was installed before, "" for any.
    """

    line: int
    command: str
    choice: Choice
    previous: tuple[Choice, ...]
    python: str | None
    dependencies: Mapping[str, bool]
    versions: Mapping[str, str]
    packages: frozenset[str]
    headers: bool | None
    insertion_offset: int
    user: str
    insertion: InsertionPoint | None
    certain: bool
    lock_missing: bool = False
    resolved: str = ""
    notes: tuple[str, ...] = ()
    poetry: str = ""


def install(choice: Choice, command: Command, state: StageState, *, resolved: str = "") -> None:
    """Have `choice` installed by `command`. Raises LimitError for too many installations.

    `resolved` is where the lock that Poetry reads was written, if not by the project's authors.
    """
    if len(state.installations) >= _MAX_INSTALLATIONS:
        raise LimitError(
            f"limit exceeded: more than {_MAX_INSTALLATIONS} installations", command.start
        )
    installation = replace(installation_of(choice, command, state), resolved=resolved)
    state.installations.append(installation)
    path, layout = location_of(command, state)
    movable = state.python is not None and not state.python_packaged
    state.environments.append(
        Environment(installation=installation, path=path, layout=layout, movable=movable)
    )


def where(path: Value, command: Command) -> str:
    """Return the absolute path of what a command writes, "" if that is not known."""
    return path_of(path, command.values) or ""


def installation_of(choice: Choice, command: Command, state: StageState) -> Installation:
    """Return the installation of `choice` by `command`, on a stage as `state` is now."""
    offset, insertion = state.insertion_offset, state.insertion
    if insertion is not None and insertion.offset > state.start:
        insertion = None
    notes = list(state.notes)
    if state.unread:
        notes.append(f"Not read, so what it installs is not known: {', '.join(state.unread)}.")
    packages = frozenset(state.installed.surely() if state.installed else ())
    state.budget.spend(len(packages) + len(state.choices))
    return Installation(
        line=state.line_of(command),
        command=shown(command),
        choice=choice,
        previous=tuple(dict.fromkeys(state.choices)),
        python=state.python,
        dependencies=_dependencies(command, state),
        versions=_versions(command, state),
        packages=packages,
        headers=_headers(state),
        insertion_offset=state.start if offset is None else offset,
        user="" if state.is_root or offset is not None else state.user,
        insertion=insertion,
        certain=command.certain,
        lock_missing=choice.solved and poetry_command(command.words) is not None,
        notes=tuple(notes),
        poetry=state.poetry,
    )


def _dependencies(command: Command, state: StageState) -> dict[str, bool]:
    """Return the PEP 725 names of what is installed, and whether that is certain."""
    installed = state.installed
    found = dict(installed.dependencies()) if installed else {}
    for dependency, certain in state.tools.items():
        sure = certain and _is_on_path(dependency, command, state)
        found[dependency] = found.get(dependency, False) or sure
    for variable, dependency in _COMPILERS:
        compiler = (state.setting(variable, command) or "").rpartition("/")[2].split(" ")[0]
        if "clang" in compiler and CLANG in found:
            found[dependency] = found[CLANG]
        elif compiler and installed and compiler in installed.there:
            found[dependency] = installed.there[compiler]
    if state.unknown_packages:
        found = {**dict.fromkeys(all_dependencies(), False), **found}
    return found


def _is_on_path(dependency: str, command: Command, state: StageState) -> bool:
    """Return whether a tool that has a folder of its own is found there."""
    path = command.values.get("PATH") or state.values.get("PATH") or ""
    return dependency != GO or GO in state.linked_tools or "go/bin" in path


def _versions(command: Command, state: StageState) -> dict[str, str]:
    """Return the versions of what is installed, where it has that of its release.

    What other tools install (rustup, pip) is as new as can be, and comes first on PATH.
    """
    found = state.image.versions if state.image else {}
    if state.installed and not state.other_sources:
        found |= state.installed.versions()
    chosen = {name for variable, name in _COMPILERS if state.setting(variable, command)}
    packaged = {name: each for name, each in found.items() if name not in {*state.tools, *chosen}}
    return packaged | state.tool_versions


def _headers(state: StageState) -> bool | None:
    """Return whether Python.h is installed, None for maybe."""
    headers = _known_headers(state)
    return (headers or None) if state.unknown_packages else headers


def _known_headers(state: StageState) -> bool | None:
    image = state.image
    if image is None or (image.own_python and state.python is None) or not state.python_packaged:
        return True
    distribution = image.distribution
    if state.installed is None or distribution is None:
        return False
    own = f"3.{distribution.python_minor}"
    minor = int((state.python or own).split(".")[1].rstrip("t"))
    return state.installed.headers(minor, own=state.python in {None, own})


def shown(command: Command) -> str:
    """Return the command in one line; what is not known is an ellipsis."""
    text = " ".join("…" if word is None else word.replace(UNKNOWN, "…") for word in command.words)
    return text if len(text) <= _MAX_WIDTH else f"{text[: _MAX_WIDTH - 1]}…"
