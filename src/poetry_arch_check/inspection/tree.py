"""A source tree: the names of its files, and the content of those that a build reads."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.c_sources.reader import CReader
from poetry_arch_check.inspection.errors import TreeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from poetry_arch_check.inspection.c_sources.reader import CSource

# The content of these is read: files at the root, and Python files that may be build scripts.
_AT_ROOT = frozenset({"pyproject.toml", "setup.cfg", "meson.build", "CMakeLists.txt", "PKG-INFO"})
_BUILD_SCRIPT = re.compile(r"(?i)build|ffi|setup|hook")
# What those lead to: build files further down, and what scripts import or start.
_FURTHER = re.compile(
    r"(?:^|/)(?:CMakeLists\.txt|[^/]+\.cmake|meson\.build|Cargo\.(?:toml|lock)|\.cargo/config(?:\.toml)?)$"
)
_FURTHER_AT_ROOT = re.compile(
    r"meson_options\.txt$|meson\.options$|(?:GNUm|[Mm])akefile$|[^/]+\.(?:sh|py)$"
)
# An archive in which one of these is too large is refused.
_BUILD_FILES = _AT_ROOT | {"setup.py"}
# Limits in bytes, for one file, for all build files and for those further down, and in files; no
# sdist that was looked at has a larger build file.
MAX_TEXT = 512 << 10
MAX_TEXTS = 8 << 20
MAX_FURTHER = 4 << 20
MAX_FILES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The files of a source tree: all their paths, and the content of those that a build reads.

    Paths are relative to the directory of `pyproject.toml` or `setup.py`, with `/`. `links` are
    the paths of links: they are in neither of the two. `c_sources` has what was read of C, C++ and
    Cython files, by path; `checkout` says that it is one of git's.
    """

    names: frozenset[str]
    texts: Mapping[str, bytes] = field(default_factory=dict)
    links: frozenset[str] = frozenset()
    c_sources: Mapping[str, CSource] = field(default_factory=dict, repr=False)
    checkout: bool = False

    def text(self, path: str) -> str | None:
        """Return the content of a file, None if there is none or it is not kept.

        Raises TreeError if it is a link: what it points to is not known.
        """
        if path in self.links:
            raise TreeError(f"its {path} is a link")
        content = self.texts.get(path)
        return None if content is None else content.decode("utf-8", "replace")

    def has_any(self, *suffixes: str) -> bool:
        """Return whether there are files with these endings, apart from tests and docs."""
        return any(name.endswith(suffixes) for name in self.names if not _NOT_BUILT.search(name))


_NOT_BUILT = re.compile(
    r"(?i)(?:^|/)(?:tests?|testing|docs?|examples?|benchmarks?|demos?|samples?)/"
)


def is_built(path: str) -> bool:
    """Return whether a file may be part of the build: it is not of the tests or docs."""
    return not _NOT_BUILT.search(path)


def is_read(path: str, *, root: int) -> bool:
    """Return whether the content of `path` is read; its first `root` parts are the root."""
    name = path.rpartition("/")[2]
    at_root = path.count("/") <= root
    if not name.endswith(".py"):
        return at_root and name in _AT_ROOT
    return at_root or _BUILD_SCRIPT.search(name) is not None


def is_read_further(path: str, *, root: int) -> bool:
    """Return whether the content of `path` is read as far as there is room for it."""
    if _FURTHER.search(path):
        return True
    name = path.rpartition("/")[2]
    near = path.count("/") <= root + 1 and not _NOT_BUILT.search(path)
    return near and _FURTHER_AT_ROOT.fullmatch(name) is not None


def is_build_file(path: str, *, root: int) -> bool:
    """Return whether `path` is a file that configures the build, at the root."""
    name = path.rpartition("/")[2]
    return path.count("/") <= root and name in _BUILD_FILES


def rooted(
    names: Iterable[str],
    texts: Mapping[str, bytes],
    links: Iterable[str],
    c_sources: Mapping[str, CSource],
) -> Tree:
    """Return the tree of an archive with these paths.

    The root is the only directory at the top level, else that level (`Chef._prepare_sdist`).
    """
    names, links = frozenset(names), frozenset(links)
    tops = {name.partition("/")[0] for name in names}
    prefix = ""
    if len(tops) == 1 and not tops & names:
        prefix = f"{tops.pop()}/"

    def inside(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        return ((path, path.removeprefix(prefix)) for path in paths if path.startswith(prefix))

    return Tree(
        names=frozenset(short for _, short in inside(names)),
        texts={short: texts[path] for path, short in inside(texts)},
        links=frozenset(short for _, short in inside(links)),
        c_sources={short: c_sources[path] for path, short in inside(c_sources)},
    )


_IGNORED = frozenset({"__pycache__", "node_modules", "build", "dist", "venv", "site-packages"})


def tree_of_folder(folder: Path) -> Tree:
    """Return the tree in `folder`, without hidden files and those that builds generate.

    A link that leads out of it is one of `Tree.links`, as in an archive. Raises TreeError if the
    directory does not exist, or has too many files.
    """
    names: set[str] = set()
    texts: dict[str, bytes] = {}
    links: set[str] = set()
    c_reader = CReader()
    kept, further = 0, 0
    if not folder.is_dir():
        raise TreeError("its directory does not exist")
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in _IGNORED and not f.startswith("."))
        base = PurePosixPath(os.path.relpath(parent, folder).replace(os.sep, "/"))
        for file in sorted(files):
            path = base / file
            if len(names) + len(links) >= MAX_FILES:
                raise TreeError(f"limit exceeded: more than {MAX_FILES:,} files")
            if _leads_out(folder / path, folder):
                links.add(str(path))
                continue
            names.add(str(path))
            if kept < MAX_TEXTS and is_read(str(path), root=0):
                content = _content(folder / path)
                if content is not None:
                    texts[str(path)] = content
                    kept += len(content)
            elif further < MAX_FURTHER and is_read_further(str(path), root=0):
                content = _content(folder / path)
                if content is not None:
                    texts[str(path)] = content
                    further += len(content)
            elif is_built(str(path)) and (size := c_reader.wants(str(path))):
                c_reader.read(str(path), _head(folder / path, size))
    return Tree(
        names=frozenset(names),
        texts=texts,
        links=frozenset(links),
        c_sources=c_reader.sources,
        checkout=(folder / ".git").exists(),
    )


def _leads_out(path: Path, folder: Path) -> bool:
    """Return whether `path` is a link to somewhere outside of `folder`, or to nothing."""
    if not path.is_symlink():
        return False
    # Path.resolve raises for a loop of links before Python 3.13.
    root, target = Path(os.path.realpath(folder)), Path(os.path.realpath(path))
    return not target.is_relative_to(root) or not path.exists()


def _head(path: Path, size: int) -> bytes:
    try:
        # Opening a pipe would wait for its writer.
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def _content(path: Path) -> bytes | None:
    try:
        if not path.is_file() or path.stat().st_size > MAX_TEXT:
            return None
        return path.read_bytes()
    except OSError:
        return None
