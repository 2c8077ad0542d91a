"""A stage as it is at its end: what it is based on, and what it installs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.installation import InsertionPoint, Installation
    from poetry_arch_check.dockerfile.shared_libraries import SharedLibraries
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.python import Python


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage: what it is based on, and where it installs.

    `name` is "" for a file with a single stage. `platform` is what FROM sets, None for the
    target's. `base` are the offsets of the image's name in the file, None if the stage has a
    `parent`. `unread` is what is not read and may install something, `others` are projects that
    are installed and are not the one to check. `managed` says that a package manager of the
    distribution is called. `copied` are the stages that it copies from.

    `environments` are what is installed there, or is copied to it; `installs_wheels` says that pip
    installs from a folder. If anything is copied, `libraries` are the shared ones that are there at
    the end. `interpreter` is its Python where that is known, `insertion` where packages can be
    added. `based_on` is the image's name.
    """

    name: str
    index: int
    line: int
    image: Image | None
    platform: str | None
    base: tuple[int, int] | None
    parent: int | None
    installations: tuple[Installation, ...]
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    managed: bool = False
    copied: frozenset[int] = frozenset()
    environments: tuple[Environment, ...] = ()
    installs_wheels: bool = False
    libraries: SharedLibraries | None = None
    interpreter: Python | None = None
    insertion: InsertionPoint | None = None
    based_on: str = ""

    @property
    def label(self) -> str:
        """Its name, else its number."""
        return self.name or str(self.index)
