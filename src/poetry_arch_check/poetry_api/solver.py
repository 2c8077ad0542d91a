"""Poetry's solver with versions hidden from it: the lock that it would write, and does not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cleo.io.null_io import NullIO
from packaging.utils import canonicalize_name
from poetry.puzzle.exceptions import SolverProblemError
from poetry.puzzle.provider import Provider
from poetry.puzzle.solver import Solver
from poetry.repositories import RepositoryPool

from poetry_arch_check.poetry_api.lockers import CapturingLocker
from poetry_arch_check.poetry_api.messages import one_line, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from poetry.core.packages.dependency import Dependency
    from poetry.core.packages.package import Package
    from poetry.packages import DependencyPackage
    from tomlkit import TOMLDocument

    from poetry_arch_check.poetry_api.project import Project


class UnsolvableError(Exception):
    """There is no such lock; the text is the solver's reason, in its own lines."""


def solve(
    project: Project, released: Collection[str], hides: Callable[[str, str], bool]
) -> TOMLDocument:
    """Return the lock with `released` packages (normalized) free to move, all others preferred.

    `hides` tells of a name and a version whether the solver must not see it. As
    `Installer._do_install` does it for `poetry update`. The index is not asked for the metadata
    of what stays: the lock has it. Raises UnsolvableError.
    """
    locked = project.locker.locked_repository().packages
    pool = _HidingPool(project.pool, hides)
    solver = Solver(project.package, pool, [], locked, NullIO())
    stays = [package for package in locked if package.name not in released]
    # Solver has no other way to be given a provider.
    solver._provider = _Provider(project, pool, locked, stays)  # noqa: SLF001
    names: set[Any] = set(released)
    try:
        with (
            TemporaryDirectory() as folder,
            solver.provider.use_source_root(source_root=Path(folder)),
        ):
            packages = solver.solve(use_latest=names).get_solved_packages()
    except SolverProblemError as error:
        raise UnsolvableError(reason_of(error)) from error
    except Exception as error:
        raise UnsolvableError(one_line(error)) from error
    locker = CapturingLocker(project.lock_path, project.pyproject)
    locker.set_lock_data(project.package, packages)
    assert locker.captured is not None  # noqa: S101 - without a lock, it always writes
    return locker.captured


class _HidingPool(RepositoryPool):
    """A pool in which some versions are not found."""

    def __init__(self, pool: RepositoryPool, hides: Callable[[str, str], bool]) -> None:
        self.__dict__.update(pool.__dict__)
        self._hides = hides

    def find_packages(self, dependency: Dependency) -> list[Package]:
        """Return what the pool has, without what is hidden."""
        return [
            package
            for package in super().find_packages(dependency)
            if not self._hides(package.name, package.version.text)
        ]


class _Provider(Provider):
    """Takes the metadata of the entries that stay from the lock, as `installer.re-resolve` does."""

    def __init__(
        self,
        project: Project,
        pool: RepositoryPool,
        locked: list[Package],
        stays: Iterable[Package],
    ) -> None:
        super().__init__(project.package, pool, NullIO(), locked=locked)
        self._entries = {(str(package.name), package.version): package for package in stays}
        self._ask_pool = self.get_package_from_pool
        self.get_package_from_pool = self._locked_package  # type: ignore[assignment]
        self._extras: frozenset[str] = frozenset()

    def complete_package(self, dependency_package: DependencyPackage) -> DependencyPackage:
        """Return what Poetry makes of a package that it decides for."""
        self._extras = frozenset(dependency_package.dependency.extras)
        return super().complete_package(dependency_package)

    def _locked_package(self, name: str, version: Any, **source: Any) -> Package:
        entry = self._entries.get((canonicalize_name(name), version))
        if entry is not None and _has_extras(entry, self._extras):
            return entry
        return self._ask_pool(name, version, **source)


def _has_extras(entry: Package, extras: Iterable[str]) -> bool:
    """Return whether an entry lists what its `extras` require: it does for those that are used."""
    listed = {dependency.name for dependency in entry.requires}
    seen: set[str] = set()
    waiting = list(extras)
    while waiting:
        extra = waiting.pop()
        if extra in seen:
            continue
        seen.add(extra)
        for dependency in entry.extras.get(extra, ()):  # type: ignore[call-overload]
            if dependency.name == entry.name:
                waiting.extend(dependency.extras)
            elif dependency.name not in listed:
                return False
    return True
