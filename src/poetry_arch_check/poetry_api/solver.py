"""Poetry's solver with versions hidden from it: the lock that it would write, and does not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cleo.io.null_io import NullIO
from poetry.puzzle.exceptions import SolverProblemError
from poetry.puzzle.solver import Solver
from poetry.repositories import RepositoryPool

from poetry_arch_check.poetry_api.lockers import CapturingLocker
from poetry_arch_check.poetry_api.messages import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from poetry.core.packages.dependency import Dependency
    from poetry.core.packages.package import Package
    from tomlkit import TOMLDocument

    from poetry_arch_check.poetry_api.project import Project


class UnsolvableError(Exception):
    """There is no such lock; the text is the solver's reason, in its own lines."""


def solve(
    project: Project, released: Collection[str], hides: Callable[[str, str], bool]
) -> TOMLDocument:
    """Return the lock with `released` packages (normalized) free to move, all others preferred.

    `hides` tells of a name and a version whether the solver must not see it. As
    `Installer._do_install` does it for `poetry update`. Raises UnsolvableError.
    """
    locked = project.locker.locked_repository()
    pool = _HidingPool(project.pool, hides)
    solver = Solver(project.package, pool, [], locked.packages, NullIO())
    names: set[Any] = set(released)
    try:
        with (
            TemporaryDirectory() as folder,
            solver.provider.use_source_root(source_root=Path(folder)),
        ):
            packages = solver.solve(use_latest=names).get_solved_packages()
    except SolverProblemError as error:
        raise UnsolvableError(str(error).strip()) from error
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
