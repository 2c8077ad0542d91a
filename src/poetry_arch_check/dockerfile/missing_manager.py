"""Package managers that an image does not have: a RUN that calls one stops the build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.words import UNKNOWN

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.stage_state import StageState
    from poetry_arch_check.toolchains.package_managers.manager import Manager

# An instruction, over continued lines and the comments and empty lines between them.
_INSTRUCTION = re.compile(r"(?:[\\`]\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*|[^\n])*")
# What is longer is not looked at.
_MAX_LENGTH = 2000
# Beside `&&`: what lets an instruction go on behind a command that fails.
_GOES_ON = frozenset(";|&!<")
_PROGRAMS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def note_missing(manager: Manager, command: Command, state: StageState) -> None:
    """Note that `command` calls a `manager` of another distribution, where it surely fails."""
    image = state.image
    if image is None or not image.complete or not command.certain or not command.written:
        return
    if _stops_build(command, state) and not _may_have_come(manager, state):
        called = f"{image.reference} has no {manager.command}"
        state.note(f"{called}: building the image fails there.", command)


def _stops_build(command: Command, state: StageState) -> bool:
    """Return whether the instruction, which is nothing but commands and `&&`, fails with it."""
    state.budget.spend(_MAX_LENGTH // 8)
    limit = state.start + _MAX_LENGTH
    found = _INSTRUCTION.match(state.source, state.start, limit)
    if found is None or found.end() >= limit or command.start >= found.end():
        return False
    return _GOES_ON.isdisjoint(found[0].replace("&&", ""))


def _may_have_come(manager: Manager, state: StageState) -> bool:
    """Return whether a package, a file or something that is not read may have brought it."""
    if state.unread or state.unknown_packages:
        return True
    names = {manager.command, *manager.aliases, manager.family}
    installed = state.installed.there if state.installed else {}
    state.budget.spend(len(installed))
    if any(package.partition("-")[0] in names for package in installed):
        return True
    path = (state.values.get("PATH") or "").split(":")
    folders = (*_PROGRAMS, *(each for each in path if each.startswith("/") and UNKNOWN not in each))
    called = (manager.command, *manager.aliases)
    return any(state.files.find(f"{each}/{name}") for each in folders for name in called)
