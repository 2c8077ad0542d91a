"""What a build script learns about paths and files, by `os.path` and `pathlib`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import chain
from pathlib import PurePosixPath
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.script.values import UNKNOWN, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_EXISTENCE = frozenset({"os.path.exists", "os.path.isfile", "os.path.isdir"})
_PATH_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "os.path.dirname": dirname,
    "os.path.basename": basename,
    "os.path.join": join,
    # To the directory of the script, in which it runs.
    "os.path.relpath": normpath,
    **dict.fromkeys(("os.path.abspath", "os.path.realpath", "os.path.normpath"), str),
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath"), PurePosixPath),
}
# Patterns are compared with every path; no real script has as many.
_MOST_PATTERNS = 20


class Files:
    """The files beside a build script, by path; a build runs in the script's directory.

    `complete` is False once the script may have made others: it unpacks archives.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self.complete = True
        self._files = names
        self._folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
        self._patterns = 0

    def call(self, function: str, arguments: list[Any]) -> Any:
        """Return what a function returns (`os.path.join`), UNKNOWN if it is not about paths."""
        if function in _PATH_FUNCTIONS:
            return bounded(_PATH_FUNCTIONS[function](*arguments))
        if function in _EXISTENCE:
            return self._exists(arguments[0])
        if function == "os.listdir" and len(arguments) == 1:
            return self._listed(arguments[0])
        return UNKNOWN

    def method(self, path: PurePosixPath, name: str, arguments: list[Any]) -> Any:
        """Return what a method of `pathlib.Path` returns."""
        match name, arguments:
            case "resolve" | "absolute", []:
                return path
            case "exists" | "is_file" | "is_dir", []:
                return self._exists(path)
            case "iterdir", []:
                found = self._listed(path)
                return found if found is UNKNOWN else tuple(path / name for name in found)
            case "glob" | "rglob", [str(pattern)]:
                below = "**/" if name == "rglob" else ""
                found = self.matching(f"{path}/{below}{pattern}", recursive=True)
                return found if found is UNKNOWN else tuple(map(PurePosixPath, found))
            case _:
                return UNKNOWN

    def matching(self, pattern: Any, *, recursive: bool) -> Any:
        """Return the files that a pattern matches (`glob.glob`), UNKNOWN where there is none.

        A step before may make them. `recursive` says that `**` stands for directories.
        """
        self._patterns += 1
        if self._patterns > _MOST_PATTERNS or not isinstance(pattern, str):
            return UNKNOWN
        head, *tail = normpath(pattern).split("/**/" if recursive else "\0")
        if head.startswith("**/") and recursive:
            head, tail = "", [head[3:], *tail]
        if tail[1:] or head.startswith(("/", "..", "~")):
            return UNKNOWN
        found = sorted(self._matching(head, *tail))
        return bounded(tuple(found)) if found else UNKNOWN

    def _matching(self, head: str, tail: str | None = None) -> Iterator[str]:
        """Yield the files below directories that match `head`, with `tail` at their end."""
        first = head.split("/") if head else []
        last = [] if tail is None else tail.split("/")
        patterns = [*first, *last]
        for name in self._files:
            parts = name.split("/")
            if len(parts) < len(patterns) or (tail is None and len(parts) != len(patterns)):
                continue
            compared = chain(parts[: len(first)], parts[len(parts) - len(last) :])
            if all(map(fnmatchcase, compared, patterns)):
                yield name

    def _listed(self, path: Any) -> Any:
        """Return the names in a directory (`os.listdir`), UNKNOWN where others may be made."""
        folder = normpath(str(path))
        if folder not in self._folders or not self.complete:
            return UNKNOWN
        depth = 0 if folder == "." else len(folder) + 1
        inside = self._files if folder == "." else self._below(folder)
        return bounded(tuple(sorted({name[depth:].partition("/")[0] for name in inside})))

    def _below(self, folder: str) -> Iterator[str]:
        return (name for name in self._files if name.startswith(f"{folder}/"))

    def _exists(self, path: Any) -> Any:
        """Return whether there is such a file; UNKNOWN for paths outside of the directory."""
        name = normpath(str(path))
        if name.startswith(("/", "..", "~")):
            return UNKNOWN
        return (
            name in self._files
            or name in self._folders
            or (UNKNOWN if not self.complete else False)
        )
