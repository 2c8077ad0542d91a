"""What is kept of an archive's members: their paths, and the files that a build reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from posixpath import normpath

from poetry_arch_check.inspection.archive.limits import check_path_length
from poetry_arch_check.inspection.c_sources.reader import CReader
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.tree import (
    MAX_FURTHER,
    MAX_TEXT,
    MAX_TEXTS,
    Tree,
    is_build_file,
    is_built,
    is_read,
    is_read_further,
    rooted,
)

# Members are below one directory: `name-version/setup.py`.
_ROOT = 1
# Paths that have their normal form already, but for a `/` at the end.
_NORMAL = re.compile(r"[^/\\:.][^\\:]*")


class Collection:
    """The members of an archive, as they are come by."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._texts: dict[str, bytes] = {}
        self._links: set[str] = set()
        self._c_reader = CReader()
        self._size = 0
        self._further = 0

    def add_file(self, name: str) -> None:
        """Note a file."""
        self._names.add(name)

    def add_link(self, name: str) -> None:
        """Note a link."""
        self._links.add(name)

    def wants(self, name: str, size: int) -> bool:
        """Return whether the content of a file is to be kept.

        Raises TreeError for a file that a build reads and that is too large to be kept.
        """
        read = is_read(name, root=_ROOT)
        fits = self._size + size <= MAX_TEXTS if read else self._further + size <= MAX_FURTHER
        if size <= MAX_TEXT and fits:
            return read or is_read_further(name, root=_ROOT)
        if is_build_file(name, root=_ROOT):
            file = name.rpartition("/")[2]
            raise TreeError(
                f"limit exceeded: its {file} has more than {MAX_TEXT >> 10} KiB"
                if size > MAX_TEXT
                else f"limit exceeded: its build files have more than {MAX_TEXTS >> 20} MiB"
            )
        return False

    def keep(self, name: str, content: bytes) -> None:
        """Keep the content of a file."""
        self._texts[name] = content
        if is_read(name, root=_ROOT):
            self._size += len(content)
        else:
            self._further += len(content)

    def wants_c(self, name: str) -> int:
        """Return how many bytes to read of a C, C++ or Cython file, 0 for others."""
        return self._c_reader.wants(name) if is_built(name) else 0

    def read_c(self, name: str, content: bytes) -> None:
        """Note what a C, C++ or Cython file says of the build."""
        self._c_reader.read(name, content)

    def tree(self) -> Tree:
        """Return the source tree; raises TreeError if there are no files."""
        if not self._names:
            raise TreeError("the archive contains no files")
        return rooted(self._names, self._texts, self._links, self._c_reader.sources)


def path_inside(name: str) -> str:
    """Return a member's path in its normal form; raises TreeError if it leads outside."""
    check_path_length(name)
    if _NORMAL.fullmatch(name) and "/." not in name and "//" not in name:
        return name.rstrip("/")
    path = normpath(name.replace("\\", "/"))
    if path.startswith(("/", "../")) or path == ".." or PureWindowsPath(path).drive:
        raise TreeError("it contains a path that leads outside of the archive")
    return path


def check_link(name: str, target: str, *, relative: bool) -> None:
    """Raise TreeError for a link that leads outside; `relative` to the link, else to the root."""
    parent = str(PurePosixPath(name).parent) if relative else "."
    path_inside(f"{parent}/{target}" if not target.startswith("/") else target)
