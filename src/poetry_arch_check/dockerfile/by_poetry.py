"""What commands of Poetry install, export, build and configure on a stage."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.build_context import LOCK, PYPROJECT
from poetry_arch_check.dockerfile.commands.poetry import (
    directory_of,
    of_export,
    of_install,
    output_of,
)
from poetry_arch_check.dockerfile.commands.tools import used_python
from poetry_arch_check.dockerfile.file_sources import Built, Resolved, Settings, Written
from poetry_arch_check.dockerfile.installation import install, where
from poetry_arch_check.dockerfile.placement import configuration
from poetry_arch_check.dockerfile.projects import project_at
from poetry_arch_check.dockerfile.shell.command_line import read
from poetry_arch_check.dockerfile.shell.printed import path_of
from poetry_arch_check.dockerfile.shell.words import known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.projects import InstalledProject
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.dockerfile.stage_state import StageState

# Settings that a variable of the environment can have as well.
_SETTINGS = {
    "installer.no-binary": "POETRY_INSTALLER_NO_BINARY",
    "installer.only-binary": "POETRY_INSTALLER_ONLY_BINARY",
    "virtualenvs.create": "POETRY_VIRTUALENVS_CREATE",
    "virtualenvs.in-project": "POETRY_VIRTUALENVS_IN_PROJECT",
    "virtualenvs.path": "POETRY_VIRTUALENVS_PATH",
}


def run_poetry(name: str, rest: tuple[Value, ...], command: Command, state: StageState) -> None:
    """Change `state` as Poetry's command `name` does, with the words `rest` behind it."""
    folder = directory_of(rest) or "."
    project = project_at(path_of(folder, command.values), state.files)
    if project.other and name in {"install", "sync", "bundle", "export", "build", "update"}:
        state.note_other(project.other, command)
        return
    match name:
        case "install" | "sync":
            if choice := of_install(rest):
                choice = _with_policies(choice, command, state)
                _install_with_poetry(choice, project, command, state)
        case "bundle":
            choice = of_export(rest, ()).choice
            if not {"--only", "--with"}.intersection(word or "" for word in rest):
                choice = of_install(rest) or choice
            choice = _with_policies(replace(choice, root=True), command, state)
            _install_with_poetry(choice, project, command, state)
        case "export":
            state.exports.add(of_export(rest, command.outputs))
        case "build":
            output = output_of(rest)
            folder = posixpath.join(project.folder, output) if project.folder else ""
            state.files.add(folder if output == "dist" else where(output, command), Built())
        case "config":
            _configure([word or "" for word in rest if not (word or "").startswith("-")], state)
        case "env" if version := used_python(rest):
            state.python = version
        case "init" | "new" | "lock":
            _write_project(name, rest, project, command, state)
    if name in {"add", "update", "lock"} and not project.other:
        state.note(
            f"`poetry {name}` changes the lock within the image; the changed lock is not checked.",
            command,
        )


def _install_with_poetry(
    choice: Choice, project: InstalledProject, command: Command, state: StageState
) -> None:
    """Install; where the lock is not there, Poetry resolves all versions anew, and writes it."""
    missing = project.locked is False and project.folder is not None
    solved = missing or bool(project.resolved)
    install(replace(choice, solved=solved), command, state, resolved=project.resolved)
    if missing and project.folder and command.certain:
        resolved = Resolved(where=state.location(command))
        state.files.add(posixpath.join(project.folder, LOCK), resolved)


def _write_project(
    name: str,
    rest: tuple[Value, ...],
    project: InstalledProject,
    command: Command,
    state: StageState,
) -> None:
    """Have the files that `poetry init`, `new` and `lock` write."""
    written = Written(line=state.line_of(command))
    folder = known(command.values.get("PWD")) or "/"
    if name == "lock":
        state.files.add(posixpath.join(project.folder or folder, LOCK), written)
        return
    where = next(iter(read(rest).words), ".") if name == "new" else "."
    if path := path_of(where, command.values):
        state.files.add(posixpath.join(path, PYPROJECT), written)


def _configure(words: list[str], state: StageState) -> None:
    for key, variable in _SETTINGS.items():
        if words[:1] == [key] and len(words) > 1:
            state.values[variable] = ",".join(words[1:])
    held = ((name, state.values.get(name)) for name in _SETTINGS.values())
    values = tuple((name, value) for name, value in held if value)
    state.files.add(configuration(state), Settings(values=values))


def _with_policies(choice: Choice, command: Command, state: StageState) -> Choice:
    return replace(
        choice,
        no_binary=state.setting("POETRY_INSTALLER_NO_BINARY", command),
        only_binary=state.setting("POETRY_INSTALLER_ONLY_BINARY", command),
    )
