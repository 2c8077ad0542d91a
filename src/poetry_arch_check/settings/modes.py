"""What a hook does with problems, and who says so. Imported while Poetry starts: light."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A mode, and the setting that says so: the variable, or a key of the configuration.

    `changed_by` is the command that has changed pyproject.toml before it called the one that is
    checked, "" where there is none.
    """

    mode: Mode
    by: str
    changed_by: str = ""

    @property
    def stops(self) -> bool:
        """Whether a problem stops Poetry."""
        return self.mode is Mode.ABORT


def decide(hook: str, table: object, environ: Mapping[str, str]) -> Decision:
    """Return what `hook` does: by the variable, else by `[tool.poetry-arch-check]`.

    An unknown mode counts as ABORT: it is not the default that was meant, and the check itself
    will say what is wrong. The same holds for a misspelt key.
    """
    if value := environ.get(VARIABLE, "").strip():
        return Decision(mode=_mode(value.lower()), by=VARIABLE)
    modes = [
        _mode(value)
        for key, value in (table.items() if isinstance(table, dict) else ())
        if str(key).lower().replace("_", "-") == hook
    ]
    return Decision(mode=modes[-1] if modes else Mode.WARN, by=hook)


def _mode(value: object) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        return Mode.ABORT
