"""The build context of a Dockerfile on this machine: which folder it is, and what is in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile import BuildContext, copied_from_context
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.output.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GLOB = re.compile(r"[*?\[]")
# How many folders above may be the context, and how many files a pattern may match.
_MAX_LEVELS = 6
_MAX_MATCHES = 100
_MAX_PATTERNS = 1_000


def build_context(
    dockerfile: Path, text: str, project: Path, name: str, stated: Path | None = None
) -> BuildContext | None:
    """Return the context that `dockerfile` is built from, None if it is not to be found.

    Docker is told which folder that is: the one that is `stated`. Else it is taken to be the one
    that has what the file copies; of several, the nearest that has the `project`, called `name`,
    in it.
    """
    sources = copied_from_context(text, dockerfile.name)
    home = Path(os.path.realpath(project))
    own = Path(os.path.realpath(dockerfile.parent))
    best: tuple[int, _Folder] | None = None
    roots = [Path(os.path.realpath(stated))] if stated else _candidates(own, home)
    for root in roots:
        folder = _Folder(root=root, ignored=_ignored(root, dockerfile))
        score = sum(bool(folder.matching(source)) for source in sources if source)
        if best is None or score > best[0]:
            best = score, folder
    if best is None or (best[0] == 0 and any(sources) and not stated):
        return None
    found = best[1]
    return BuildContext(
        project=found.relative(home),
        name=name,
        text=cache(found.text),
        matching=cache(found.matching),
        is_folder=cache(found.is_folder),
    )


def _candidates(own: Path, home: Path) -> list[Path]:
    """Return folders that may be the context, the likely ones first: with the project in them."""
    above = [own, home, *_above(own), *_above(home)]
    return list(dict.fromkeys(each for each in above if home.is_relative_to(each)))


def _above(folder: Path) -> Iterator[Path]:
    """Yield the folders above, up to that of the repository."""
    for _ in range(_MAX_LEVELS):
        if (folder / ".git").exists() or folder.parent == folder:
            return
        folder = folder.parent
        yield folder


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A folder that is read as a build context; nothing outside of it is."""

    root: Path
    ignored: tuple[tuple[re.Pattern[str], bool], ...] = ()

    def relative(self, path: Path) -> str | None:
        """Return a path within the folder, "" for itself, None for one outside."""
        if not path.is_relative_to(self.root):
            return None
        found = path.relative_to(self.root).as_posix()
        return "" if found == "." else found

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Return the files and folders that a pattern matches, in order."""
        try:
            if not _GLOB.search(pattern):
                good = self._path(pattern) is not None and not self._is_ignored(pattern)
                return (pattern,) if good else ()
            names = sorted(
                path.relative_to(self.root).as_posix()
                for _, path in zip(range(_MAX_MATCHES), self.root.glob(pattern), strict=False)
            )
        except (OSError, ValueError, NotImplementedError, IndexError):
            return ()
        return tuple(name for name in names if not self._is_ignored(name) and self._path(name))

    def is_folder(self, path: str) -> bool:
        """Return whether a path is a folder."""
        found = self._path(path)
        return found is not None and found.is_dir()

    def text(self, path: str) -> str | None:
        """Return the text of a file, None where there is none, or something else."""
        found = self._path(path)
        if found is None or self._is_ignored(path):
            return None
        try:
            return read_text(found, path)
        except DockerfileError:
            return None

    def _path(self, path: str) -> Path | None:
        """Return what is at a path, None for nothing, and for what a link has outside."""
        try:
            found = Path(os.path.realpath(self.root / path))
            return found if found.is_relative_to(self.root) and found.exists() else None
        except (OSError, ValueError):
            return None

    def _is_ignored(self, path: str) -> bool:
        """Return whether .dockerignore keeps a path out: the last pattern that fits decides."""
        ignored = False
        for pattern, keeps_out in self.ignored:
            if ignored is not keeps_out and pattern.match(path):
                ignored = keeps_out
        return ignored


def _ignored(root: Path, dockerfile: Path) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Return the patterns of the .dockerignore that Docker reads, in their order."""
    own = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
    path = own if own.is_file() else root / ".dockerignore"
    try:
        return tuple(_patterns(read_text(path, path.name).splitlines()[:_MAX_PATTERNS]))
    except DockerfileError:
        return ()


def _patterns(lines: Iterable[str]) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Yield what the lines of a .dockerignore match, with all that is below it."""
    for line in lines:
        written = line.strip()
        keeps_out = not written.startswith("!")
        pattern = os.path.normpath(written.removeprefix("!").strip().lstrip("/") or "#")
        if written.startswith("#") or pattern == "#" or len(pattern) > 200:  # noqa: PLR2004
            continue
        yield re.compile(f"{_regex(pattern)}(?:/|$)"), keeps_out


def _regex(pattern: str) -> str:
    """Return a pattern of .dockerignore as a regular expression: `**` are any folders."""
    parts = []
    for part in pattern.split("/"):
        if part == "**":
            parts.append(r"(?:[^/]+/)*")
        else:
            # Its `*` and `?` stop at a separator.
            inner = re.sub(r"\(\?s:(.*)\)\\[zZ]", r"\1", translate(part), flags=re.DOTALL)
            parts.append(re.sub(r"(?<!\\)\.(?=[*?]|$|\))", "[^/]", inner) + "/")
    return "".join(parts).removesuffix("/").removesuffix("(?:[^/]+/)*") or "(?:[^/]+/)*[^/]+"
