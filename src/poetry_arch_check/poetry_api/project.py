"""The project at hand: the one door to Poetry's objects for the rooms that know Poetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry.utils.env import EnvManager

from poetry_arch_check.poetry_api.lockfile import read_lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from poetry.config.config import Config
    from poetry.core.packages.dependency import Dependency
    from poetry.core.packages.project_package import ProjectPackage
    from poetry.packages import Locker
    from poetry.poetry import Poetry
    from poetry.repositories import RepositoryPool
    from poetry.utils.cache import ArtifactCache
    from poetry.utils.env import Env

    from poetry_arch_check.poetry_api.lockfile import LockFile


class Project:
    """What `Poetry` knows of a project, by names that do not change with its versions."""

    def __init__(self, poetry: Poetry) -> None:
        self._poetry = poetry

    # --- the project's own files ---

    @property
    def package(self) -> ProjectPackage:
        """The project as a package, with its dependency groups and extras."""
        return self._poetry.package

    @property
    def pyproject_path(self) -> Path:
        """The path of pyproject.toml."""
        return self._poetry.file.path

    @property
    def folder(self) -> Path:
        """The directory of pyproject.toml."""
        return self._poetry.file.path.parent

    @property
    def pyproject(self) -> dict[str, Any]:
        """The parsed pyproject.toml."""
        return self._poetry.pyproject.data

    @property
    def tool_tables(self) -> Mapping[str, object]:
        """The tables of `[tool]` in pyproject.toml, by name."""
        tables: Mapping[str, object] = self.pyproject.get("tool", {})
        return tables

    @property
    def table(self) -> object:
        """The parsed `[tool.poetry-arch-check]`, None where there is none."""
        table = self.tool_tables.get("poetry-arch-check")
        # Some versions of Poetry keep tomlkit's values, which are not Python's.
        unwrap = getattr(table, "unwrap", None)
        return unwrap() if unwrap else table

    @property
    def builds_itself(self) -> bool:
        """Whether installing the project runs a build script of its own.

        `EditableBuilder` runs the build script, whatever else there is; without one, it links to
        the sources.
        """
        return self._poetry.is_package_mode and bool(self.package.build_script)

    @property
    def build_constraints(self) -> Mapping[str, Sequence[Dependency]]:
        """The project's build constraints by package, as of Poetry 2.3."""
        return getattr(self._poetry, "build_constraints", {})

    def environment(self) -> Env:
        """Return the project's environment; only what is there is activated, none is made."""
        return EnvManager(self._poetry).get()

    # --- the lock ---

    @property
    def locker(self) -> Locker:
        """Poetry's reader and writer of the lock file."""
        return self._poetry.locker

    @property
    def lock_path(self) -> Path:
        """The path of poetry.lock, whether or not it exists."""
        return self._poetry.locker.lock

    def lock(self) -> LockFile:
        """Return the lock in its file; raises LockError where it is missing, stale or damaged."""
        return read_lock(self.locker, self.pyproject)

    # --- configuration, indexes, caches ---

    @property
    def config(self) -> Config:
        """Poetry's configuration."""
        return self._poetry.config

    @property
    def pool(self) -> RepositoryPool:
        """The package sources, in Poetry's order."""
        return self._poetry.pool

    @property
    def artifact_cache(self) -> ArtifactCache:
        """Poetry's cache of downloaded files and of the wheels built from them."""
        return self._poetry.pool.artifact_cache

    @property
    def workers(self) -> int:
        """How many things Poetry does at once, at least 1 (`installer.max-workers`)."""
        return max(1, self.config.installer_max_workers)
