"""What a hook does with problems, and who says so. Imported while Poetry starts: light."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "POETRY_ARCH_CHECK"
ON_INSTALL = "on-install"
ON_LOCK = "on-lock"


class Mode(Enum):
    """What a hook does with problems."""

    OFF = "off"
    WARN = "warn"
    ABORT = "abort"


def mode_of(hook: str, table: object, environ: Mapping[str, str]) -> Mode:
    """Return the mode of `hook`: the variable's, else that of `[tool.poetry-arch-check]`.

    What is no mode counts as ABORT: whoever wrote it wanted something else than the default,
    and the check itself will say what is wrong.
    """
    value: object = environ.get(VARIABLE)
    if not value:
        value = table.get(hook, Mode.WARN.value) if isinstance(table, dict) else Mode.WARN.value
    try:
        return Mode(value)
    except ValueError:
        return Mode.ABORT
