"""Registers the command and the hooks, and nothing else: imported on every call of Poetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.plugins.application_plugin import ApplicationPlugin

if TYPE_CHECKING:
    from cleo.commands.command import Command
    from cleo.events.event_dispatcher import EventDispatcher
    from poetry.console.application import Application


class ArchCheckPlugin(ApplicationPlugin):
    """The entry point that Poetry activates."""

    def activate(self, application: Application) -> None:
        """Make `poetry arch-check` known, and listen to Poetry's own commands."""
        application.command_loader.register_factory("arch-check", _command)
        if application.event_dispatcher is not None:
            _listen(application.event_dispatcher)


def _command() -> Command:
    try:
        from poetry_arch_check.command import ArchCheckCommand  # noqa: PLC0415 - only when it is run

        return ArchCheckCommand()
    except Exception as error:  # noqa: BLE001 - a damaged installation fails in any way
        from poetry_arch_check.unavailable import UnavailableCommand  # noqa: PLC0415 - only then

        return UnavailableCommand(error)


def _listen(dispatcher: EventDispatcher) -> None:
    try:
        from poetry_arch_check.hooks.listener import HookListener  # noqa: PLC0415 - may be damaged

        HookListener(dispatcher)
    except Exception as error:  # noqa: BLE001 - as above
        from poetry_arch_check.unavailable import UnavailableHooks  # noqa: PLC0415 - only then

        UnavailableHooks(dispatcher, error)
