"""The hooks inside Poetry: before packages are installed, before the lock is written.

Imported on every call of Poetry: what checks is imported when there is something to check.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from cleo.events.console_events import COMMAND, ERROR, TERMINATE

from poetry_arch_check.hooks.calls import Calls
from poetry_arch_check.hooks.failsafe import failsafe
from poetry_arch_check.settings.modes import ON_INSTALL, ON_LOCK, Decision, Mode, decide

if TYPE_CHECKING:
    from cleo.events.console_command_event import ConsoleCommandEvent
    from cleo.events.console_error_event import ConsoleErrorEvent
    from cleo.events.console_terminate_event import ConsoleTerminateEvent
    from cleo.events.event import Event
    from cleo.events.event_dispatcher import EventDispatcher
    from cleo.io.io import IO
    from poetry.console.commands.installer_command import InstallerCommand
    from poetry.installation.executor import Executor
    from poetry.installation.operations.operation import Operation

    from poetry_arch_check.hooks.lock import LockHook

# Of a project; `poetry self …` has names of its own, as it has an environment of its own.
COMMANDS = frozenset({"install", "sync", "add", "update", "remove", "lock"})
# Poetry's own listeners, at 0, set the environment and the installer first.
AFTER_POETRY = -10


class HookListener:
    """Listens to Poetry's commands."""

    def __init__(self, dispatcher: EventDispatcher) -> None:
        self._lock: LockHook | None = None
        self._executor: Executor | None = None
        self._reported: set[str] = set()
        self._exit_code = 0
        self._calls = Calls()
        dispatcher.add_listener(COMMAND, self._on_command, AFTER_POETRY)
        dispatcher.add_listener(ERROR, self._on_error)
        dispatcher.add_listener(TERMINATE, self._on_terminate)

    def _on_command(self, event: Event, name: str, dispatcher: EventDispatcher) -> None:
        """Put the hooks where the command will come by."""
        del name, dispatcher
        starting = cast("ConsoleCommandEvent", event)
        self._calls.begin(starting.command)
        if starting.command.name not in COMMANDS:
            return
        command = cast("InstallerCommand", starting.command)
        table = command.poetry.pyproject.data.get("tool", {}).get("poetry-arch-check", {})
        changed_by = self._calls.changed_by(command)
        on_install, on_lock = (
            replace(decide(hook, table, os.environ), changed_by=changed_by)
            for hook in (ON_INSTALL, ON_LOCK)
        )

        def place() -> int:
            # Without a configuration there are no targets to check a lock for.
            if table and on_lock.mode is not Mode.OFF:
                from poetry_arch_check.hooks.lock import LockHook  # noqa: PLC0415 - see above

                self._lock = LockHook(command, on_lock, self._reported)
            if self._lock or on_install.mode is not Mode.OFF:
                self._before_execution(command, starting.io, on_install, on_lock)
            return 0

        strictest = on_install if on_install.stops else on_lock
        self._exit_code = failsafe(place, starting.io, strictest)
        if self._exit_code:
            starting.disable_command()

    def _before_execution(
        self, command: InstallerCommand, io: IO, on_install: Decision, on_lock: Decision
    ) -> None:
        """Have the installer's executor ask the hooks first.

        `Executor.execute` is the one place where the operations are known and nothing has
        been downloaded, built or written; where it does not return 0, Poetry writes neither
        the lock nor pyproject.toml.
        """
        self._executor = executor = command.installer.executor
        execute = executor.execute

        def guarded(operations: list[Operation]) -> int:
            executed = [op for op in operations if not op.skipped and op.job_type != "uninstall"]

            def lock() -> int:
                return self._lock.preview() if self._lock else 0

            def install() -> int:
                if not executed or on_install.mode is Mode.OFF:
                    return 0
                from poetry_arch_check.hooks.install import check_operations  # noqa: PLC0415 - see above

                return check_operations(command, executed, on_install, self._reported)

            self._exit_code = failsafe(lock, io, on_lock) or failsafe(install, io, on_install)
            return self._exit_code or execute(operations)

        setattr(executor, "execute", guarded)  # noqa: B010 - of this instance, for this command

    def _on_error(self, event: Event, name: str, dispatcher: EventDispatcher) -> None:
        """Take the lock hook's stop for an ending, not for an error of Poetry's."""
        del name, dispatcher
        error = cast("ConsoleErrorEvent", event)
        if self._lock and self._lock.stopped(error.error):
            error.set_exit_code(0)  # which makes cleo forget the error

    def _on_terminate(self, event: Event, name: str, dispatcher: EventDispatcher) -> None:
        """Give the command the exit code of a hook that has stopped it outside of Poetry's way."""
        del name, dispatcher
        ending = cast("ConsoleTerminateEvent", event)
        if self._lock:
            self._lock.end(succeeded=ending.exit_code == 0)
            self._exit_code = self._exit_code or self._lock.exit_code
        code = self._exit_code or ending.exit_code
        stopped = bool(self._exit_code)
        ending.set_exit_code(self._calls.end(ending.command, code, stopped=stopped))
        if self._executor:
            vars(self._executor).pop("execute", None)
        self._lock, self._executor, self._exit_code = None, None, 0
        self._reported.clear()
