"""Dockerfiles: stages → images, toolchains, and what is installed where. Read, never built."""

from __future__ import annotations

from poetry_arch_check.dockerfile.choices import Choice
from poetry_arch_check.dockerfile.instructions import escape_character
from poetry_arch_check.dockerfile.sites import Site, sites
from poetry_arch_check.dockerfile.stages import Build
from poetry_arch_check.dockerfile.words import expanded

__all__ = ["Build", "Choice", "Site", "escape_character", "expanded", "sites"]
