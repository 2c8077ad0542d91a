"""What a command changes on a stage: packages, tools, Python, exported files, installations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.choice import MAIN, Choice
from poetry_arch_check.dockerfile.commands.location import activated_by, location_of
from poetry_arch_check.dockerfile.commands.packages import Action, package_change
from poetry_arch_check.dockerfile.commands.pip import installs_wheels, of_pip
from poetry_arch_check.dockerfile.commands.poetry import of_export, of_install, poetry_command
from poetry_arch_check.dockerfile.commands.poetry_version import installed_poetry
from poetry_arch_check.dockerfile.commands.sources import adds_source
from poetry_arch_check.dockerfile.commands.tools import (
    installed_tools,
    packaged_python,
    python_of,
    used_python,
)
from poetry_arch_check.dockerfile.commands.unread import unread_script
from poetry_arch_check.dockerfile.environments import Environment
from poetry_arch_check.dockerfile.installation import InsertionPoint, installation_of
from poetry_arch_check.dockerfile.shell.budget import LimitError
from poetry_arch_check.dockerfile.shell.command_line import read
from poetry_arch_check.toolchains.installed import Installed
from poetry_arch_check.toolchains.package_managers.registry import BY_COMMAND

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.choice import Export
    from poetry_arch_check.dockerfile.commands.packages import Change
    from poetry_arch_check.dockerfile.commands.pip import PipInstall
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.dockerfile.stage import StageState

_MAX_INSTALLATIONS = 50
_SETTINGS = {
    "installer.no-binary": "POETRY_INSTALLER_NO_BINARY",
    "installer.only-binary": "POETRY_INSTALLER_ONLY_BINARY",
    "virtualenvs.create": "POETRY_VIRTUALENVS_CREATE",
    "virtualenvs.in-project": "POETRY_VIRTUALENVS_IN_PROJECT",
    "virtualenvs.path": "POETRY_VIRTUALENVS_PATH",
}


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
    if command.name == "apt-mark" and state.installed:
        verb, *packages = read(command.words[1:]).arguments or ("",)
        state.installed.mark(verb or "", filter(None, packages))
    for dependency in installed_tools(command):
        state.tools[dependency] = state.tools.get(dependency, False) or command.certain
    if found := python_of(command):
        state.python, state.python_packaged = found, False
    state.activated = activated_by(command) or state.activated
    state.installs_wheels = state.installs_wheels or installs_wheels(command.words)
    if called := poetry_command(command.words):
        _poetry(*called, command, state)
    elif pip := of_pip(command.words):
        _pip(pip, command, state)
    elif script := unread_script(command):
        state.note_unread(script, command)


# --- packages of the distribution ---


def _change_packages(change: Change, command: Command, state: StageState) -> None:
    own = state.image.distribution if state.image else None
    installed = state.installed
    if installed is None or installed.manager is not change.manager:
        if own is not None and own.manager.family != change.manager.family:
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


# --- Poetry ---


def _poetry(name: str, rest: tuple[Value, ...], command: Command, state: StageState) -> None:
    match name:
        case "install" | "sync":
            if choice := of_install(rest):
                _install(_with_policies(choice, command, state), command, state)
        case "bundle":
            choice = of_export(rest, ()).choice
            if not {"--only", "--with"}.intersection(word or "" for word in rest):
                choice = of_install(rest) or choice
            choice = _with_policies(replace(choice, root=True), command, state)
            _install(choice, command, state)
        case "export":
            state.exports.add(of_export(rest, command.outputs))
        case "build":
            state.built.add("")
        case "config":
            _configure([word or "" for word in rest if not (word or "").startswith("-")], state)
        case "env" if version := used_python(rest):
            state.python = version
        case "run" if rest:
            apply_command(replace(command, words=rest, written=()), state)
        case "add" | "update" | "lock":
            state.note(
                f"`poetry {name}` changes the lock within the image;"
                " the changed lock is not checked.",
                command,
            )


def _configure(words: list[str], state: StageState) -> None:
    for key, variable in _SETTINGS.items():
        if words[:1] == [key] and len(words) > 1:
            state.values[variable] = ",".join(words[1:])


def _with_policies(choice: Choice, command: Command, state: StageState) -> Choice:
    return replace(
        choice,
        no_binary=state.setting("POETRY_INSTALLER_NO_BINARY", command),
        only_binary=state.setting("POETRY_INSTALLER_ONLY_BINARY", command),
    )


# --- pip ---


def _pip(pip: PipInstall, command: Command, state: StageState) -> None:
    for file in pip.files:
        if (export := _export_in(file, command, state)) is None:
            state.note_unread(f"{file}, which nothing here exports", command)
            continue
        choice = replace(
            export.choice,
            no_binary=pip.no_binary or state.setting("PIP_NO_BINARY", command),
            only_binary=pip.only_binary or state.setting("PIP_ONLY_BINARY", command),
        )
        _install(choice, command, state)
    if pip.wheels and any(each.is_wheels and each.copied for each in state.environments):
        # They have all been built, and chosen, in another stage.
        return
    in_place = state.workdir and state.workdir in pip.packages
    if pip.project or in_place or (pip.wheels and state.built):
        choice = Choice(
            only=MAIN,
            extras=pip.extras,
            solved=True,
            root=pip.project,
            no_binary=pip.no_binary,
            only_binary=pip.only_binary,
        )
        _install(choice, command, state)


def _export_in(file: str, command: Command, state: StageState) -> Export | None:
    """Return the export that is in a file of requirements, or is piped into the command."""
    if file in {"-", "/dev/stdin"} and command.before is not None:
        before = poetry_command(command.before.words)
        if before and before[0] == "export":
            return of_export(before[1], ())
    return state.exports.find(file)


def _install(choice: Choice, command: Command, state: StageState) -> None:
    if len(state.installations) >= _MAX_INSTALLATIONS:
        raise LimitError(
            f"limit exceeded: more than {_MAX_INSTALLATIONS} installations", command.start
        )
    installation = installation_of(choice, command, state)
    state.installations.append(installation)
    path, layout = location_of(command, state)
    movable = state.python is not None and not state.python_packaged
    state.environments.append(
        Environment(installation=installation, path=path, layout=layout, movable=movable)
    )
