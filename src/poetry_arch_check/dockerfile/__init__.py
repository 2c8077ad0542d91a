"""Dockerfiles: stages → images, toolchains, and what is installed where. Read, never built."""

from __future__ import annotations

from poetry_arch_check.dockerfile.build import Build
from poetry_arch_check.dockerfile.build_context import (
    NOT_FOUND,
    BuildContext,
    copied_from_context,
)
from poetry_arch_check.dockerfile.commands.choice import Choice
from poetry_arch_check.dockerfile.destinations import Destination
from poetry_arch_check.dockerfile.install_steps import InstallStep, install_steps_of
from poetry_arch_check.dockerfile.instructions import escape_character
from poetry_arch_check.dockerfile.shell.words import expanded

__all__ = [
    "NOT_FOUND",
    "Build",
    "BuildContext",
    "Choice",
    "Destination",
    "InstallStep",
    "copied_from_context",
    "escape_character",
    "expanded",
    "install_steps_of",
]
