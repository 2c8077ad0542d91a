"""Registers the command and the hooks, and nothing else: imported on every call of Poetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.plugins.application_plugin import ApplicationPlugin

from poetry_arch_check.hooks.listener import HookListener

if TYPE_CHECKING:
    from poetry.console.application import Application
    from poetry.console.commands.command import Command


def _command() -> Command:
    from poetry_arch_check.command import ArchCheckCommand  # noqa: PLC0415 - only when it is run

    return ArchCheckCommand()


class ArchCheckPlugin(ApplicationPlugin):
    """The entry point that Poetry activates."""

    def activate(self, application: Application) -> None:
        """Make `poetry arch-check` known, and listen to Poetry's own commands."""
        application.command_loader.register_factory("arch-check", _command)
        if application.event_dispatcher is not None:
            HookListener(application.event_dispatcher)
