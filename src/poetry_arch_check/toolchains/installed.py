"""The distribution's packages on an image → PEP 725 names, and whether they are there for sure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.offers import offer_of, versions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.package_managers.manager import Manager

# What says the version in a package's name: `gcc-13`, `rustc-1.80`.
_VERSIONED = re.compile(r"(.+)-\d+(?:\.\d+)*")


@dataclass(slots=True)
class Installed:
    """The packages that are installed on one image, with their dependencies.

    `asked` has the packages that were installed by name: whether for sure, and whether with
    what they recommend. `there` has all packages that are there, and whether for sure. `groups`
    are apk's virtual packages. `left` are packages that were removed without what came along with
    them. `distribution` is that of the image, where it is known.
    """

    manager: Manager
    distribution: Distribution | None = None
    asked: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    there: dict[str, bool] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many packages it has, those of groups counted again."""
        members = sum(len(packages) for packages in self.groups.values())
        return len(self.there) + len(self.asked) + len(self.groups) + members

    def copy(self) -> Installed:
        """Return one that can change on its own."""
        return Installed(
            manager=self.manager,
            distribution=self.distribution,
            asked=dict(self.asked),
            there=dict(self.there),
            groups=dict(self.groups),
            left=set(self.left),
        )

    def add(
        self,
        packages: Iterable[str],
        *,
        certain: bool,
        recommends: bool = False,
        group: str = "",
    ) -> None:
        """Install `packages`, for apk as the virtual package `group`."""
        packages = tuple(packages)
        if group:
            self.groups[group] = packages
        for package in packages:
            if not group:
                surely, more = self.asked.get(package, (False, False))
                self.asked[package] = surely or certain, more or recommends
            for each in self._closure(package, recommends=recommends):
                self.there[each] = self.there.get(each, False) or certain

    def remove(self, packages: Iterable[str], *, certain: bool, automatic: bool) -> None:
        """Remove `packages` and what depends on them.

        With `automatic`, what nothing that was asked for depends on is removed as well.
        """
        named: set[str] = set()
        for package in packages:
            if package not in self.groups:
                named.add(package)
            elif certain:
                # Its members are removed below, but for those that something else needs.
                del self.groups[package]
        going = {
            package
            for package in self.there
            if package in named or not named.isdisjoint(self._closure(package, recommends=False))
        }
        if automatic:
            kept = {package for members in self.groups.values() for package in members}
            needed = {each for package in kept for each in self._closure(package, recommends=False)}
            needed |= {
                each
                for package, (_, recommends) in self.asked.items()
                if package not in going
                for each in self._closure(package, recommends=recommends)
            }
            going |= self.there.keys() - needed
        if not automatic:
            self.left |= going
        for package in going:
            if certain:
                self.there.pop(package, None)
                self.asked.pop(package, None)
            elif package in self.there:
                self.there[package] = False

    def mark(self, verb: str, packages: Iterable[str]) -> None:
        """Mark packages as asked for or not, as `apt-mark` does (`manual`, `auto`); `.*` is all."""
        for package in packages:
            if verb == "manual":
                self.asked.setdefault(package, (True, False))
            elif verb == "auto" and package == ".*":
                self.asked.clear()
            elif verb == "auto":
                self.asked.pop(package, None)

    def surely(self) -> set[str]:
        """Return the packages that are there for sure."""
        return {package for package, certain in self.there.items() if certain}

    def dependencies(self) -> dict[str, bool]:
        """Return the PEP 725 names of what is there, and whether it is for sure."""
        found = {}
        there = self.there.keys()
        for dependency, alternatives in _providing(self.manager, self.distribution).items():
            for packages in alternatives:
                if there >= packages:
                    found[dependency] = all(self.there[package] for package in packages)
                    break
        return found

    def versions(self, dependencies: Iterable[str] | None = None) -> dict[str, str]:
        """Return the versions, where they are known, of `dependencies`, by default of all there.

        Where another version of the same package is asked for (`gcc-13`), it is not known
        which one a build takes.
        """
        there = self.dependencies() if dependencies is None else dependencies
        found = versions_of(self.distribution, there)
        matches = (_VERSIONED.fullmatch(package) for package in self.asked)
        named = {match[1] for match in matches if match}
        providing = _providing(self.manager, self.distribution)
        return {
            dependency: version
            for dependency, version in found.items()
            if named.isdisjoint(each for names in providing[dependency] for each in names)
        }

    def headers(self, python_minor: int, *, own: bool) -> bool | None:
        """Return whether the headers of Python 3.`python_minor` are there, None for maybe.

        `own` says that it is the distribution's own Python.
        """
        found: bool | None = False
        for package, certain in self.there.items():
            if self.manager.headers.has_headers(package, python_minor, own=own):
                found = True if certain or found else None
        return found

    def _closure(self, package: str, *, recommends: bool) -> frozenset[str]:
        """Return `package` and what comes along with it."""
        libc = self.distribution.version if self.distribution else None
        return self.manager.depends.of(package, libc, recommends=recommends) | {package}


@cache
def _providing(
    manager: Manager, distribution: Distribution | None
) -> Mapping[str, tuple[frozenset[str], ...]]:
    """Return the packages that provide each dependency that has some, by either of their names."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for dependency in all_dependencies():
        offer = offer_of(distribution, dependency) if distribution else None
        names = dict.fromkeys(
            (*([offer.packages] if offer else []), manager.packages_of(dependency) or ())
        )
        # What is installed beside a compiler is no part of it.
        found[dependency] = tuple(
            frozenset(each) - manager.beside or frozenset(each) for each in names if each
        )
    return {dependency: alternatives for dependency, alternatives in found.items() if alternatives}
