"""`poetry.lock` as Poetry reads it, with the line of each package and its files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from poetry.core.packages.utils.link import Link
from poetry.packages import Locker

from poetry_arch_check.check.artifacts import Artifact, Unreadable, parse_artifact, version_of
from poetry_arch_check.check.packages import LockedPackage, Source
from poetry_arch_check.errors import LockError
from poetry_arch_check.poetry_api.lock_schema import (
    _mistakes,
)
from poetry_arch_check.poetry_api.lockers import DocumentLocker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from poetry.core.packages.package import Package
    from tomlkit import TOMLDocument

# Name, version and source tell the entries of a lock apart; Poetry has no other key.
Key: TypeAlias = tuple[str, str, str | None, str | None, str | None, str | None, str | None]

RELOCK = "run `poetry lock`"
# `poetry lock` reads the lock that it replaces; with this option it does not.
REGENERATE = "run `poetry lock --regenerate`"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockFile:
    """A lock that is well-formed as far as Poetry will read it.

    `locker` is Poetry's for it, `digest` the SHA-256 of its text; `lines` has the line of each
    entry; `shares_files` says that files are listed by name alone, as before version 2.0,
    `names_files` that there are names at all; `markers` are all markers in it, each with its
    package.
    """

    locker: Locker = field(repr=False)
    version: str = ""
    digest: str = ""
    lines: Mapping[Key, int] = field(default_factory=dict)
    shares_files: bool = False
    names_files: bool = True
    markers: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> Path:
        """The path of the lock file."""
        return self.locker.lock

    @property
    def names(self) -> frozenset[str]:
        """The normalized names of the packages in it."""
        return frozenset(key[0] for key in self.lines)

    def markers_with(self, variable: str) -> tuple[tuple[str, str], ...]:
        """Return the markers that mention `variable`, each with its package."""
        return tuple(entry for entry in self.markers if variable in entry[1])

    @staticmethod
    def key(package: Package) -> Key:
        """Return what tells the entry that Poetry's `package` was read from apart from others."""
        return (
            package.name,
            package.version.text,
            package.source_type,
            package.source_url,
            package.source_reference,
            package.source_resolved_reference,
            package.source_subdirectory,
        )

    def package(
        self, package: Package, *, wheels_allowed: bool, sdists_allowed: bool, direct: bool
    ) -> LockedPackage:
        """Return the entry that Poetry's `package` was read from."""
        source = _source(package)
        # Policies concern what Poetry's Chooser chooses: files of an index.
        chosen = source is Source.INDEX
        return LockedPackage(
            name=package.name,
            version=package.version.text,
            line=self.lines.get(self.key(package), 1),
            source=source,
            artifacts=tuple(self._artifacts(package, source)),
            wheels_allowed=wheels_allowed or not chosen,
            sdists_allowed=sdists_allowed or not chosen,
            direct=direct,
        )

    def _artifacts(self, package: Package, source: Source) -> Iterator[Artifact]:
        match source:
            case Source.DIRECTORY | Source.GIT:
                return
            case Source.URL:
                yield _artifact_at(str(package.source_url))
            case Source.FILE:
                yield parse_artifact(Path(str(package.source_url)).name)
            case Source.INDEX if not self.names_files:
                return
            case Source.INDEX:
                files = (str(file["file"]) for file in package.files)
                for filename in files:
                    if not self.shares_files or _is_of(filename, package.version.text):
                        yield parse_artifact(filename)


def _artifact_at(url: str) -> Artifact:
    try:
        link = Link(url)
        # Else the host is taken for the file name, with the user and the password before it.
        if link.path.strip("/"):
            return parse_artifact(link.filename)
    except ValueError:
        pass
    return Unreadable(filename=url)


def _is_of(filename: str, version: str) -> bool:
    """Return whether a file of a shared list belongs to `version`, as far as it tells."""
    found = version_of(filename)
    try:
        return found is None or found == Version(version)
    except InvalidVersion:
        return True


def _source(package: Package) -> Source:
    match package.source_type:
        case None | "legacy":
            return Source.INDEX
        case "url" | "file" | "directory" as kind:
            return Source(kind)
        case _:
            return Source.GIT


def read_lock(locker: Locker, pyproject: dict[str, Any]) -> LockFile:
    """Return the lock of `locker`; `pyproject` is the parsed pyproject.toml.

    Raises LockError, with Poetry's reason where it is Poetry that refuses, for a lock
    that is missing, stale or damaged.
    """
    text = lock_text(locker.lock)
    lock = lock_of(locker, text)
    try:
        fresh = is_fresh(locker, text, pyproject)
    except Exception as error:
        raise LockError(f"{lock.path.name}: {_first_line(error)}", hint=RELOCK) from error
    if not fresh:
        raise LockError(
            f"{lock.path.name} is stale: pyproject.toml changed since it was written", hint=RELOCK
        )
    return lock


