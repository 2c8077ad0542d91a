"""Sdists that fail whatever the toolchain: with current build tools, or on a Python."""

from __future__ import annotations

from poetry_arch_check.inspection.breakage.breakage import Breakage

__all__ = ["Breakage"]
