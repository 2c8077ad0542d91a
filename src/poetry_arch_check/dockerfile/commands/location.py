"""Where commands of Poetry and pip put what they install."""

from __future__ import annotations

from posixpath import join
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.pip import pip_line
from poetry_arch_check.dockerfile.commands.poetry import poetry_command
from poetry_arch_check.dockerfile.environments import Layout
from poetry_arch_check.dockerfile.shell.command_line import read
from poetry_arch_check.dockerfile.shell.printed import path_of

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.stage_state import StageState

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_POETRY_VALUED = frozenset({"--python", "-p"})
# Images whose interpreter is not below /usr/local, where Debian's pip installs as well.
_PREFIXES = {
    "public.ecr.aws/lambda/python": "/var/lang",
    "amazon/aws-lambda-python": "/var/lang",
    "public.ecr.aws/sam/build-python": "/var/lang",
}


def location_of(command: Command, state: StageState) -> tuple[str | None, Layout]:
    """Return where a command that installs puts the packages, None where that is not known."""
    if called := poetry_command(command.words):
        name, rest = called
        if name == "bundle":
            words = read(rest, _POETRY_VALUED).words
            return (path_of(words[-1], command.values) if words else None), Layout.ENVIRONMENT
        return _of_poetry(command, state), Layout.ENVIRONMENT
    line = pip_line(command.words)
    if line is None or _has_own_environments(command):
        return None, Layout.ENVIRONMENT
    if line.words[:1] == ("wheel",):
        folder = next(iter(line.values("--wheel-dir", "-w")), ".")
        return path_of(folder, command.values), Layout.WHEELS
    targets = line.values("--target", "-t") or (state.setting("PIP_TARGET", command),)
    if targets[0]:
        return path_of(targets[0], command.values), Layout.FOLDER
    prefixes = line.values("--prefix", "--root") or (state.setting("PIP_PREFIX", command),)
    if prefixes[0]:
        return path_of(prefixes[0], command.values), Layout.ENVIRONMENT
    if "--user" in line.names or (state.setting("PIP_USER", command) or "").lower() in _TRUE:
        home = state.setting("HOME", command) or ("/root" if state.is_root else None)
        base = state.setting("PYTHONUSERBASE", command)
        return base or (join(home, ".local") if home else None), Layout.ENVIRONMENT
    pythons = line.values("--python", "-p") if "uv" in command.words[0:1] else ()
    for program in (*pythons, command.words[0] or ""):
        if "/bin/" in program:
            return program.partition("/bin/")[0] or "/", Layout.ENVIRONMENT
    return _active(command, state) or _system(state), Layout.ENVIRONMENT


def _of_poetry(command: Command, state: StageState) -> str | None:
    """Return the environment that Poetry installs into: the active one comes first.

    Where it is to create none, it takes that of its own interpreter, which PATH may have.
    """
    if active := _activated(command, state):
        return active
    if _is(state.setting("POETRY_VIRTUALENVS_CREATE", command), _FALSE):
        return _active(command, state) or _system(state)
    if _is(state.setting("POETRY_VIRTUALENVS_IN_PROJECT", command), _TRUE):
        return path_of(".venv", command.values)
    if path := state.setting("POETRY_VIRTUALENVS_PATH", command):
        return path_of(path, command.values)
    return None


def _has_own_environments(command: Command) -> bool:
    """Return whether a command gives each program an environment: pipx, and `uv tool`."""
    return command.name == "pipx" or command.words[1:2] == ("tool",)


def _is(value: str | None, words: frozenset[str]) -> bool:
    return value is not None and value.lower() in words


def activated_by(command: Command) -> str | None:
    """Return the virtual environment that `. /venv/bin/activate` activates."""
    if command.name in {".", "source"} and len(command.words) > 1:
        folder, found, _ = (command.words[1] or "").partition("/bin/activate")
        return folder if found else None
    return None


def _activated(command: Command, state: StageState) -> str | None:
    active = state.setting("VIRTUAL_ENV", command) or state.activated
    return path_of(active, command.values) if active else None


def _active(command: Command, state: StageState) -> str | None:
    """Return the virtual environment that is active: it is activated, or PATH has it."""
    if active := _activated(command, state):
        return active
    first = (command.values.get("PATH") or state.values.get("PATH") or "").partition(":")[0]
    folder, _, name = first.rpartition("/")
    return folder if name == "bin" and "venv" in folder and "\0" not in folder else None


def _system(state: StageState) -> str | None:
    """Return where the interpreter of the image has its packages, None for another one."""
    if state.image is None or (state.python is not None and not state.python_packaged):
        return None
    reference = state.image.reference
    prefixes = (prefix for name, prefix in _PREFIXES.items() if reference.startswith(name))
    return next(prefixes, "/usr/local")
