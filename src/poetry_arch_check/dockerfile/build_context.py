"""The folder that an image is built from, which COPY takes files from: its build context."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.instructions import instructions
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable

_URL = re.compile(r"[a-z+]+://|git@")
PYPROJECT = "pyproject.toml"
LOCK = "poetry.lock"


def _nothing(_: str) -> None:
    return None


def _no_files(_: str) -> tuple[str, ...]:
    return ()


def _no_folder(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildContext:
    """A build context; paths are relative to it, with `/`, "" is all of it.

    `project` is the folder of the project that is checked, None outside of the context, and `name`
    what that project is called. `text` returns the text of a file, None if there is none or it
    cannot be read; `matching` the files and folders that a pattern matches; `is_folder` tells
    whether a path is a folder. Where it is not `found`, all of these are unknown, and what is
    called as the project's files are is taken for them.
    """

    found: bool = True
    project: str | None = ""
    name: str = ""
    text: Callable[[str], str | None] = _nothing
    matching: Callable[[str], tuple[str, ...]] = _no_files
    is_folder: Callable[[str], bool] = _no_folder

    def has(self, path: str) -> bool:
        """Return whether there is a file or a folder."""
        return bool(self.matching(path))

    def is_project(self, path: str) -> bool:
        """Return whether a file, which is called as one of the project's, is the project's own."""
        return not self.found or posixpath.dirname(path) == self.project


NOT_FOUND = BuildContext(found=False, project="")


def context_path(path: str) -> str:
    """Return a path as COPY takes it: it cannot leave the context."""
    return posixpath.normpath(posixpath.join("/", path)).lstrip("/")


def copied_from_context(text: str, path: str) -> tuple[str, ...]:
    """Return what the Dockerfile `text` copies from its context, as far as that is known.

    `path` is the file's name.
    """
    try:
        found = instructions(text, path)
    except DockerfileError:
        return ()
    sources = (
        source
        for each in found
        if each.keyword in {"COPY", "ADD"} and each.flag("from") is None
        for source in each.arguments[:-1]
    )
    return tuple(
        dict.fromkeys(
            context_path(source)
            for source in sources
            if "$" not in source and "<<" not in source and not _URL.match(source)
        )
    )
