"""What goes wrong in a hook costs what its mode says, and Poetry nothing else."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from cleo.formatters.formatter import Formatter

from poetry_arch_check.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleo.io.io import IO

# As `ArchCheckError.exit_code`: the check could not be made.
NOT_CHECKED = 2


def shielded(hook: Callable[[], int], io: IO, mode: Mode) -> int:
    """Return the exit code that `hook` returns, 0 to go on.

    The hooks catch what goes wrong in them. This is for what goes wrong before they can,
    such as a plugin that is damaged; so it takes nothing of the plugin to say so.
    """
    try:
        return hook()
    except Exception as error:  # noqa: BLE001 - whatever it is, the mode says what it costs
        stop = mode is Mode.ABORT
        text = f"arch-check: {'stopped, ' if stop else ''}not checked: {type(error).__name__}: "
        io.write_error_line(Formatter.escape(text + ascii(str(error))))
        if io.is_debug():
            trace = "".join(traceback.format_exception(error))
            io.write_error_line(Formatter.escape(trace))
        return NOT_CHECKED if stop else 0
