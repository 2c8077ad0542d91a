"""Stand-ins where the rest of the plugin cannot be imported: a damaged or partial installation.

They say so, and end with exit code 2, as every check that fails: Poetry itself would end with 1,
which means that problems were found. They import nothing of the plugin.
"""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING, cast

from cleo.commands.command import Command
from cleo.events.console_events import COMMAND, TERMINATE
from cleo.formatters.formatter import Formatter

if TYPE_CHECKING:
    from cleo.events.console_command_event import ConsoleCommandEvent
    from cleo.events.console_terminate_event import ConsoleTerminateEvent
    from cleo.events.event import Event
    from cleo.events.event_dispatcher import EventDispatcher
    from cleo.io.io import IO

# As `errors.ArchCheckError.exit_code`: the check failed.
NOT_CHECKED = 2
HINT = (
    "hint: reinstall the plugin: poetry self add poetry-arch-check"
    " (poetry self show plugins lists what is installed)"
)
# As in hooks.listener.
COMMANDS = frozenset({"install", "sync", "add", "update", "remove", "lock"})


class UnavailableCommand(Command):
    """Stands in for a command that cannot be imported."""

    name = "arch-check"
    description = "Cannot start: poetry-arch-check is not installed completely."

    def __init__(self, error: Exception) -> None:
        """Take the place of the command whose import raised `error`, with any options."""
        super().__init__()
        self._error = error
        self.ignore_validation_errors()

    def handle(self) -> int:
        """Say what is wrong, and return the exit code."""
        _say(self.io, "cannot start", self._error)
        return NOT_CHECKED


class UnavailableHooks:
    """Stand in for hooks that cannot be imported: a warning, and with `abort` the end."""

    def __init__(self, dispatcher: EventDispatcher, error: Exception) -> None:
        """Take the place of the listener whose import raised `error`."""
        self._error = error
        self._stopped = False
        dispatcher.add_listener(COMMAND, self._on_command, -10)  # after Poetry's own
        dispatcher.add_listener(TERMINATE, self._on_terminate)

    def _on_command(self, event: Event, name: str, dispatcher: EventDispatcher) -> None:
        del name, dispatcher
        starting = cast("ConsoleCommandEvent", event)
        command = starting.command
        if command.name not in COMMANDS:
            return
        project = getattr(command, "poetry").pyproject.data  # noqa: B009 - Poetry's commands have it
        table = project.get("tool", {}).get("poetry-arch-check", {})
        variable = os.environ.get("POETRY_ARCH_CHECK", "").strip().lower()
        modes = [variable] if variable else [table.get(key) for key in ("on-install", "on-lock")]
        # What is no mode counts as `abort`, as in settings.modes.
        self._stopped = any(mode not in (None, "off", "warn") for mode in modes)
        if any(mode != "off" for mode in modes):
            _say(starting.io, "aborted" if self._stopped else "not checked", self._error)
        if self._stopped:
            starting.disable_command()

    def _on_terminate(self, event: Event, name: str, dispatcher: EventDispatcher) -> None:
        del name, dispatcher
        if self._stopped:
            cast("ConsoleTerminateEvent", event).set_exit_code(NOT_CHECKED)


def _say(io: IO, what: str, error: Exception) -> None:
    lines = traceback.format_exception(error) if io.is_debug() else []
    lines += [f"arch-check: {what}: {type(error).__name__}: {str(error)!a}", HINT]
    io.write_error_line(Formatter.escape("\n".join(lines)))
