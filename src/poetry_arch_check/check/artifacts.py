"""An artifact: one file of a locked release, as far as its name tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import TypeAlias

from packaging.tags import Tag
from packaging.version import InvalidVersion, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel with its compressed tag set expanded (PEP 425)."""

    filename: str
    tags: frozenset[Tag]
    build: tuple[int, str] | tuple[()] = ()

    def __hash__(self) -> int:
        """Return the hash of what tells wheels apart: all of it would be hashed often."""
        return hash(self.filename)

    @property
    def pure(self) -> bool:
        """Whether it is pure Python: any platform, any ABI, and not for PyPy alone.

        Releases with extensions have `pp310-none-any` wheels, too.
        """
        return any(
            tag.abi == "none" and tag.platform == "any" and tag.interpreter.startswith(("py", "cp"))
            for tag in self.tags
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdist:
    """A file that Poetry builds from; `recognized` as only-binary policies see it."""

    filename: str
    recognized: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A file that Poetry never installs: eggs and installers."""

    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file whose name does not say what it is: not a wheel name, or beyond all bounds."""

    filename: str


Artifact: TypeAlias = Wheel | Sdist | Unusable | Unreadable

# The same leniency as poetry.utils.patterns.wheel_file_re, which decides what Poetry sees:
# packaging's own parser refuses names that are in locks and that Poetry installs.
_WHEEL = re.compile(
    r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-(?P<build>\d[^-]*))?"
    r"-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl"
)
_BUILD = re.compile(r"(\d+)(.*)", re.DOTALL)
# poetry.utils.patterns.sdist_file_re and, for other names, LinkSource.VERSION_REGEX.
_SDIST = re.compile(
    r"(?P<name>.+?)-(?P<version>\d[^-]*?)(?:\.sdist)?\.(?:zip|tar(?:\.(?:gz|bz2|xz|Z))?)"
)
_OTHER = re.compile(r"(?i)(?P<name>[a-z0-9_\-.]+?)-(?=\d)(?P<version>[a-z0-9_.!+-]+)")

# poetry.installation.chooser.Chooser.choose_for skips these …
UNUSABLE = frozenset({".egg", ".exe", ".msi", ".rpm", ".srpm"})
# … and Link.is_sdist calls these sdists; any other file counts as one for choosing only.
SDISTS = frozenset({".tar.gz", ".tar.bz2", ".zip"})
# A name that expands to more tags than this is hostile: real ones stay below a hundred.
MOST_TAGS = 256
# No file system takes longer names; longer ones only cost time.
LONGEST_NAME = 512


def _extension(filename: str) -> str:
    """Return the extension as poetry.core.packages.utils.utils.splitext does."""
    stem, dot, ending = filename.rpartition(".")
    if not stem:
        return ""
    prefix = stem[-4:] if stem.lower().endswith(".tar") else ""
    return prefix + dot + ending


def parse_artifact(filename: str) -> Artifact:
    """Return what `filename` says of itself."""
    if len(filename) > LONGEST_NAME or not filename.strip(" .") or filename == ".whl":
        return Unreadable(filename=filename)
    extension = _extension(filename)
    if extension == ".whl":
        return _parse_wheel(filename)
    if extension in UNUSABLE:
        return Unusable(filename=filename)
    return Sdist(filename=filename, recognized=extension in SDISTS)


def _parse_wheel(filename: str) -> Wheel | Unreadable:
    match = _WHEEL.fullmatch(filename)
    if match is None:
        return Unreadable(filename=filename)
    if prod(match[part].count(".") + 1 for part in ("python", "abi", "platform")) > MOST_TAGS:
        return Unreadable(filename=filename)
    return Wheel(
        filename=filename,
        tags=_tags(match["python"], match["abi"], match["platform"]),
        build=_build(match["build"]),
    )


@cache
def _tags(python: str, abi: str, platform: str) -> frozenset[Tag]:
    """Return the tags of a compressed tag set; the same object for the same text."""
    parts = python.split("."), abi.split("."), platform.split(".")
    return frozenset(Tag(*part) for part in product(*parts))


def _build(text: str | None) -> tuple[int, str] | tuple[()]:
    """Return the build tag as Chooser._sort_key compares it."""
    if not text or (match := _BUILD.match(text)) is None:
        return ()
    return int(match[1]), match[2]


def version_of(filename: str) -> Version | None:
    """Return the version in a file name, as Poetry's LinkSource reads it, or None."""
    if len(filename) > LONGEST_NAME:
        return None
    match = _WHEEL.fullmatch(filename) or _SDIST.fullmatch(filename)
    if match is None:
        stem = filename[: len(filename) - len(_extension(filename))]
        match = _OTHER.match(stem)
    if match is None:
        return None
    try:
        return Version(match["version"])
    except InvalidVersion:
        return None
