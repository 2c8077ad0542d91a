"""What lies where on a stage: files of the build context, of other stages, and of commands."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from packaging.utils import canonicalize_name

from poetry_arch_check.dockerfile.shell.words import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.build_context import BuildContext
    from poetry_arch_check.dockerfile.commands.choice import Choice
    from poetry_arch_check.dockerfile.shell.budget import Budget

# What it costs to look at one entry, and to ask for a file of the context.
_LOOK = 4
_ASK = 60
_GLOB = re.compile(r"[*?\[]")
_ARCHIVES = (".whl", ".tar.gz", "*")
_DIST = re.compile(r"(?:^|/)dist(?:/\*(?:\.whl)?)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfContext:
    """A file or a folder of the build context."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStage:
    """A file or a folder that lay at `path` of `files` when they had `count` entries."""

    files: Files
    path: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The wheel or the sdist of the project, by whatever name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheels:
    """Wheels of what `choice` takes from the lock, in one folder."""

    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that line `line` writes; its `text` is None if it is not known."""

    line: int
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Poetry's configuration: variables that have the same meaning, with their values."""

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that is there, or may be: a file, or a folder with anything in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Nothing is there any more."""


Source: TypeAlias = OfContext | OfStage | Built | Wheels | Written | Settings | Unknown | Removed
UNKNOWN = Unknown()
_REMOVED = Removed()


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
        if not _GLOB.search(path):
            self.add(path, _REMOVED)

    def take(self, path: str, other: Files, origin: str) -> None:
        """Put what lies at `origin` of `other`, which may be a pattern, at `path`.

        Files go into folders, as COPY and `cp` put them.
        """
        folder, name = posixpath.split(origin)
        if _GLOB.search(name):
            self.add(path, OfStage(files=other, path=folder, count=len(other.entries)))
            return
        source = other.find(origin)
        if source is None or isinstance(source, Unknown) or other.is_folder(source):
            self.add(path, OfStage(files=other, path=origin, count=len(other.entries)))
        else:
            self.add(self._into(path, name), source)

    def take_from_context(self, path: str, origin: str, *, folder: bool) -> None:
        """Put what the context has at `origin`, which may be a pattern, at `path`.

        `folder` says that `path` is surely a folder.
        """
        context = self.context
        self.budget.spend(_ASK)
        if not context.found:
            known = posixpath.basename(origin) or not origin
            target = posixpath.join(path, posixpath.basename(origin)) if folder else path
            self.add(target if known else path, OfContext(path=origin))
            if origin:
                self.add(path, UNKNOWN)
            return
        names = context.matching(origin) if origin else ("",)
        if not names:
            self.add(path, UNKNOWN)
        if not names and _DIST.search(origin):
            # What has been built before is not under version control.
            self.add(path, Built())
        for name in names:
            self.budget.spend(_ASK)
            goes_in = folder or len(names) > 1 or self._is_there(path)
            into = goes_in and not context.is_folder(name)
            target = posixpath.join(path, posixpath.basename(name)) if into else path
            self.add(target, OfContext(path=name))

    def _into(self, path: str, name: str) -> str:
        """Return where a file goes: into a folder that is there, else under the name of `path`."""
        into = path.endswith("/") or self._is_there(path)
        return posixpath.join(path, name) if into else path

    def _is_there(self, path: str) -> bool:
        """Return whether `path` is known to be a folder."""
        self.budget.spend(_LOOK * len(self.entries))
        return path == "/" or any(
            target.startswith(f"{path}/") or (target == path and self.is_folder(source))
            for target, source in self.entries
        )

    def is_folder(self, source: Source) -> bool:
        """Return whether a source is known to be a folder."""
        match source:
            case OfContext(path=path):
                self.budget.spend(_ASK)
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
        self.budget.spend(_LOOK)
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
            self.budget.spend(_LOOK)
            target, source = self.entries[index]
            match source:
                case Built():
                    if target in {folder, ""} and self._is_wheel_of_project(name):
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
        self.budget.spend(_ASK)
        if not behind:
            return OfContext(path=path)
        if self.context.found:
            names = self.context.matching(path)
            return OfContext(path=names[0]) if names else None
        # All of the context is taken for the project's folder.
        good = not origin and behind in {"pyproject.toml", "poetry.lock"}
        return OfContext(path=path) if good else UNKNOWN

    def _is_wheel_of_project(self, pattern: str) -> bool:
        """Return whether a name or a pattern may be that of the project's wheel or sdist."""
        if not pattern.endswith(_ARCHIVES):
            return False
        start = re.sub(r"[-_.]+", "-", _GLOB.split(pattern)[0].lower())
        name = f"{canonicalize_name(self.context.name)}-" if self.context.name else start
        return start.startswith(name) or name.startswith(start)

    def is_of_project(self, path: str) -> bool:
        """Return whether an archive of the context is the project's: by its name, or its folder."""
        folder, name = posixpath.split(path)
        named = not _GLOB.match(name) and self._is_wheel_of_project(name)
        return named or (posixpath.basename(folder) == "dist" and self._is_wheel_of_project(name))

    def wheels(self, path: str) -> tuple[Choice, ...]:
        """Return what of the lock lies as wheels in the folder `path`, or matches it."""
        folder, name = posixpath.split(path)
        path = folder if _GLOB.search(name) else path
        return tuple(dict.fromkeys(self.wheels_at(path, len(self.entries))))

    def wheels_at(self, path: str, count: int) -> Iterator[Choice]:
        """Yield what lies as wheels in a folder, by the first `count` entries."""
        for target, source in self.entries[:count]:
            self.budget.spend(_LOOK)
            match source:
                case Wheels(choice=choice) if target == path:
                    yield choice
                case OfStage(files=files, path=origin, count=then):
                    if path == target or path.startswith(f"{target.rstrip('/')}/"):
                        behind = path[len(target.rstrip("/")) :].lstrip("/")
                        yield from files.wheels_at(posixpath.join(origin, behind).rstrip("/"), then)


def _is_matched(path: str, folder: str, name: str) -> bool:
    """Return whether the pattern `name` in `folder` matches a path."""
    within = bool(_GLOB.search(name)) and path.rpartition("/")[0] == folder.rstrip("/")
    return within and bool(matches(path.rpartition("/")[2], name))
