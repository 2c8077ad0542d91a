"""What lies where on a stage: files of the build context, of other stages, and of commands."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.archives import is_archive_of_project
from poetry_arch_check.dockerfile.file_sources import (
    REMOVED,
    UNKNOWN,
    Built,
    OfContext,
    OfStage,
    Removed,
    Unknown,
    Wheels,
    Written,
)
from poetry_arch_check.dockerfile.shell.words import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.build_context import BuildContext
    from poetry_arch_check.dockerfile.file_sources import Source
    from poetry_arch_check.dockerfile.shell.budget import Budget

# What it costs to look at one entry, and to ask for a file of the context.
LOOK = 4
ASK = 60
GLOB = re.compile(r"[*?\[]")


@dataclass(slots=True)
class Files:
    """The files of one stage by their absolute paths; what is added later covers what was there.

    `answers` are those of `find`, by path and count: stages that copy from each other again and
    again ask the same.
    """

    context: BuildContext
    budget: Budget
    entries: list[tuple[str, Source]] = field(default_factory=list)
    answers: dict[tuple[str, int], Source | None] = field(default_factory=dict)

    def child(self) -> Files:
        """Return those of a stage that goes on from this one."""
        self.budget.spend(len(self.entries))
        return Files(context=self.context, budget=self.budget, entries=list(self.entries))

    # --- changes ---

    def add(self, path: str, source: Source) -> None:
        """Put `source` at `path`."""
        self.entries.append((path.rstrip("/") or path[:1], source))

    def replace(self, entries: list[tuple[str, Source]]) -> None:
        """Have `entries` in place of all that is there."""
        self.entries = entries
        self.answers.clear()

    def remove(self, path: str) -> None:
        """Remove what is at `path`, or matches it."""
        if not GLOB.search(path):
            self.add(path, REMOVED)

    def is_there(self, path: str) -> bool:
        """Return whether `path` is known to be a folder."""
        self.budget.spend(LOOK * len(self.entries))
        return path == "/" or any(
            target.startswith(f"{path}/") or (target == path and self.is_folder(source))
            for target, source in self.entries
        )

    def is_folder(self, source: Source) -> bool:
        """Return whether a source is known to be a folder."""
        match source:
            case OfContext(path=path):
                self.budget.spend(ASK)
                return not path or self.context.is_folder(path)
            case OfStage() | Wheels():
                return True
            case _:
                return False

    # --- questions ---

    def find(self, path: str, count: int | None = None) -> Source | None:
        """Return what is at `path`, which may be a pattern: None if surely nothing is there.

        Only the first `count` entries are looked at.
        """
        asked = (path, len(self.entries) if count is None else count)
        self.budget.spend(LOOK)
        if asked not in self.answers:
            self.answers[asked] = self._first_at(*asked)
        return self.answers[asked]

    def _first_at(self, path: str, count: int) -> Source | None:
        unsure = False
        for source in self._at(path, count):
            if isinstance(source, Removed):
                break
            if not isinstance(source, Unknown):
                return source
            unsure = True
        return UNKNOWN if unsure else None

    def text(self, path: str) -> str | None:
        """Return the text of the file at `path`, None if it is not known."""
        match self.find(path):
            case OfContext(path=origin):
                text = self.context.text(origin)
            case Written(text=written):
                text = written
            case _:
                return None
        self.budget.spend(len(text or "") // 8)
        return text

    def _at(self, path: str, count: int) -> Iterator[Source]:
        """Yield what is put at `path`, the last first."""
        folder, name = posixpath.split(path)
        for index in range(count - 1, -1, -1):
            self.budget.spend(LOOK)
            target, source = self.entries[index]
            match source:
                case Built():
                    if target in {folder, ""} and is_archive_of_project(name, self.context):
                        yield source
                    continue
                case Wheels():
                    continue
            if path == target or _is_matched(target, folder, name):
                behind = ""
            elif path.startswith(f"{target.rstrip('/')}/"):
                behind = path[len(target.rstrip("/")) + 1 :]
            else:
                continue
            if (found := self._behind(source, behind)) is not None:
                yield found

    def _behind(self, source: Source, behind: str) -> Source | None:
        """Return what `source` has at the relative path `behind`, None for nothing."""
        match source:
            case OfContext(path=origin):
                return self._of_context(origin, behind)
            case OfStage(files=files, path=origin, count=count):
                return files.find(posixpath.normpath(posixpath.join(origin, behind)), count)
            case Unknown() | Removed():
                return source
            case _:
                return None if behind else source

    def _of_context(self, origin: str, behind: str) -> Source | None:
        path = posixpath.join(origin, behind) if behind else origin
        self.budget.spend(ASK)
        if not behind:
            return OfContext(path=path)
        if self.context.found:
            names = self.context.matching(path)
            return OfContext(path=names[0]) if names else None
        # All of the context is taken for the project's folder.
        good = not origin and behind in {"pyproject.toml", "poetry.lock"}
        return OfContext(path=path) if good else UNKNOWN


def _is_matched(path: str, folder: str, name: str) -> bool:
    """Return whether the pattern `name` in `folder` matches a path."""
    within = bool(GLOB.search(name)) and path.rpartition("/")[0] == folder.rstrip("/")
    return within and bool(matches(path.rpartition("/")[2], name))
