"""Unified diffs that `git apply` takes."""

from __future__ import annotations

import difflib
import re
from pathlib import PurePosixPath, PureWindowsPath


def unified_diff(before: str, after: str, path: str) -> str:
    """Return the change of the file at `path` for `git apply` in `folder_of(path)`."""
    _, name = _split(path)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    )


def folder_of(path: str) -> str:
    """Return from where the file at `path` can be named without `..`: "" for the project itself.

    git applies nothing outside of the folder that it is called in.
    """
    return _split(path)[0]


def _split(path: str) -> tuple[str, str]:
    if PureWindowsPath(path).drive or path.startswith("/"):
        absolute = PureWindowsPath(path) if PureWindowsPath(path).drive else PurePosixPath(path)
        return absolute.parent.as_posix(), absolute.name
    parts = [part for part in path.replace("\\", "/").split("/") if part not in {"", "."}]
    up = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    return "/".join(parts[:up]), "/".join(parts[up:])


def _lines(text: str) -> list[str]:
    """Split at what ends a line for git, and at nothing else."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
