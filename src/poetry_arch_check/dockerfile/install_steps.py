"""Where a Dockerfile installs locked packages, and what the image has there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.destinations import destinations_of
from poetry_arch_check.dockerfile.stage_selection import considered_stages, selected_stages
from poetry_arch_check.dockerfile.stages import stages
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.toolchains.inventory import NEEDING_HEADERS
from poetry_arch_check.toolchains.toolchain import LINUX_HEADERS, C, Toolchain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from poetry_arch_check.dockerfile.build import Build
    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.destinations import Destination
    from poetry_arch_check.dockerfile.installation import InsertionPoint, Installation
    from poetry_arch_check.dockerfile.stage import Stage
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.python import Python


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallStep:
    """A command of a Dockerfile that installs: its stage, and what it chooses of the lock.

    `stage` is "" for the only one, `lineage` are the numbers of the stage and its parents.
    `found` are the PEP 725 names of what is installed, `unsure` of what may be, with those of
    their `versions` that are known; `headers` says
    whether Python.h is (None for maybe). `base` are the offsets of the base image's name, None
    if the image cannot be replaced by another. `destinations` are the stages that what is
    installed is copied to.
    """

    path: str
    stage: str
    line: int
    command: str
    choice: Choice
    image: Image
    platform: str | None
    python: Python | None
    found: frozenset[str]
    unsure: frozenset[str]
    versions: Mapping[str, str]
    headers: bool | None
    installation: Installation
    base: tuple[int, int] | None
    lineage: tuple[int, ...]
    destinations: tuple[Destination, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """`Dockerfile:5`."""
        return f"{self.path}:{self.line}"

    @property
    def insertion(self) -> InsertionPoint | None:
        """Where packages can be added to a command that installs some."""
        return self.installation.insertion

    @property
    def insertion_offset(self) -> int:
        """Where a command can be added."""
        return self.installation.insertion_offset

    @property
    def user(self) -> str:
        """Who the user is there, "" for root."""
        return self.installation.user

    @property
    def at(self) -> str:
        """`Dockerfile:5 (poetry install)`."""
        return f"{self.where} ({self.command})"

    @property
    def toolchain(self) -> Toolchain:
        """The toolchain: a compiler without Python's headers builds no extension."""
        sure, unsure = set(self.found), set(self.unsure)
        if self.headers is not True:
            lacking = sure.intersection(NEEDING_HEADERS)
            sure -= lacking
            if self.headers is None:
                unsure |= lacking
            else:
                unsure.difference_update(NEEDING_HEADERS)
        return Toolchain(
            dependencies=tuple(sorted(sure)),
            versions=self.versions,
            unsure=tuple(sorted(unsure)),
            itemized=True,
        )


def install_steps_of(
    text: str, path: str, build: Build, built: tuple[str, ...] = ()
) -> tuple[InstallStep, ...]:
    """Return where the Dockerfile `text` installs, built as `build` says.

    Of its stages count those that the `built` ones take: by name or number, empty for the last one.

    Of several commands in a stage that choose the same packages, the first is returned. Raises
    DockerfileError if the file cannot be read, or installs nothing.
    """
    found = stages(text, path, build)
    selected = selected_stages(found, built, path)
    considered = considered_stages(found, built, path)
    return tuple(step for each in selected for step in _of_stage(each, found, considered, path))


def _of_stage(
    stage: Stage, all_stages: tuple[Stage, ...], considered: AbstractSet[int], path: str
) -> list[InstallStep]:
    merged: dict[Choice, InstallStep] = {}
    together: dict[Choice, list[Installation]] = {}
    for installation in stage.installations:
        key = replace(installation.choice, root=False, dependencies=True)
        step = merged.get(key)
        if not installation.choice.dependencies and merged:
            key, step = next(iter(merged.items()))
        if step is None:
            merged[key] = _step(stage, installation, all_stages, path)
        elif installation.choice.root:
            choice = replace(step.choice, root=True)
            merged[key] = replace(step, choice=choice)
        together.setdefault(key, []).append(installation)
    return [
        _with_destinations(step, together[key], all_stages, considered)
        for key, step in merged.items()
    ]


def _with_destinations(
    step: InstallStep,
    installations: list[Installation],
    all_stages: tuple[Stage, ...],
    considered: AbstractSet[int],
) -> InstallStep:
    destinations, notes = destinations_of(installations, all_stages, considered, step.path)
    return replace(step, destinations=destinations, notes=(*step.notes, *notes))


def _step(
    stage: Stage, installation: Installation, all_stages: tuple[Stage, ...], path: str
) -> InstallStep:
    image = stage.image
    if image is None or (image.distribution is None and image.python is None):
        raise DockerfileError(
            f"{path}:{installation.line}: its distribution and Python are not known",
            hint="name the image: --image python:3.12-slim",
        )
    dependencies = installation.dependencies
    sure = {dependency for dependency, certain in dependencies.items() if certain}
    provided = set(image.toolchain.dependencies)
    if C in provided:
        provided.add(LINUX_HEADERS)
    lineage = [stage.index]
    while (parent := all_stages[lineage[-1]].parent) is not None:
        lineage.append(parent)
    base = all_stages[lineage[-1]].base
    if any(all_stages[index].managed for index in lineage) or any(
        not each.copied.isdisjoint(lineage) for each in all_stages
    ):
        # Its packages are those of this distribution, or its files are for another image.
        base = None
    python = parse_python(installation.python) if installation.python else image.python
    return InstallStep(
        path=path,
        stage=stage.name,
        line=installation.line,
        command=installation.command,
        choice=installation.choice,
        image=image,
        platform=stage.platform,
        python=python,
        found=frozenset(sure | provided),
        unsure=frozenset({*dependencies, *image.toolchain.unsure} - sure - provided),
        versions=installation.versions,
        headers=installation.headers,
        installation=installation,
        base=base,
        lineage=tuple(lineage),
        notes=tuple(_notes(stage, installation, all_stages, path)),
    )


def _notes(
    stage: Stage, installation: Installation, all_stages: tuple[Stage, ...], path: str
) -> list[str]:
    notes = []
    if stage.platform:
        line = _line_of_platform(stage, all_stages)
        notes.append(f"{path}:{line} sets the platform: {stage.platform}.")
    where = f"{path}:{installation.line}"
    if not installation.certain:
        notes.append(f"{where} installs under an undecidable condition.")
    if installation.choice.unknown:
        notes.append(f"{where}: a part of `{installation.command}` is not known, and is ignored.")
    if installation.choice.solved and installation.choice.dependencies:
        notes.append(f"{where}: {_resolved(installation)}")
    return [*notes, *installation.notes, *stage.notes]


def _line_of_platform(stage: Stage, all_stages: tuple[Stage, ...]) -> int:
    """Return the line of the first stage with the platform of `stage`, which goes on from it."""
    while stage.parent is not None and all_stages[stage.parent].platform == stage.platform:
        stage = all_stages[stage.parent]
    return stage.line


def _resolved(installation: Installation) -> str:
    """Return the sentence on versions that are not those of the lock."""
    if installation.resolved:
        return f"its poetry.lock is that of {installation.resolved}, where Poetry resolved anew."
    if installation.lock_missing:
        return "poetry.lock is not in the image there: Poetry resolves all versions anew."
    return "pip does not read the lock, and may install other versions."
