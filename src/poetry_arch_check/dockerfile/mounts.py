"""`RUN --mount`: what a RUN has from the context and from other stages while it runs."""

from __future__ import annotations

import posixpath
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.build_context import context_path
from poetry_arch_check.dockerfile.file_sources import UNKNOWN
from poetry_arch_check.dockerfile.placement import absolute
from poetry_arch_check.dockerfile.taken_files import take, take_from_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from poetry_arch_check.dockerfile.files import Files
    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.dockerfile.stage_state import StageState


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A bind mount: `source` of the stage or the image `origin`, None for the build context.

    `target` is where it is, as it is written.
    """

    origin: str | None
    source: str
    target: str

    @property
    def path(self) -> str:
        """The absolute path of what is mounted in its stage or image."""
        return posixpath.normpath(posixpath.join("/", self.source))


def mounts_of(instruction: Instruction) -> Iterator[Mount]:
    """Yield what a RUN mounts of the context, and of stages and images."""
    for name, value in instruction.flags:
        options = dict(option.partition("=")[::2] for option in value.split(","))
        if name == "mount" and options.get("type", "bind") == "bind":
            yield Mount(
                origin=options.get("from"),
                source=options.get("source") or options.get("src") or ".",
                target=options.get("target")
                or options.get("dst")
                or options.get("destination")
                or ".",
            )


@contextmanager
def mounted(
    instruction: Instruction, state: StageState, stage: Callable[[str], Files | None]
) -> Iterator[None]:
    """Have what a RUN mounts among the files of `state` while it runs.

    `stage` returns the files of the stage of a name, None for an image.
    """
    files = state.files
    before = list(files.entries)
    for mount in mounts_of(instruction):
        path = absolute(mount.target, state)
        if path is None or "$" in mount.source:
            files.add("/", UNKNOWN)
        elif mount.origin is None:
            take_from_context(context_path(mount.source), path, files, folder=False)
        elif (origin := stage(mount.origin)) is not None:
            take(mount.path, origin, path, files)
        else:
            files.add(path, UNKNOWN)
    added = files.entries[len(before) :]
    try:
        yield
    finally:
        if added:
            files.replace([*before, *files.entries[len(before) + len(added) :]])
