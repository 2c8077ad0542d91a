"""Where installed packages are on a stage, and where a COPY takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from posixpath import join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.installation import Installation

# Paths that contain an environment, where it is not known where Poetry puts it.
_ENVIRONMENT = re.compile(
    r"(?:^|/)\.?(?:[\w-]*venvs?|virtualenvs?|pypoetry|pysetup|(?:site|dist)-packages)(?:/|$)"
    r"|(?:^|/)\.(?:local(?:/lib)?|cache)$"
)
# What of an environment contains its packages: all of `lib`, or the folder itself.
_PACKAGES = re.compile(r"lib(?:64)?(?:/python3?[^/]*(?:/(?:site|dist)-packages)?)?")


class Layout(Enum):
    """What installed packages are laid out for.

    An ENVIRONMENT (a virtual environment, a prefix, an interpreter's own) belongs to one minor
    version of Python, by the names of its folders. Any Python that is told so reads a FOLDER
    (`pip install --target`), and pip WHEELS.
    """

    ENVIRONMENT = "environment"
    FOLDER = "folder"
    WHEELS = "wheels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A COPY that brings something: its line, its offset in the file, and who the user is."""

    line: int
    offset: int
    user: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Environment:
    """What `installation` has installed: at `path`, None where that is not known.

    `movable` says that its Python is not the image's, and may be copied as well. `copied` is what
    has brought it from one stage to another, up to this one.
    """

    installation: Installation
    path: str | None
    layout: Layout
    movable: bool = False
    copied: tuple[Arrival, ...] = ()

    @property
    def is_wheels(self) -> bool:
        """Whether pip has to install it where it is."""
        return self.layout is Layout.WHEELS

    def is_at(self, other: Environment) -> bool:
        """Return whether it is the same at the same place as `other`."""
        same = self.installation is other.installation and self.layout is other.layout
        return same and self.path == other.path

    def copy(self, source: str, target: str, arrival: Arrival) -> Environment | None:
        """Return what `COPY source target` brings of it to another stage, None for nothing."""
        if self.path is None:
            if source != "/" and not _ENVIRONMENT.search(source):
                return None
            return replace(self, copied=(*self.copied, arrival))
        source = normpath(source)
        name, _, pattern = source.rpartition("/")
        if self.layout is not Layout.ENVIRONMENT and "*" in pattern and name == self.path:
            source = name
        # The directory is that of the sources, whatever that is called here.
        alike = self.path.endswith("/.venv") and source.endswith("/.venv")
        if source == self.path or alike:
            return replace(self, path=target, copied=(*self.copied, arrival))
        within = self.path.removeprefix(source.rstrip("/") + "/")
        if within != self.path:
            return replace(self, path=join(target, within), copied=(*self.copied, arrival))
        part = source.removeprefix(self.path.rstrip("/") + "/")
        if part == source or self.layout is not Layout.ENVIRONMENT or not _PACKAGES.fullmatch(part):
            return None
        if target.endswith(f"/{part}"):
            path = target.removesuffix(f"/{part}")
            return replace(self, path=path, copied=(*self.copied, arrival))
        # Its packages are elsewhere then: for a Python that is told so.
        folder = Layout.FOLDER if part.endswith("-packages") else self.layout
        return replace(self, path=target, layout=folder, copied=(*self.copied, arrival))