def lock_of_document(path: Path, document: TOMLDocument) -> LockFile:
    """Return the lock in `document`, as if it stood in the file at `path`.

    Raises LockError where it is damaged.
    """
    return lock_of(DocumentLocker(path, document.unwrap()), document.as_string())


def lock_of(locker: Locker, text: str) -> LockFile:
    """Return the lock of `locker`, fresh or not, which has this text.

    Raises LockError, with Poetry's reason where it is Poetry that refuses, where it is damaged.
    """
    path = locker.lock
    try:
        data = locker.lock_data
    except Exception as error:
        raise LockError(f"{path.name}: {_first_line(error)}", hint=REGENERATE) from error
    problems = list(_mistakes(data))
    if problems:
        shown = problems[:5]
        if len(problems) > len(shown):
            shown.append(f"{len(problems) - len(shown)} more of the kind")
        raise LockError(*(f"{path.name}: {problem}" for problem in shown), hint=REGENERATE)
    packages: list[dict[str, Any]] = data["package"]
    try:
        lines = _lines(text, packages, path)
    except (OSError, ValueError) as error:
        raise LockError(
            f"{path.name}: a source's path is wrong: {error}", hint=REGENERATE
        ) from error
    return LockFile(
        locker=locker,
        version=str(data["metadata"]["lock-version"]),
        digest=sha256(text.encode()).hexdigest(),
        lines=lines,
        shares_files="files" in data["metadata"],
        names_files="hashes" not in data["metadata"],
        markers=tuple(_markers(packages)),
    )


def is_fresh(locker: Locker, text: str, pyproject: dict[str, Any]) -> bool:
    """Return what `Locker.is_fresh` says of the lock with this text.

    It parses the whole file once more, a tenth of the time that a check takes, for what
    stands in its first line and in its metadata: so it is shown a lock of those alone.
    """
    digest = locker.lock_data["metadata"].get("content-hash")
    if not isinstance(digest, str):
        return locker.is_fresh()
    head = f"{text.partition(chr(10))[0]}\n[metadata]\ncontent-hash = {json.dumps(digest)}\n"
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "poetry.lock"
            path.write_text(head, "utf-8")
            return Locker(path, pyproject).is_fresh()
    except (OSError, ValueError):  # no room for it, or a first line that is no comment
        return locker.is_fresh()


def lock_text(path: Path) -> str:
    """Return the text of the lock at `path`; raises LockError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise LockError(f"{path.name} not found beside pyproject.toml", hint=RELOCK) from None
    except UnicodeDecodeError as error:
        raise LockError(f"{path.name} is not UTF-8 (byte {error.start})", hint=REGENERATE) from None
    except OSError as error:
        raise LockError(
            f"{path.name} cannot be read: {error.strerror}", hint="check its permissions"
        ) from None


def _first_line(error: Exception) -> str:
    """Return what `error` says, in one line; its type where it says nothing useful."""
    first = (str(error).strip().splitlines() or [""])[0]
    if isinstance(error, (RuntimeError, ValueError)) and first:
        return first
    return f"Poetry cannot read it ({type(error).__name__}: {first})"


# --- what Poetry does not tell --------------------------------------------------------


def _lines(text: str, packages: list[dict[str, Any]], path: Path) -> dict[Key, int]:
    """Return the line of each entry; all are 1 where they cannot be told apart."""
    numbers = [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if line.startswith("[[package]]")
    ]
    if len(numbers) != len(packages):
        numbers = [1] * len(packages)
    lines: dict[Key, int] = {}
    for info, number in zip(packages, numbers, strict=True):
        lines.setdefault(_info_key(info, path), number)
    return lines


def _info_key(info: Mapping[str, Any], path: Path) -> Key:
    source = info.get("source", {})
    kind, url = source.get("type"), source.get("url")
    if kind in {"directory", "file"}:
        # As in Locker._get_locked_package.
        url = path.parent.joinpath(str(url)).resolve().as_posix()
    return (
        canonicalize_name(info["name"]),
        info["version"],
        kind,
        url,
        source.get("reference"),
        source.get("resolved_reference"),
        source.get("subdirectory"),
    )


def _markers(packages: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield every marker with its package: of the entry, or (before 2.1) of dependencies."""
    for info in packages:
        own = info.get("markers")
        for marker in own.values() if isinstance(own, dict) else (own,):
            if isinstance(marker, str):
                yield info["name"], marker
        if "groups" in info:
            continue
        for name, constraints in info.get("dependencies", {}).items():
            for constraint in constraints if isinstance(constraints, list) else (constraints,):
                if isinstance(constraint, dict) and isinstance(constraint.get("markers"), str):
                    yield name, constraint["markers"]
