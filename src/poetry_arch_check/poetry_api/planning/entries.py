"""Poetry's packages as entries of the lock, with what the project and the policies make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.core.packages.package import Package

from poetry_arch_check.check.packages import LockedPackage, Source
from poetry_arch_check.poetry_api.policy import Policy

if TYPE_CHECKING:
    from poetry.poetry import Poetry

    from poetry_arch_check.poetry_api.lockfile import LockFile


class Entries:
    """The entries of one lock, each put together once."""

    def __init__(self, poetry: Poetry, lock: LockFile, policy: Policy | None = None) -> None:
        """Prepare; raises ConfigurationError where Poetry cannot read the policies.

        `policy` counts instead of that of this machine.
        """
        self._poetry = poetry
        self._lock = lock
        self._policy = policy or Policy(poetry.config)
        self._direct = {dependency.name for dependency in poetry.package.all_requires}
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

    def project(self) -> LockedPackage | None:
        """Return the project itself as an entry, None where installing it builds nothing.

        `EditableBuilder` runs the build script, whatever else there is; without one, it links
        to the sources.
        """
        root = self._poetry.package
        if not self._poetry.is_package_mode or not root.build_script:
            return None
        entry = LockedPackage(
            name=root.name, version=root.version.text, line=1, source=Source.PROJECT, direct=True
        )
        self._packages[id(entry)] = Package(
            root.name,
            root.version,
            source_type="directory",
            source_url=str(self._poetry.file.path.parent),
        )
        return entry

    def package(self, entry: LockedPackage) -> Package:
        """Return Poetry's package for an entry that `of` has returned."""
        return self._packages[id(entry)]
