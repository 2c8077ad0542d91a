"""Commands that call commands: `poetry up` of poetry-plugin-up calls `poetry update`, for one.

Such a caller may have written pyproject.toml before, and may ignore an exit code.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleo.commands.command import Command


class Calls:
    """The commands that run now, each called by the one before it."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._before: bytes | None = None
        self._stopped = 0

    def begin(self, command: Command) -> None:
        """Note that `command` begins, and what pyproject.toml has where it is the first."""
        if not self._names:
            self._before = _pyproject(command)
        self._names.append(str(command.name))

    def changed_by(self, command: Command) -> str:
        """Return the name of the first command where pyproject.toml has changed since it began."""
        if self._names[1:] and self._before is not None and _pyproject(command) != self._before:
            return self._names[0]
        return ""

    def end(self, command: Command, exit_code: int, *, stopped: bool) -> int:
        """Note that `command` ends, and return the exit code that it has to have.

        `stopped` says that a hook stopped it; then those that called it have not succeeded,
        either, whatever they say.
        """
        if stopped:
            self._stopped = exit_code
        exit_code = exit_code or self._stopped
        if self._names[-1:] == [command.name]:  # else Poetry refused it before it began
            self._names.pop()
        if not self._names:
            self._stopped = 0
        return exit_code


def _pyproject(command: Command) -> bytes | None:
    """Return the content of pyproject.toml, None for a command without a project."""
    from poetry.console.commands.env_command import EnvCommand  # noqa: PLC0415 - Poetry has it by now

    if isinstance(command, EnvCommand):
        with suppress(OSError):
            return command.poetry.file.path.read_bytes()
    return None
