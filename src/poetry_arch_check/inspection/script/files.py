"""What a build script learns about paths and files, by `os.path` and `pathlib`."""

from __future__ import annotations

from pathlib import PurePosixPath
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.script.values import UNKNOWN, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EXISTENCE = frozenset({"os.path.exists", "os.path.isfile", "os.path.isdir"})
_PATH_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "os.path.dirname": dirname,
    "os.path.basename": basename,
    "os.path.join": join,
    **dict.fromkeys(("os.path.abspath", "os.path.realpath", "os.path.normpath"), str),
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath"), PurePosixPath),
}


class Files:
    """The files beside a build script, by path; a build runs in the script's directory."""

    def __init__(self, names: frozenset[str]) -> None:
        self._files = names
        self._folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}

    def call(self, function: str, arguments: list[Any]) -> Any:
        """Return what a function returns (`os.path.join`), UNKNOWN if it is not about paths."""
        if function in _PATH_FUNCTIONS:
            return bounded(_PATH_FUNCTIONS[function](*arguments))
        if function in _EXISTENCE:
            return self._exists(arguments[0])
        return UNKNOWN

    def method(self, path: PurePosixPath, name: str) -> Any:
        """Return what a method of `pathlib.Path` without arguments returns."""
        match name:
            case "resolve" | "absolute":
                return path
            case "exists" | "is_file" | "is_dir":
                return self._exists(path)
            case _:
                return UNKNOWN

    def _exists(self, path: Any) -> Any:
        """Return whether there is such a file; UNKNOWN for paths outside of the directory."""
        name = normpath(str(path))
        if name.startswith(("/", "..", "~")):
            return UNKNOWN
        return name in self._files or name in self._folders
