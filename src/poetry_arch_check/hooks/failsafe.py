"""Runs a hook so that its failure has the effect that its mode says, and no other."""

from __future__ import annotations

import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cleo.formatters.formatter import Formatter

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleo.io.io import IO

    from poetry_arch_check.settings.modes import Decision

HERE = Path(__file__)
# As `ArchCheckError.exit_code`: the check could not be made.
NOT_CHECKED = 2


def failsafe(hook: Callable[[], int], io: IO, decision: Decision) -> int:
    """Return the exit code that `hook` returns, 0 to go on.

    A project's plugin that is no longer required is removed by Poetry while it runs; it
    is ignored then. The hooks handle their own failures. This handles what fails before they
    can, such as a damaged plugin; so it imports nothing of the plugin.
    """
    if not HERE.exists():
        return 0
    try:
        return hook()
    except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what it costs
        failed = "aborted: the check failed" if decision.stops else "not checked"
        text = f"arch-check: {failed}: {type(error).__name__}: {str(error)!a}"
        trace = traceback.format_exception(error) if io.is_debug() else []
        with suppress(OSError):
            io.write_error_line(Formatter.escape("\n".join([text, *trace])))
        return NOT_CHECKED if decision.stops else 0
