"""What pip installs on a stage, and the wheels that are built there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.archives import is_built_from_project
from poetry_arch_check.dockerfile.commands.choice import MAIN, Choice
from poetry_arch_check.dockerfile.commands.poetry import of_export, poetry_command
from poetry_arch_check.dockerfile.file_sources import Built, OfContext, Wheels
from poetry_arch_check.dockerfile.installation import install, shown, where
from poetry_arch_check.dockerfile.projects import project_in
from poetry_arch_check.dockerfile.shell.printed import path_of
from poetry_arch_check.dockerfile.wheels import wheels_in

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.builders import WheelBuild
    from poetry_arch_check.dockerfile.commands.choice import Export
    from poetry_arch_check.dockerfile.commands.pip import PathInstall, PipInstall
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.stage_state import StageState


def run_pip(pip: PipInstall, command: Command, state: StageState) -> None:
    """Change `state` as a command of pip does, which installs or builds wheels."""
    for link in pip.links:
        _have_wheels(link, command, state)
    if pip.unread:
        state.note_unread_install(shown(command), command)
    for file in pip.files:
        if (export := _export_in(file, command, state)) is None:
            state.note_unread_install(f"{file}, which nothing here exports", command)
            continue
        choice = replace(
            export.choice,
            no_binary=pip.no_binary or state.setting("PIP_NO_BINARY", command),
            only_binary=pip.only_binary or state.setting("PIP_ONLY_BINARY", command),
        )
        install(choice, command, state)
        if pip.output is not None:
            state.files.add(where(pip.output, command), Wheels(choice=choice))
    for path in pip.paths:
        _have_wheels(path.path, command, state)
        taken = _of_path(path, pip, command, state)
        if taken is not None:
            install(taken, command, state)
        if taken is not None and pip.output is not None:
            output = where(pip.output, command)
            state.files.add(output, Wheels(choice=replace(taken, solved=False)))
            state.files.add(output, Built())


def _of_path(
    path: PathInstall, pip: PipInstall, command: Command, state: StageState
) -> Choice | None:
    """Return what installing a path takes of the lock, None for nothing."""
    absolute = path_of(path.path, command.values)
    if path.is_archive:
        good = absolute is not None and _is_archive_of_project(absolute, state)
        wheels = absolute is not None and wheels_in(absolute, state.files)
        if not good and not wheels:
            state.note_unread_install(shown(command), command)
        if not good or not pip.dependencies:
            return None
    else:
        project = project_in(absolute, state.files) if absolute else None
        if project is not None and project.other:
            state.note_other(project.other, command)
            return None
        folder = path_of(".", command.values)
        if project is None and absolute != folder and path.path.rstrip("/") not in {"", "."}:
            state.note_unread_install(shown(command), command)
            return None
    return Choice(
        only=MAIN,
        extras=path.extras,
        all_extras=path.all_extras,
        solved=True,
        root=path.root and not path.is_archive,
        dependencies=pip.dependencies,
        no_binary=pip.no_binary,
        only_binary=pip.only_binary,
    )


def _is_archive_of_project(path: str, state: StageState) -> bool:
    match state.files.find(path):
        case Built():
            return True
        case OfContext(path=origin):
            return is_built_from_project(origin, state.files.context)
        case _:
            return False


def _have_wheels(path: str, command: Command, state: StageState) -> None:
    """Have the wheels of a folder: what is locked and lies there is not built again."""
    folder = path_of(path, command.values)
    found = wheels_in(folder, state.files) if folder else ()
    if found:
        state.budget.spend(len(state.previous))
        state.previous = tuple(dict.fromkeys((*state.previous, *found)))


def _export_in(file: str, command: Command, state: StageState) -> Export | None:
    """Return the export that is in a file of requirements, or is piped into the command."""
    if file in {"-", "/dev/stdin"} and command.before is not None:
        before = poetry_command(command.before.words)
        if before and before[0] == "export":
            return of_export(before[1], ())
    return state.exports.find(file)


def build_wheel(build: WheelBuild, command: Command, state: StageState) -> None:
    """Build a wheel with another tool than Poetry."""
    folder = path_of(build.project, command.values)
    project = project_in(folder, state.files) if folder else None
    if project is None or not project.other:
        state.files.add(where(build.output, command), Built())
