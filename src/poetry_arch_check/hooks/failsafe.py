"""What goes wrong in a hook costs what its mode says, and Poetry nothing else."""

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

    A project's plugin that is not required any more is removed by Poetry while it runs; it
    has no say then. The hooks catch what goes wrong in them. This is for what goes wrong
    before they can, such as a damaged plugin; so it takes nothing of the plugin to say so.
    """
    if not HERE.exists():
        return 0
    try:
        return hook()
    except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what it costs
        stopped = "stopped, " if decision.stops else ""
        text = f"arch-check: {stopped}not checked: {type(error).__name__}: {str(error)!a}"
        trace = traceback.format_exception(error) if io.is_debug() else []
        with suppress(OSError):
            io.write_error_line(Formatter.escape("\n".join([text, *trace])))
        return NOT_CHECKED if decision.stops else 0
