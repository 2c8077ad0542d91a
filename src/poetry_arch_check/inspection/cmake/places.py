"""Where the files are that a CMake project names: those of its tree."""

from __future__ import annotations

from functools import cached_property
from posixpath import join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.tree import Tree

# Stands for the root of the tree in paths.
ROOT = "@"


class Places:
    """The files of a tree, by the paths that commands have; `modules` are where modules are."""

    def __init__(self, tree: Tree) -> None:
        self.modules: list[str] = []
        self._names = tree.names
        self._texts = {path for path in tree.texts if path.endswith((".txt", ".cmake"))}

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(parent for path in self._names for parent in _parents(path))

    def exists(self, path: str) -> bool:
        """Return whether there is a file or a directory."""
        inside = self.inside(path, "")
        return inside is not None and (inside in self._names or inside in self._folders)

    def inside(self, path: str, folder: str) -> str | None:
        """Return a path in the tree, None for one that is outside."""
        if path.startswith(ROOT):
            path = path.removeprefix(f"{ROOT}/").removeprefix(ROOT).lstrip("/")
        elif path.startswith("/"):
            return None
        else:
            path = join(folder, path)
        found = normpath(path)
        return None if found.startswith("..") else ("" if found == "." else found)

    def directory(self, path: str, folder: str) -> str:
        """Return a directory that has a CMakeLists.txt, "" if it has none."""
        inside = self.inside(path, folder)
        return inside if inside and f"{inside}/CMakeLists.txt" in self._texts else ""

    def finder(self, package: str) -> str:
        """Return the project's own module that finds a package, "" if there is none."""
        return self._first((f"{each}/Find{package}.cmake" for each in self.modules), "")

    def included(self, path: str, folder: str) -> str:
        """Return the file that `include()` reads, "" if it is none of the project."""
        if path.endswith(".cmake"):
            return self._first((path,), folder)
        # A module: of the project, else one of CMake's.
        modules = (*self.modules, f"{ROOT}/cmake")
        return self._first((f"{module}/{path}.cmake" for module in modules), folder)

    def _first(self, paths: Iterable[str], folder: str) -> str:
        found = (self.inside(each, folder) for each in paths)
        return next((each for each in found if each in self._texts), None) or ""


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
