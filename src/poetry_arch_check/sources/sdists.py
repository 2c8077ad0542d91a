"""The sources of packages, by Poetry's own means: its caches first, then its downloads."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from poetry.core.packages.utils.link import Link
from poetry.installation.chooser import Chooser
from poetry.utils.authenticator import Authenticator
from poetry.utils.env import NullEnv
from poetry.vcs.git import Git

from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.poetry_api.messages import clause
from poetry_arch_check.poetry_api.time_limits import TimeBudget, TimeLimitError
from poetry_arch_check.sources.artifact_cache import ArtifactCache
from poetry_arch_check.sources.hashes import has_hash

try:
    from poetry.utils.download import Downloader
except ImportError:  # before Poetry 2.4
    from poetry.utils.helpers import Downloader  # type: ignore[no-redef,unused-ignore]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.tags import Tag
    from poetry.core.packages.package import Package

    from poetry_arch_check.poetry_api.project import Project

# No sdist of the index is as large; what is, is not worth the wait.
MOST_BYTES = 512 << 20


class NotInspectedError(Exception):
    """Why the sources of a package were not inspected: a clause for a sentence."""


class _SourcesOnly(NullEnv):
    """An environment that no wheel fits: what Poetry's Chooser has left is the sdist."""

    def get_supported_tags(self) -> list[Tag]:
        return []


class Sdists:
    """Finds and fetches what Poetry would build from, into Poetry's own caches.

    Its methods may be called from several threads.
    """

    def __init__(self, project: Project, budget: TimeBudget, *, offline: bool) -> None:
        """Fetch within `budget`; use the caches alone when `offline`."""
        self._offline = offline
        self._budget = budget
        self._config = project.config
        self._cache = project.artifact_cache
        self._files = ArtifactCache(project.config.artifacts_cache_directory)
        self._chooser = Chooser(project.pool, _SourcesOnly(), project.config)
        self._authenticator = Authenticator(project.config, pool_size=project.workers)
        self._base = project.folder
        self._guard = Lock()
        self._checkouts: dict[Path, Lock] = {}

    @contextmanager
    def at_hand(self, package: Package, filename: str | None) -> Iterator[Path]:
        """Have the sdist, or the directory, that `package` is built from while it is looked at.

        `filename` is that of the file that the lock has for it. Raises NotInspectedError where they
        are not at hand, TreeError where they are not those of the lock.
        """
        if package.source_type in {None, "legacy", "url", "file", "directory"}:
            yield self._of(package, filename)
            return
        # All packages of a repository share a checkout, and another revision replaces it.
        with self._guard:
            lock = self._checkouts.setdefault(_checkout_of(package), Lock())
        with lock:
            yield self._of(package, filename)

    def _of(self, package: Package, filename: str | None) -> Path:
        try:
            match package.source_type:
                case None | "legacy":
                    return self._of_index(package, str(filename))
                case "url":
                    return self._fetched(Link(str(package.source_url)), package)
                case "file":
                    path = self._base / str(package.source_url)
                    return _verified(path, _hashes(package, path.name))
                case "directory":
                    return _folder(self._base / str(package.source_url), package)
                case _:
                    return _folder(self._checkout(package), package)
        except (NotInspectedError, TreeError):
            raise
        except TimeLimitError as error:
            raise NotInspectedError(str(error)) from error
        except Exception as error:
            raise NotInspectedError(f"it could not be fetched: {clause(error)}") from error

    def _of_index(self, package: Package, filename: str) -> Path:
        if cached := self._files.file(filename, _hashes(package, filename)):
            return cached
        if self._offline:
            raise NotInspectedError(
                "it is not in Poetry's cache, and --offline forbids fetching it"
            )
        link = self._budget.call(lambda: self._chooser.choose_for(package))
        return self._fetched(link, package)

    def _fetched(self, link: Link, package: Package) -> Path:
        hashes = _hashes(package, link.filename) or {f"{k}:{v}" for k, v in link.hashes.items()}
        cached = self._cache.get_cached_archive_for_link(link, strict=True)
        if cached is not None:
            return _verified(cached, hashes)
        if self._offline:
            raise NotInspectedError(
                "it is not in Poetry's cache, and --offline forbids fetching it"
            )
        path = self._budget.call(
            lambda: self._cache.get_cached_archive_for_link(
                link, strict=True, download_func=self._download
            )
        )
        try:
            return _verified(path, hashes)
        except TreeError:
            # Poetry would refuse it time and again.
            path.unlink(missing_ok=True)
            raise

    def _download(self, url: str, path: Path) -> None:
        retries = self._config.get("requests.max-retries", 0)
        download = Downloader(url, path, self._authenticator, max_retries=retries)
        if download.total_size > MOST_BYTES:
            raise NotInspectedError("limit exceeded: it is larger than 512 MiB")
        for size in download.download_with_progress(chunk_size=1 << 16):
            if size > MOST_BYTES:
                raise NotInspectedError("limit exceeded: it is larger than 512 MiB")

    def _checkout(self, package: Package) -> Path:
        """Return the checkout that `poetry lock` made, else one that Poetry makes."""
        url, revision = str(package.source_url), package.source_resolved_reference
        path = _checkout_of(package)
        if revision and _revision(path) == revision:
            return path
        if self._offline:
            raise NotInspectedError("there is no checkout of it, and --offline forbids making one")
        if not revision:
            raise NotInspectedError("the lock does not name its revision")
        repository = self._budget.call(lambda: Git.clone(url=url, revision=revision))
        return Path(repository.path)


def _checkout_of(package: Package) -> Path:
    """Return where Poetry has the checkout of a git source: by the name of the repository."""
    name = Git.get_name_from_source_url(str(package.source_url))
    return Git.get_default_source_root() / name


def _revision(path: Path) -> str | None:
    from dulwich.repo import Repo  # noqa: PLC0415 - slow, and needed for git sources alone

    try:
        return Git.get_revision(Repo(str(path)))
    except Exception:  # noqa: BLE001 - whatever it is, Poetry makes a new one
        return None


def _folder(folder: Path, package: Package) -> Path:
    """Return the directory in `folder` that is built.

    Raises TreeError where there is none, or nothing in it that Poetry could build: it will fail.
    """
    folder = folder / package.source_subdirectory if package.source_subdirectory else folder
    if not folder.is_dir():
        raise TreeError(f"the directory {folder} does not exist")
    if not any((folder / name).is_file() for name in ("pyproject.toml", "setup.py", "setup.cfg")):
        raise TreeError(f"the directory {folder} has neither pyproject.toml nor setup.py")
    return folder


def _hashes(package: Package, filename: str) -> set[str]:
    return {str(file["hash"]) for file in package.files if file["file"] == filename}


def _verified(path: Path, hashes: set[str]) -> Path:
    """Return `path`; raises TreeError where it is not the file of the lock."""
    if not path.is_file():
        raise TreeError(f"the file {path} does not exist")
    if hashes and not has_hash(path, hashes):
        raise TreeError(f"hash mismatch: {path.name} is not the file recorded in poetry.lock")
    return path
