"""COPY and ADD → what lies where on a stage."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.build_context import context_path
from poetry_arch_check.dockerfile.file_sources import UNKNOWN, Written
from poetry_arch_check.dockerfile.shell.words import expanded, known
from poetry_arch_check.dockerfile.taken_files import take, take_from_context

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.files import Files
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.dockerfile.stage_state import StageState

_URL = re.compile(r"[a-z+]+://|git@")
# What ADD unpacks.
_ARCHIVE = re.compile(r"\.(?:tar|tgz|tbz2?|txz|tar\.\w+)$")
_CONFIGURATION = "config.toml"


def place(instruction: Instruction, state: StageState, origin: Files | None) -> None:
    """Put what a COPY or an ADD brings among the files of `state`.

    `origin` are the files of the stage that it comes from, None for the build's context, and for
    an image where the instruction names one.
    """
    *sources, target = instruction.arguments
    written = known(expanded(target, state.values, budget=state.budget))
    folder = absolute(target, state)
    if folder is None or written is None:
        # It lies somewhere.
        state.files.add("/", UNKNOWN)
        return
    is_folder = written.endswith(("/", ".")) or len(sources) > 1
    heredocs = iter(instruction.heredocs)
    for source in sources:
        state.budget.spend(len(sources))
        if source.startswith("<<"):
            heredoc = next(heredocs, None)
            text = heredoc.text if heredoc else None
            name = source.lstrip("<-").strip("\"'") if is_folder else ""
            goes = posixpath.join(folder, name)
            state.files.add(goes, Written(line=instruction.line, text=text))
            continue
        path = known(expanded(source, state.values, budget=state.budget))
        if path is None or _is_unpacked(path, instruction) or _URL.match(path):
            state.files.add(folder, UNKNOWN)
        elif instruction.flag("from") is None:
            origin_path = context_path(path)
            kept = instruction.flag("parents") is not None
            goes = posixpath.join(folder, posixpath.dirname(origin_path)) if kept else folder
            take_from_context(origin_path, goes, state.files, folder=is_folder or kept)
        elif origin is None:
            state.files.add(folder, UNKNOWN)
        else:
            goes = f"{folder}/" if is_folder else folder
            take(posixpath.normpath(posixpath.join("/", path)), origin, goes, state.files)


def _is_unpacked(path: str, instruction: Instruction) -> bool:
    return instruction.keyword == "ADD" and bool(_ARCHIVE.search(path))


def absolute(path: str, state: StageState) -> str | None:
    """Return a path of an instruction, in the stage's working directory; None if unknown."""
    found = known(expanded(path, state.values, budget=state.budget))
    folder = known(state.workdir or "/")
    if found is None or (folder is None and not found.startswith("/")):
        return None
    return posixpath.normpath(posixpath.join("/", folder or "/", found))


def configuration(state: StageState) -> str:
    """Return the path of Poetry's configuration on a stage (`poetry.locations.CONFIG_DIR`)."""
    own = "/root" if state.is_root else f"/home/{state.user.partition(':')[0]}"
    home = known(state.values.get("HOME")) or own
    folder = known(state.values.get("POETRY_CONFIG_DIR")) or f"{home}/.config/pypoetry"
    return posixpath.join(folder, _CONFIGURATION)
