"""Which locked packages lie as wheels in a folder of a stage."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.file_sources import OfStage, Wheels
from poetry_arch_check.dockerfile.files import GLOB, LOOK

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.files import Files


def wheels_in(path: str, files: Files) -> tuple[Choice, ...]:
    """Return what of the lock lies as wheels in the folder `path`, or matches it."""
    folder, name = posixpath.split(path)
    return _Search().run(files, folder if GLOB.search(name) else path, len(files.entries))


class _Search:
    """A search through stages that copy from each other; each folder is looked at once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, int], tuple[Choice, ...]] = {}

    def run(self, files: Files, path: str, count: int) -> tuple[Choice, ...]:
        """Return what lies as wheels in a folder, by the first `count` entries."""
        asked = (id(files), path, count)
        if asked not in self._found:
            # What is left of a mount may be copied from itself.
            self._found[asked] = ()
            self._found[asked] = self._look(files, path, count)
        return self._found[asked]

    def _look(self, files: Files, path: str, count: int) -> tuple[Choice, ...]:
        found: dict[Choice, None] = {}
        for target, source in files.entries[:count]:
            files.budget.spend(LOOK)
            match source:
                case Wheels(choice=choice) if target == path:
                    found[choice] = None
                case OfStage(files=origin, path=folder, count=then):
                    if path == target or path.startswith(f"{target.rstrip('/')}/"):
                        behind = path[len(target.rstrip("/")) :].lstrip("/")
                        there = posixpath.join(folder, behind).rstrip("/")
                        found |= dict.fromkeys(self.run(origin, there, then))
        return tuple(found)
