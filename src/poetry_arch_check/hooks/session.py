"""What the hooks are told: by the variable, and by the configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.poetry_api.project import configuration
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.modes import VARIABLE, Mode
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from poetry.poetry import Poetry

    from poetry_arch_check.settings.config import Config


def settings(poetry: Poetry) -> Config:
    """Return the configuration; raises ConfigurationError for it or for the variable."""
    value = os.environ.get(VARIABLE, "").strip().lower()
    known = [mode.value for mode in Mode]
    if value and value not in known:
        raise ConfigurationError(
            f'{VARIABLE} must be one of {", ".join(known)}, not "{value}"'
            f"{did_you_mean(value, known)}"
        )
    return read_config(configuration(poetry))
