"""Releases of a package on an index, and who requires which versions of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Wheel
from poetry_arch_check.platforms.requires import requires_python_holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.version import Version

    from poetry_arch_check.check.artifacts import Artifact
    from poetry_arch_check.check.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a release, with the Pythons that the index says it is for."""

    artifact: Artifact
    requires_python: str = ""
    yanked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version of a package with its files on the index.

    `too_recent` says that Poetry does not take it yet (`solver.min-release-age`).
    """

    version: Version
    files: tuple[File, ...]
    too_recent: bool = False

    @property
    def yanked(self) -> bool:
        """Whether all of it was taken back (PEP 592)."""
        return all(file.yanked for file in self.files)

    def is_offered(self, *, prereleases: bool = False) -> bool:
        """Return whether Poetry takes it where it may choose, of pre-releases those it may."""
        unstable = self.version.is_prerelease and not prereleases
        return not (self.yanked or self.too_recent or unstable)

    def fits(self, target: Target) -> bool:
        """Return whether it has a wheel for `target`."""
        return any(
            isinstance(file.artifact, Wheel)
            and not file.artifact.tags.isdisjoint(target.support.tags)
            and requires_python_holds(file.requires_python, target.python)
            for file in self.files
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Who requires a package in which versions: the project, or an entry of the lock.

    `who` is `pyproject.toml:5` or `requests 2.31.0 (poetry.lock:120)`, `text` the requirement;
    `own` says of a requirement of the project whether it is a plain one of its main group, which
    `poetry add` writes anew as it is (a source would be lost); None for all others. `allows` tells
    what it makes of a version. `name` (normalized) and `version` are those of an entry, "" for
    the project; `constraint` is that of the requirement, as it is written.
    """

    who: str
    text: str
    own: bool | None
    allows: Callable[[Version], bool]
    name: str = ""
    version: str = ""
    constraint: str = ""
