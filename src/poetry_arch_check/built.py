"""Wheels that Poetry built before and keeps in its artifact cache."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from poetry.core.packages.utils.link import Link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from poetry.core.packages.package import Package
    from poetry.poetry import Poetry
    from poetry.utils.env import Env


class BuiltWheels:
    """What needs no build on this machine any more: Executor takes a cached wheel first."""

    def __init__(self, poetry: Poetry, env: Env) -> None:
        """Prepare looking for wheels that fit `env`."""
        self._poetry = poetry
        self._env = env
        self._cache = poetry.pool.artifact_cache

    def has(self, package: Package, sdist: str | None) -> bool:
        """Return whether a wheel lies there that was built from `sdist` of `package`.

        The index is asked for the address of the sdist, under which it would lie, and only
        where there is a wheel of this name and version at all; nothing is downloaded.
        """
        match package.source_type:
            case "git":
                return self._git(package)
            case "url":
                return self._link(Link(str(package.source_url)))
            case None | "legacy" if sdist and any(self._wheels_of(package)):
                return any(self._link(link) for link in self._links(package, sdist))
            case _:
                return False

    def _git(self, package: Package) -> bool:
        # As in Executor._prepare_git_archive.
        if not package.source_resolved_reference or package.develop:
            return False
        archive = self._cache.get_cached_archive_for_git(
            str(package.source_url),
            package.source_resolved_reference,
            package.source_subdirectory,
            env=self._env,
        )
        return _is_wheel(archive)

    def _link(self, link: Link) -> bool:
        # As in Executor._download_link.
        return _is_wheel(self._cache.get_cached_archive_for_link(link, strict=False, env=self._env))

    def _wheels_of(self, package: Package) -> Iterator[Path]:
        folder = self._poetry.config.artifacts_cache_directory
        # ArtifactCache lays its directories out in four levels of a hash.
        for path in folder.glob("*/*/*/*/*.whl"):
            name, _, rest = path.name.partition("-")
            if canonicalize_name(name) == package.name and rest.split("-")[0]:
                yield path

    def _links(self, package: Package, sdist: str) -> Iterator[Link]:
        """Yield the links to `sdist` in the repository that Chooser._get_repository takes."""
        pool = self._poetry.pool
        with suppress(Exception):  # an index that does not answer: Poetry will say so itself
            if package.source_type:
                repository = pool.repository(str(package.source_reference))
            elif pool.has_repository("pypi"):
                repository = pool.repository("pypi")
            else:
                repository = pool.repositories[0]
            locked = {file["hash"] for file in package.files}
            for link in repository.find_links_for_package(package):
                hashes = {f"{name}:{value}" for name, value in link.hashes.items()}
                if link.filename == sdist and (not hashes or hashes & locked):
                    yield link


def _is_wheel(archive: Path | None) -> bool:
    return archive is not None and archive.suffix == ".whl"
