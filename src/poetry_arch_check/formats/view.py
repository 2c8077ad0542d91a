"""How a report is to be looked at: what the place it is written to can show."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.formats.lines import WIDTH

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage


class Paint(Enum):
    """Terminal styles by meaning; the value is the SGR parameter."""

    GOOD = "32"
    BAD = "31;1"
    UNSURE = "33"
    STRONG = "1"
    FAINT = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`verbose` asks for everything, `colour` says that the output is a terminal, `width` columns.

    `lock_path` is how the reader of annotations finds the lock from the repository's root.
    `suggests` says that other versions have been asked for, `compares` that images or Pythons have
    to be compared. `options` are those of this run that another command has to be given again.
    """

    verbose: bool = False
    colour: bool = False
    width: int = WIDTH
    lock_path: str = "poetry.lock"
    suggests: bool = False
    compares: bool = False
    options: tuple[str, ...] = ()

    @property
    def pyproject(self) -> str:
        """The path of pyproject.toml, beside the lock."""
        folder, slash, _ = self.lock_path.rpartition("/")
        return f"{folder}{slash}pyproject.toml"

    def beside(self, path: str) -> str:
        """Return the path from the repository's root of a file of the project."""
        folder, slash, _ = self.lock_path.rpartition("/")
        return posixpath.normpath(f"{folder}{slash}{path}")

    def place(self, package: LockedPackage) -> tuple[str, int]:
        """Return the file and the line where `package` stands."""
        if package.source is Source.PROJECT:
            return self.pyproject, 1
        return self.lock_path, package.line

    def paint(self, text: str, paint: Paint) -> str:
        """Return `text` in a style where there is colour."""
        return f"\x1b[{paint.value}m{text}\x1b[0m" if self.colour and text else text
