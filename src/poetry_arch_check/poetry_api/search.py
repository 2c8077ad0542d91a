"""Looks on this machine for what builds need: libraries, tools, and the versions of both."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from poetry_arch_check.poetry_api.programs import answer, first_of
from poetry_arch_check.toolchains.headers import headers_of
from poetry_arch_check.toolchains.inventory import Tool
from poetry_arch_check.toolchains.libraries import library
from poetry_arch_check.toolchains.toolchain import CXX, FORTRAN, GO, C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.libraries import Library
    from poetry_arch_check.toolchains.need import Need

# For one program, and for all that are asked: what has not answered by then is not known.
_SECONDS = 5
_ALL_SECONDS = 10
_VERSION = re.compile(r"\d+(?:\.\d+)+|\d+", re.ASCII)
# How to ask for a version other than by `--version`. Clang does not know GCC's option: what it
# makes of a version of GCC that is asked for is not known.
_QUESTIONS = {
    C: "-dumpfullversion",
    CXX: "-dumpfullversion",
    FORTRAN: "-dumpfullversion",
    GO: "version",
}
# Where pkg-config itself looks (Debian's, Fedora's, and what is installed by hand).
_PC_FOLDERS = (
    *("/usr/local/lib/pkgconfig", "/usr/local/lib64/pkgconfig", "/usr/local/share/pkgconfig"),
    *("/usr/lib/pkgconfig", "/usr/lib64/pkgconfig", "/usr/share/pkgconfig"),
)
_MAX_PC_FILE = 1 << 16
# Where compilers look by themselves; Debian's are below the name of the architecture, too.
_INCLUDE = ("/usr/local/include", "/usr/include")


def look_for(inventory: Inventory, needs: Iterable[Need]) -> Inventory:
    """Return `inventory` with what `needs` ask for, and with versions where they ask for some."""
    search = _Search(monotonic() + _ALL_SECONDS, inventory.include)
    tools = {tool.dependency: tool for tool in inventory.tools}
    looked_for = set(inventory.looked_for)
    for need in needs:
        dependency = need.dependency
        known = library(dependency)
        if dependency not in looked_for and known and search.can_tell(known):
            found = search.find(known)
            if found:
                tools[dependency] = found
            if (found or search.is_sure(known)) and not search.late:
                looked_for.add(dependency)
        tool = tools.get(dependency)
        if tool and need.versions and not tool.version:
            tools[dependency] = replace(tool, version=search.version(tool))
    return replace(inventory, tools=tuple(tools.values()), looked_for=frozenset(looked_for))


class _Search:
    """Asks programs and looks into folders, until it is late."""

    def __init__(self, until: float, include: Iterable[str]) -> None:
        self._until = until
        # Conda's headers lie beside the folder with Python's.
        beside = (str(Path(folder).parent) for folder in include)
        debian = _debian("/usr/include", "")
        self._include = tuple(dict.fromkeys((*include, *beside, *_INCLUDE, *debian)))
        self._pkg_config = first_of(("pkg-config", "pkgconf"))

    @property
    def late(self) -> bool:
        """Whether there is no time left."""
        return monotonic() > self._until

    def can_tell(self, known: Library) -> bool:
        """Return whether there is anything to look for."""
        headers = headers_of(known.dependency)
        return bool(known.programs or known.pkgconfig or headers)

    def is_sure(self, known: Library) -> bool:
        """Return whether what was not found is not there.

        The libraries of macOS and Windows come without programs and files of pkg-config.
        """
        return known.kind != "library" or sys.platform.startswith("linux")

    def find(self, known: Library) -> Tool | None:
        """Return where a library or tool is, with its version where that is at hand."""
        if path := first_of(known.programs):
            return Tool(dependency=known.dependency, path=path)
        for name in known.pkgconfig:
            if version := self._modversion(name):
                path = f"{self._pkg_config} {name}"
                return Tool(dependency=known.dependency, path=path, version=version)
            if self._pkg_config is None and (file := _pc_file(name)):
                return Tool(dependency=known.dependency, path=str(file), version=_stated(file))
        return self._header(known)

    def _header(self, known: Library) -> Tool | None:
        for header in headers_of(known.dependency):
            for folder in self._include:
                if (path := Path(folder) / header).exists():
                    return Tool(dependency=known.dependency, path=str(path))
        return None

    def version(self, tool: Tool) -> str:
        """Return the version of a program, "" where it does not tell."""
        question = _QUESTIONS.get(tool.dependency, "--version")
        found = _VERSION.search(self._answer([tool.path, question]) or "")
        return found[0] if found else ""

    def _modversion(self, name: str) -> str | None:
        if self._pkg_config is None:
            return None
        return self._answer([self._pkg_config, "--modversion", name])

    def _answer(self, command: list[str]) -> str | None:
        left = self._until - monotonic()
        return answer(command, min(_SECONDS, left)) if left > 0 else None


def _pc_file(name: str) -> Path | None:
    """Return the file that pkg-config would read, were it here."""
    for folder in _pc_folders():
        path = Path(folder) / f"{name}.pc"
        if path.is_file():
            return path
    return None


def _pc_folders() -> Iterator[str]:
    yield from filter(None, os.environ.get("PKG_CONFIG_PATH", "").split(os.pathsep))
    yield from _PC_FOLDERS
    yield from _debian("/usr/lib", "/pkgconfig")


def _debian(folder: str, below: str) -> Iterator[str]:
    """Yield Debian's folders, which have the name of an architecture: /usr/lib/x86_64-linux-gnu."""
    yield from map(str, sorted(Path(folder).glob(f"*-linux-*{below}")))


def _stated(file: Path) -> str:
    """Return the version that a file of pkg-config states, "" for none."""
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            text = stream.read(_MAX_PC_FILE)
    except OSError:
        return ""
    found = re.search(r"^Version:[ \t]*([\w.+-]+)", text, re.MULTILINE)
    return found[1] if found else ""
