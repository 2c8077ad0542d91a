"""A locked package, as far as `poetry.lock` and Poetry's policies tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Unreadable, Wheel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.tags import Tag

    from poetry_arch_check.check.artifacts import Artifact, Sdist
    from poetry_arch_check.platforms.tags import Support


class Source(Enum):
    """Where Poetry takes a package from; the value is the `source.type` of the lock.

    PROJECT is the project itself, which is in no lock.
    """

    INDEX = "index"
    URL = "url"
    FILE = "file"
    DIRECTORY = "directory"
    GIT = "git"
    PROJECT = "project"

    @property
    def is_tree(self) -> bool:
        """Whether there is no file to choose: Poetry builds from a source tree."""
        match self:
            case Source.DIRECTORY | Source.GIT | Source.PROJECT:
                return True
            case _:
                return False


@dataclass(frozen=True, kw_only=True)
class LockedPackage:
    """One `[[package]]` of the lock with the files that Poetry may choose from.

    `wheels_allowed` and `sdists_allowed` are the verdict of `installer.no-binary` and
    `installer.only-binary`. `direct` says that the project itself requires it.
    Without slots, because its wheels are gathered once, and what is chosen is remembered.
    """

    name: str
    version: str
    line: int
    source: Source = Source.INDEX
    artifacts: tuple[Artifact, ...] = ()
    wheels_allowed: bool = True
    sdists_allowed: bool = True
    direct: bool = False

    def __hash__(self) -> int:
        """Return the hash of what tells entries apart: all of it would be hashed often."""
        return hash((self.name, self.version, self.line))

    @cached_property
    def wheels(self) -> tuple[Wheel, ...]:
        """Its wheels, whatever they fit."""
        return tuple(artifact for artifact in self.artifacts if isinstance(artifact, Wheel))

    @cached_property
    def wheel_for(self) -> Mapping[Tag, Wheel]:
        """The best wheel for each tag: that with the highest build tag, the first among equals."""
        best: dict[Tag, Wheel] = {}
        for wheel in self.wheels:
            for tag in wheel.tags:
                if tag not in best or wheel.build > best[tag].build:
                    best[tag] = wheel
        return best

    def fitting(self, support: Support) -> frozenset[Tag]:
        """Return the tags of its wheels that fit."""
        return support.tags.intersection(self.wheel_for)

    @cached_property
    def has_builds(self) -> bool:
        """Whether any of its wheels has a build tag."""
        return any(wheel.build for wheel in self.wheels)

    @cached_property
    def is_unreadable(self) -> bool:
        """Whether the name of any of its files does not say what that is."""
        return any(isinstance(artifact, Unreadable) for artifact in self.artifacts)

    @cached_property
    def chosen(self) -> dict[Support, Wheel | Sdist | None]:
        """What Poetry takes of it, by what fits, as far as `choose` was asked."""
        return {}
