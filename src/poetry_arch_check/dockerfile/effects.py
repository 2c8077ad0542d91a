"""What a command changes on a stage: packages, tools, Python, files, installations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.by_pip import build_wheel, run_pip
from poetry_arch_check.dockerfile.by_poetry import run_poetry
from poetry_arch_check.dockerfile.commands.builders import wheel_build
from poetry_arch_check.dockerfile.commands.fetched import (
    fetched_tool,
    installs_built,
    libraries_in,
)
from poetry_arch_check.dockerfile.commands.file_changes import change_files
from poetry_arch_check.dockerfile.commands.location import activated_by
from poetry_arch_check.dockerfile.commands.packages import Action, package_change
from poetry_arch_check.dockerfile.commands.pip import installs_wheels, of_pip
from poetry_arch_check.dockerfile.commands.poetry import poetry_command
from poetry_arch_check.dockerfile.commands.poetry_version import installed_poetry
from poetry_arch_check.dockerfile.commands.sources import adds_source
from poetry_arch_check.dockerfile.commands.tools import (
    installed_tools,
    is_rustup,
    packaged_python,
    python_of,
    rust_toolchain,
)
from poetry_arch_check.dockerfile.commands.unread import unread_script
from poetry_arch_check.dockerfile.installation import InsertionPoint
from poetry_arch_check.dockerfile.missing_manager import note_missing
from poetry_arch_check.dockerfile.shell.command_line import read
from poetry_arch_check.toolchains.installed import Installed
from poetry_arch_check.toolchains.package_managers.registry import BY_COMMAND
from poetry_arch_check.toolchains.toolchain import GO

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.packages import Change
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.stage_state import StageState


# What builds a library from the sources that have been fetched.
_BUILDING = frozenset({"configure", "config", "Configure", "autogen.sh", "bootstrap", "make"})


def apply_command(command: Command, state: StageState) -> None:
    """Change `state` as `command` changes the image."""
    if not command.words:
        return
    state.other_sources = state.other_sources or adds_source(command)
    state.managed = state.managed or command.name in BY_COMMAND
    if (poetry := installed_poetry(command)) is not None:
        state.poetry = poetry
    if change := package_change(command.words):
        _change_packages(change, command, state)
        return
    state.exports.follow(command)
    change_files(command, state.line_of(command), state.files)
    if command.name == "apt-mark" and state.installed:
        verb, *packages = read(command.words[1:]).arguments or ("",)
        state.installed.mark(verb or "", filter(None, packages))
    for dependency in installed_tools(command):
        version = rust_toolchain(command) if is_rustup(command) else ""
        state.have_tool(dependency, version, certain=command.certain)
    building = _fetch(command, state)
    if found := python_of(command):
        state.python, state.python_packaged = found, False
    state.activated = activated_by(command) or state.activated
    state.installs_wheels = state.installs_wheels or installs_wheels(command.words)
    if called := poetry_command(command.words):
        name, rest = called
        if name == "run" and rest:
            apply_command(replace(command, words=rest, written=()), state)
        else:
            run_poetry(name, rest, command, state)
    elif pip := of_pip(command.words):
        run_pip(pip, command, state)
    elif build := wheel_build(command.words):
        build_wheel(build, command, state)
    elif not building and (script := unread_script(command)):
        state.note_unread(script, command)


def _fetch(command: Command, state: StageState) -> bool:
    """Have the tools and the libraries that are fetched; return whether one is being built."""
    if found := fetched_tool(command.words):
        state.have_tool(*found, certain=command.certain)
    state.fetched |= libraries_in(command.words)
    building = bool(state.fetched) and command.name in _BUILDING
    if state.fetched and installs_built(command):
        for dependency in state.fetched:
            state.have_tool(dependency, certain=command.certain)
        state.fetched = frozenset()
    if command.name == "ln" and any("go/bin/" in (word or "") for word in command.words):
        state.linked_tools |= {GO}
    return building


# --- packages of the distribution ---


def _change_packages(change: Change, command: Command, state: StageState) -> None:
    own = state.image.distribution if state.image else None
    installed = state.installed
    if installed is None or installed.manager is not change.manager:
        if own is not None and own.manager.family != change.manager.family:
            note_missing(change.manager, command, state)
            return
        installed = installed or Installed(manager=change.manager, distribution=own)
        state.installed = installed
    if change.unknown:
        state.unknown_packages = True
        state.note_unread("packages whose names are not known", command)
    if change.action is Action.REMOVE:
        if change.packages:
            # What is added there, or earlier, may be removed along with them.
            state.insertion = state.insertion_offset = None
        state.budget.spend(3 * installed.size)
        installed.remove(change.packages, certain=command.certain, automatic=change.automatic)
        return
    installed.add(
        change.packages,
        certain=command.certain,
        recommends=change.recommends,
        group=change.group,
    )
    fixed = state.image is not None and state.image.own_python
    if not fixed and (version := packaged_python(change.packages)):
        state.python, state.python_packaged = version, True
    if point := _insertion_point(change, command, state):
        state.insertion = point


def _insertion_point(change: Change, command: Command, state: StageState) -> InsertionPoint | None:
    """Return where packages can be added to `command`, None if they cannot.

    Nothing is added to a group of apk's, which is usually removed again.
    """
    packages = [word for word in command.written if not word.raw.startswith("-")][2:]
    if not command.certain or not packages or change.group:
        return None
    last = packages[-1]
    if command.words[-1] != last.raw:
        return None
    line = state.source.rfind("\n", 0, last.start) + 1
    lead = state.source[line : last.start]
    return InsertionPoint(
        manager=change.manager,
        offset=last.end,
        indent=lead if not lead.strip() and len(packages) > 1 else None,
    )
