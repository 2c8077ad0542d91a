"""What a remedy changes, as data: a closed set. `check.case` applies it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from poetry_arch_check.check.artifacts import Artifact
    from poetry_arch_check.platforms.platform import Architecture, Version
    from poetry_arch_check.platforms.python import Python


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherImage:
    """Another base image: `python:3.11-slim-bookworm`."""

    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A stage that installed packages are copied to, by name.

    It is based on `image`, "" for the one that it has, and `packages` of that image's distribution
    are installed there.
    """

    stage: str
    image: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedStages:
    """Stages of a Dockerfile that are changed.

    `stages` are those that what is installed is copied to; `image` is the base image of the one
    that installs, "" for the one that it has.
    """

    stages: tuple[StageChange, ...]
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOfStage:
    """The stage that installs is for this architecture, as is what it is copied to."""

    architecture: Architecture


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPackages:
    """Packages that are installed on the target with `manager`, a command (`apt-get`).

    `others` are PEP 725 names of what comes from elsewhere, in a version that will do: from
    rustup, from the system, or from what has to be found. `headers` says that Python.h comes from
    elsewhere, too; `unset` are the variables that no longer name a compiler. In `stages`, what is
    built finds what it is linked to.
    """

    manager: str = ""
    packages: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    headers: bool = False
    unset: tuple[str, ...] = ()
    stages: tuple[StageChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCompiler:
    """A variable that names a compiler that is there: `CC=/usr/bin/gcc`, for `dependency`."""

    variable: str
    path: str
    dependency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredToolchain:
    """A declaration of what the target has already: PEP 725 names."""

    dependencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPython:
    """Another Python; with `image`, that of the base image."""

    python: Python
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherArchitecture:
    """The same image, built and run for another architecture."""

    architecture: Architecture


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerMacOS:
    """A newer version of macOS on the same machine."""

    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequirement:
    """A requirement of the project: its name, its place (`pyproject.toml:6`), its marker."""

    name: str
    place: str
    marker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedMarker:
    """A marker (PEP 508) on requirements of the project: those that bring the package in."""

    marker: str
    requirements: tuple[OwnRequirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVersion:
    """Another version of the package, with the files that it has as far as they are known."""

    version: str
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedConstraint:
    """Build constraints for the package: requirements (PEP 508), each on another tool."""

    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedPolicy:
    """A policy of Poetry's that no longer names the package: `installer.no-binary`."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLock:
    """A lock of the same version that lists the files that the index has now."""

    artifacts: tuple[Artifact, ...]


Change: TypeAlias = (
    OtherImage
    | ChangedStages
    | PlatformOfStage
    | InstalledPackages
    | NamedCompiler
    | DeclaredToolchain
    | OtherPython
    | OtherArchitecture
    | NewerMacOS
    | AddedMarker
    | OtherVersion
    | AddedConstraint
    | LiftedPolicy
    | NewLock
)
