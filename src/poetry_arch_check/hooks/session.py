"""One check inside Poetry: its settings, its mode, and what happens where it cannot be made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError, ConfigurationError
from poetry_arch_check.output.console import (
    describe_error,
    escaped_log_records,
    progress,
    write_block,
    write_error,
)
from poetry_arch_check.pipeline.setup import Setup, rules_of
from poetry_arch_check.poetry_api.context import context_of
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.poetry_api.time_limits import HOOK_SECONDS, TimeBudget
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.modes import VARIABLE, Mode
from poetry_arch_check.sources.inspector import Inspector
from poetry_arch_check.strings import did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry.console.commands.installer_command import InstallerCommand

    from poetry_arch_check.check.report import TargetReport
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.modes import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a hook's check.

    `text` is what to tell the user, "" for nothing; `problems` says that `abort` stops for it;
    `failure` is why the check is not complete.
    """

    text: str = ""
    problems: bool = False
    failure: ArchCheckError | None = None


class Session:
    """A hook's check of one command: the project, and how the mode treats the result."""

    def __init__(self, command: InstallerCommand, decision: Decision, reported: set[str]) -> None:
        """Take Poetry's command; `reported` are the failures that were reported already."""
        self.command = command
        self.decision = decision
        self.project = Project(command.poetry)
        self.coloured = command.io.error_output.is_decorated()
        self._io = command.io
        self._reported = reported

    def run(self, check: Callable[[Progress], Result]) -> int:
        """Check and report; return the exit code, 0 to go on."""
        try:
            with (
                escaped_log_records(),
                progress(self._io, "arch-check: inspecting sdists") as moved,
            ):
                result = check(moved)
            if result.text:
                write_block(self._io, result.text)
            if result.problems and self.decision.stops:
                return 1
            return self._report_failure(result.failure) if result.failure else 0
        except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what follows
            return self._report_failure(error)

    def config(self) -> Config:
        """Return the configuration; raises ConfigurationError for it or for the variable."""
        value = os.environ.get(VARIABLE, "").strip().lower()
        known = [mode.value for mode in Mode]
        if value and value not in known:
            raise ConfigurationError(
                f'{VARIABLE} must be one of {", ".join(known)}, not "{value}"'
                f"{did_you_mean(value, known)}"
            )
        return read_config(self.project.table)

    def setup(self, config: Config, progress: Progress) -> Setup:
        """Return what the checks of this command share."""
        return Setup(
            project=self.project,
            context=context_of(self.project, self.command.env),
            rules=rules_of(config),
            inspector=Inspector(self.project, budget=TimeBudget(HOOK_SECONDS), progress=progress),
        )

    def _report_failure(self, error: Exception) -> int:
        """Write why the check cannot be made, in one line; return the exit code, 0 to go on.

        If the check itself fails, `abort` stops. What was reported before is not repeated.
        """
        problems, hint = describe_error(self._io, error)
        text = f"{problems[0]}; {hint}" if hint else problems[0]
        if more := len(problems) - 1:
            text = f"{problems[0]} (and {more} more: `poetry arch-check` tells all)"
        if self.decision.stops:
            skip = f"({VARIABLE}=off skips it)"
            write_error(self._io, f"arch-check: aborted: the check failed: {text} {skip}")
            return ArchCheckError.exit_code
        if text not in self._reported:
            write_error(self._io, f"arch-check: not checked: {text}")
        self._reported.add(text)
        return 0


def incomplete(*targets: TargetReport) -> ArchCheckError | None:
    """Return why the reports are not complete, None where they are."""
    blocked = tuple(dict.fromkeys(target.blocked for target in targets if target.blocked))
    unknown = sorted({f.package.name for target in targets for f in target.unknown})
    if unknown:
        blocked += (f"the lock does not say enough of {shortened(unknown)}",)
    return ArchCheckError(*blocked, hint="`poetry arch-check` tells more") if blocked else None
