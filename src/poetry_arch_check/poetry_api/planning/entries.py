"""Poetry's packages as entries of the lock, with what the project and the policies make of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from poetry.core.packages.package import Package

from poetry_arch_check.check.packages import LockedPackage, Source
from poetry_arch_check.poetry_api.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project


PackageOf: TypeAlias = "Callable[[LockedPackage], Package]"
"""Returns Poetry's package for an entry that was planned."""


class Entries:
    """The entries of one lock, each put together once."""

    def __init__(self, project: Project, lock: LockFile, policy: Policy | None = None) -> None:
        """Use `policy`, by default that of this machine.

        Raises ConfigurationError where Poetry cannot read the policies.
        """
        self._project = project
        self._lock = lock
        self._policy = policy or Policy(project.config)
        self._direct = {dependency.name for dependency in project.package.all_requires}
        self._known: dict[int, tuple[Package, LockedPackage]] = {}
        self._packages: dict[int, Package] = {}

    def of(self, package: Package) -> LockedPackage:
        """Return the entry that `package` was read from."""
        # Equal packages are the same entry, but Package hashes slowly and changes with features.
        known = self._known.get(id(package))
        if known is None or known[0] is not package:
            entry = self._lock.package(
                package,
                wheels_allowed=self._policy.wheels(package),
                sdists_allowed=self._policy.sdists(package),
                direct=package.name in self._direct,
            )
            known = self._known[id(package)] = package, entry
            self._packages[id(entry)] = package
        return known[1]

    @cached_property
    def project(self) -> LockedPackage | None:
        """Return the project itself as an entry, None where installing it builds nothing."""
        if not self._project.builds_itself:
            return None
        root = self._project.package
        entry = LockedPackage(
            name=root.name, version=root.version.text, line=1, source=Source.PROJECT, direct=True
        )
        self._packages[id(entry)] = Package(
            root.name,
            root.version,
            source_type="directory",
            source_url=str(self._project.folder),
        )
        return entry

    def __contains__(self, entry: LockedPackage) -> bool:
        """Whether `entry` is one that `of` has returned, or the project."""
        return id(entry) in self._packages

    def package(self, entry: LockedPackage) -> Package:
        """Return Poetry's package for an entry that is one of these."""
        return self._packages[id(entry)]
