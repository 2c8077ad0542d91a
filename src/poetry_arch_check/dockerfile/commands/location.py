"""Where commands of Poetry and pip put what they install."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.pip import pip_line
from poetry_arch_check.dockerfile.commands.poetry import poetry_command
from poetry_arch_check.dockerfile.environments import Layout
from poetry_arch_check.dockerfile.shell.command_line import read

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.stage import StageState

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
            return (_path(words[-1], state) if words else None), Layout.ENVIRONMENT
        return _of_poetry(command, state), Layout.ENVIRONMENT
    line = pip_line(command.words)
    if line is None:
        return None, Layout.ENVIRONMENT
    if line.words[:1] == ("wheel",):
        folder = next(iter(line.values("--wheel-dir", "-w")), ".")
        return _path(folder, state), Layout.WHEELS
    targets = line.values("--target", "-t") or (state.setting("PIP_TARGET", command),)
    if targets[0]:
        return _path(targets[0], state), Layout.FOLDER
    prefixes = line.values("--prefix", "--root") or (state.setting("PIP_PREFIX", command),)
    if prefixes[0]:
        return _path(prefixes[0], state), Layout.ENVIRONMENT
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
        return _path(".venv", state)
    if path := state.setting("POETRY_VIRTUALENVS_PATH", command):
        return _path(path, state)
    return None


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
    return _path(active, state) if active else None


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


def _path(path: str, state: StageState) -> str | None:
    if path.startswith("~"):
        path = f"/root{path[1:]}" if state.is_root else ""
    if not path or "\0" in path:
        return None
    return normpath(join(state.workdir or "/", path))
