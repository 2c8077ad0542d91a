"""The stages that what is installed in one is copied to: where it has to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.environments import Layout
from poetry_arch_check.dockerfile.shared_libraries import SharedLibraries

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from poetry_arch_check.dockerfile.environments import Environment
    from poetry_arch_check.dockerfile.installation import InsertionPoint, Installation
    from poetry_arch_check.dockerfile.stage import Stage
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.python import Python

# An image without files: an archive for other images, or what is copied there is all of it.
_EMPTY = "scratch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A stage that installed packages are copied to, at `line`, and that nothing copies them from.

    `python` is None where it is not known, `versioned` says that only a Python of the same minor
    version finds them. `libraries` are there; `managed` says that packages of the distribution are
    installed or removed. Packages can be installed there as in an
    Installation: at `insertion_offset`, where `user` is the user, or at `insertion`.
    """

    path: str
    stage: str
    line: int
    image: Image
    platform: str | None
    python: Python | None
    versioned: bool
    libraries: SharedLibraries
    managed: bool
    insertion_offset: int
    user: str
    insertion: InsertionPoint | None

    @property
    def where(self) -> str:
        """`Dockerfile:23`."""
        return f"{self.path}:{self.line}"


def destinations_of(
    installations: Sequence[Installation],
    stages: Sequence[Stage],
    considered: Collection[int],
    path: str,
) -> tuple[tuple[Destination, ...], tuple[str, ...]]:
    """Return where what `installations` install ends up, and notes on what is not known of it.

    Only the stages `considered` count, by number.
    """
    found: list[Destination] = []
    notes: list[str] = []
    parents = {stages[index].parent for index in considered}
    carried = [
        (stages[index], environment)
        for index in sorted(considered)
        for environment in stages[index].environments
        if environment.copied and any(environment.installation is each for each in installations)
    ]
    passed_on = {environment.copied[:-1] for _, environment in carried}
    for stage, environment in carried:
        if stage.index in parents or environment.copied in passed_on:
            continue
        if environment.is_wheels and (_chooses(stage) or not stage.installs_wheels):
            # Either pip chooses there itself, or nothing is installed there.
            continue
        line = environment.copied[-1].line
        if stage.image is None or stage.image.distribution is None:
            if stage.based_on != _EMPTY:
                notes.append(
                    f"{path}:{line} copies what is installed into {stage.based_on or stage.label},"
                    " which is not a known image: whether it loads there is not checked."
                )
        elif all(each.stage != stage.label for each in found):
            found.append(_destination(stage, stage.image, environment, path))
    return tuple(found), tuple(dict.fromkeys(notes))


def _chooses(stage: Stage) -> bool:
    """Return whether Poetry or pip chooses files there, as it does not where it is given wheels."""
    return any(
        each.choice.root or each.lock_missing or not each.choice.solved
        for each in stage.installations
    )


def _destination(stage: Stage, image: Image, environment: Environment, path: str) -> Destination:
    arrival = environment.copied[-1]
    return Destination(
        path=path,
        stage=stage.label,
        line=arrival.line,
        image=image,
        platform=stage.platform,
        python=None if environment.movable else stage.interpreter,
        versioned=environment.layout is Layout.ENVIRONMENT,
        libraries=stage.libraries or SharedLibraries(others=True),
        managed=stage.managed,
        insertion_offset=arrival.offset,
        user=arrival.user,
        insertion=stage.insertion,
    )
