"""The three sources that a target is put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Context, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The configuration, the command line, and what the machine and the project say."""

    config: Config
    request: Request
    context: Context
