"""What solving an old lock came to, kept: it takes longer than all the rest of a check."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from poetry_arch_check.poetry_api.lockfile import LockFile
from poetry_arch_check.poetry_api.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry.core.packages.package import Package

    from poetry_arch_check.poetry_api.project import Project

# A month: locks change, and their old solutions are of no use.
_MINUTES = 30 * 24 * 60


class Solutions:
    """The packages that a choice of groups and extras comes to, by what an environment answers.

    A solution holds for one pyproject.toml, one lock and one release of Poetry's solver.
    """

    def __init__(
        self, project: Project, lock: LockFile, groups: Iterable[str], extras: Iterable[str]
    ) -> None:
        self._results = Results(project)
        releases = version("poetry"), version("poetry-core")
        basis = (project.pyproject, lock.digest, sorted(groups), sorted(extras), *releases)
        text = json.dumps(basis, sort_keys=True, default=str)
        self._basis = sha256(text.encode()).hexdigest()

    def of(
        self, answers: tuple[object, ...], packages: Iterable[Package]
    ) -> tuple[Package, ...] | None:
        """Return those of `packages`, the entries of the lock, that were the solution."""
        kept = self._results.get(self._key(answers))
        if not isinstance(kept, list):
            return None
        entries = {json.dumps(LockFile.key(package)): package for package in packages}
        found = tuple(entries[key] for key in kept if isinstance(key, str) and key in entries)
        return found if len(found) == len(kept) else None

    def keep(self, answers: tuple[object, ...], packages: Iterable[Package]) -> None:
        """Keep a solution."""
        keys = [json.dumps(LockFile.key(package)) for package in packages]
        self._results.put(self._key(answers), keys, _MINUTES)

    def _key(self, answers: tuple[object, ...]) -> str:
        return f"solution {self._basis} {answers}"
