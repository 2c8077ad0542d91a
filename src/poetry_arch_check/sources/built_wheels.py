"""Wheels that Poetry built before and keeps in its artifact cache."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version
from poetry.core.packages.utils.link import Link

from poetry_arch_check.sources.artifact_cache import ArtifactCache
from poetry_arch_check.sources.hashes import has_hash

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.tags import Tag
    from poetry.core.packages.package import Package
    from poetry.utils.env import Env

    from poetry_arch_check.poetry_api.project import Project


class BuiltWheels:
    """Packages that need no build on this machine: `Executor` takes a cached wheel first.

    Only the disk is read. An sdist with the hash in the lock is taken for the one that Poetry
    will ask for, without asking an index for its address.
    """

    def __init__(self, project: Project, env: Env) -> None:
        """Look for wheels that fit `env`."""
        self._cache = project.artifact_cache
        self._files = ArtifactCache(project.config.artifacts_cache_directory)
        self._env = env

    def has(self, package: Package, sdist: str | None) -> bool:
        """Return whether the cache has a wheel that was built from `sdist` of `package`."""
        match package.source_type:
            case "git":
                return self._git(package)
            case "url":
                # As in Executor._download_link.
                link = Link(str(package.source_url))
                return _is_wheel(
                    self._cache.get_cached_archive_for_link(link, strict=False, env=self._env)
                )
            case None | "legacy" if sdist:
                return self._from_index(package, sdist)
            case _:
                return False

    def _from_index(self, package: Package, sdist: str) -> bool:
        hashes = {str(file["hash"]) for file in package.files if file["file"] == sdist}
        name, version = canonicalize_name(package.name), Version(package.version.text)
        return any(
            tags & self._tags and has_hash(folder / sdist, hashes)
            for folder, tags in self._files.wheels_beside(name, version)
        )

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

    @cached_property
    def _tags(self) -> frozenset[Tag]:
        return frozenset(self._env.supported_tags)


def _is_wheel(archive: Path | None) -> bool:
    return archive is not None and archive.suffix == ".whl"
