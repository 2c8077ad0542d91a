"""Unified diffs that `git apply` takes."""

from __future__ import annotations

import difflib
import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, TypeAlias

from poetry_arch_check.strings import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

# What difflib.SequenceMatcher tells of lines: what is to be done, and from where to where.
_Opcode: TypeAlias = "tuple[str, int, int, int, int]"


def unified_diff(before: str, after: str, path: str) -> str:
    """Return the change of the file at `path` for `git apply` in `folder_of(path)`.

    Reports mask credentials: lines with some are left out of what stands around a change, as far
    as git finds the place without them.
    """
    _, name = _split(path)
    old, new = _lines(before), _lines(after)
    lines: list[str] = []
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes():
        lines += _hunk(_trimmed(group, old), old, new)
    named = [f"--- a/{name}\n", f"+++ b/{name}\n"] if lines else []
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in (*named, *lines)
    )


def _trimmed(group: list[_Opcode], old: list[str]) -> list[_Opcode]:
    """Return a group of changes without the context beyond lines with credentials.

    A line behind the changes has to stay: without one, git looks at the end of the file.
    """
    tag, start, end, new_start, new_end = group[0]
    if tag == "equal":
        kept = next((n for n in range(end, start, -1) if _is_secret(old[n - 1])), start)
        group[0] = tag, kept, end, new_start + kept - start, new_end
    tag, start, end, new_start, new_end = group[-1]
    if tag == "equal":
        kept = next((n for n in range(start, end) if _is_secret(old[n])), end)
        if kept > start:
            group[-1] = tag, start, kept, new_start, new_end - (end - kept)
    return group


def _is_secret(line: str) -> bool:
    return line != without_credentials(line)


def _hunk(group: list[_Opcode], old: list[str], new: list[str]) -> Iterator[str]:
    (_, start, _, new_start, _), (_, _, end, _, new_end) = group[0], group[-1]
    yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n"
    for tag, start, end, new_start, new_end in group:
        if tag == "equal":
            yield from (f" {line}" for line in old[start:end])
        else:
            yield from (f"-{line}" for line in old[start:end])
            yield from (f"+{line}" for line in new[new_start:new_end])


def _range(start: int, end: int) -> str:
    """Return a range of lines as difflib and diff(1) do: an empty one begins at the line before."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


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
