"""Wheels that Poetry built before and keeps in its artifact cache."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from poetry.core.packages.utils.link import Link

from poetry_arch_check.sources.hashes import has_hash

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.tags import Tag
    from poetry.core.packages.package import Package
    from poetry.poetry import Poetry
    from poetry.utils.env import Env


class BuiltWheels:
    """What needs no build on this machine any more: Executor takes a cached wheel first.

    Only the disk is looked at. Poetry keeps an sdist and the wheel built from it together, in a
    directory named after the address of the sdist. An sdist with the hash of the lock is taken
    for the one that Poetry will ask for, without asking an index for its address.
    """

    def __init__(self, poetry: Poetry, env: Env) -> None:
        """Prepare looking for wheels that fit `env`."""
        self._cache = poetry.pool.artifact_cache
        self._folder = poetry.config.artifacts_cache_directory
        self._env = env

    def has(self, package: Package, sdist: str | None) -> bool:
        """Return whether a wheel lies there that was built from `sdist` of `package`."""
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
                key = canonicalize_name(package.name), Version(package.version.text)
                hashes = {str(file["hash"]) for file in package.files if file["file"] == sdist}
                return any(
                    tags & self._tags and has_hash(folder / sdist, hashes)
                    for folder, tags in self._wheels.get(key, ())
                )
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

    @cached_property
    def _tags(self) -> frozenset[Tag]:
        return frozenset(self._env.supported_tags)

    @cached_property
    def _wheels(self) -> dict[tuple[str, Version], list[tuple[Path, frozenset[Tag]]]]:
        """Directory and tags of every cached wheel, by name and version."""
        wheels: dict[tuple[str, Version], list[tuple[Path, frozenset[Tag]]]] = {}
        # ArtifactCache lays its directories out in four levels of a hash.
        for path in self._folder.glob("*/*/*/*/*.whl"):
            try:
                name, version, _, tags = parse_wheel_filename(path.name)
            except (InvalidWheelFilename, InvalidVersion):
                continue
            wheels.setdefault((name, version), []).append((path.parent, tags))
        return wheels


def _is_wheel(archive: Path | None) -> bool:
    return archive is not None and archive.suffix == ".whl"
