"""What a distribution's packages on an image amount to: PEP 725 names, and how surely."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.distributions import Manager, packages_of
from poetry_arch_check.toolchains.libraries import all_dependencies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.toolchains.distributions import Distribution

_HEADERS = {
    Manager.APT: re.compile(r"(?:lib)?python3(?:\.(?P<minor>\d+))?(?:-all)?-dev"),
    Manager.APK: re.compile(r"python3-dev"),
}
# What is installed with Alpine's compiler, because some sources ask for it; it is no part of it.
_BESIDE = frozenset({"linux-headers"})
_PLAIN = frozenset({"musl-dev", "libc-dev"})
# The glibc of Debian 13: what packages depend on has changed with it, in Ubuntu as well.
_TRIXIE = (2, 41)
_RPM_HEADERS = re.compile(r"python3\.?(?P<minor>\d+)?-devel")


@cache
def _depends(manager: str) -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(packages) for name, packages in table("depends")["rows"][manager].items()
    }


@dataclass(slots=True)
class Installed:
    """The packages of one image that it names itself, each with those that come along.

    `asked` has what was asked for: whether surely, and whether with what is recommended.
    `there` has everything that is there, and whether surely. `groups` are apk's virtual
    packages. `distribution` is that of the image, where it is known.
    """

    manager: Manager
    distribution: Distribution | None = None
    asked: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    there: dict[str, bool] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def copy(self) -> Installed:
        """Return one that can change on its own."""
        return Installed(
            manager=self.manager,
            distribution=self.distribution,
            asked=dict(self.asked),
            there=dict(self.there),
            groups=dict(self.groups),
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
        """Remove `packages` and what depends on them; `automatic`: also what nobody asked for."""
        named: set[str] = set()
        for package in packages:
            if package not in self.groups:
                named.add(package)
            elif certain:
                # Of a group, what nothing else asks for goes.
                del self.groups[package]
        going = {
            package
            for package in self.there
            if package in named or not named.isdisjoint(self._closure(package, recommends=False))
        }
        if automatic:
            kept = {package for members in self.groups.values() for package in members}
            runtime_packages = {
                each for package in kept for each in self._closure(package, recommends=False)
            }
            runtime_packages |= {
                each
                for package, (_, recommends) in self.asked.items()
                if package not in going
                for each in self._closure(package, recommends=recommends)
            }
            going |= self.there.keys() - runtime_packages
        for package in going:
            if certain:
                self.there.pop(package, None)
                self.asked.pop(package, None)
            elif package in self.there:
                self.there[package] = False

    def mark(self, words: Iterable[Value]) -> None:
        """Take packages for asked for or not, as `apt-mark` does; `.*` is all of them."""
        _, verb, *packages = (*(word or "" for word in words), "", "")
        for package in packages:
            if verb == "manual" and package:
                self.asked.setdefault(package, (True, False))
            elif verb == "auto" and package == ".*":
                self.asked.clear()
            elif verb == "auto":
                self.asked.pop(package, None)

    def surely(self) -> set[str]:
        """Return the packages that are there surely."""
        return {package for package, certain in self.there.items() if certain}

    def dependencies(self) -> dict[str, bool]:
        """Return the PEP 725 names of what is there, and whether it is so surely."""
        found = {}
        for dependency in all_dependencies():
            named = set(packages_of(dependency, self.manager) or ())
            packages = named - _BESIDE or named
            if packages and all(package in self.there for package in packages):
                found[dependency] = all(self.there[package] for package in packages)
        return found

    def headers(self, python_minor: int, *, own: bool) -> bool | None:
        """Return whether the headers of Python 3.`python_minor` are there, None for maybe.

        `own` says that it is the distribution's own.
        """
        pattern = _HEADERS.get(self.manager, _RPM_HEADERS)
        found: bool | None = False
        for package, certain in self.there.items():
            if match := pattern.fullmatch(package):
                minor = match.groupdict().get("minor")
                if own if minor is None else int(minor) == python_minor:
                    found = True if certain or found else None
        return found

    def _closure(self, package: str, *, recommends: bool) -> set[str]:
        tables = [self._table]
        if recommends and self.manager is Manager.APT:
            tables.append(f"{self._table}-recommends")
        found = {package}
        if self.manager is Manager.APK and package.endswith("-dev") and package not in _PLAIN:
            # What has a .pc file depends on it: abuild adds that by itself.
            found.add("pkgconf")
        for name in tables:
            found |= _depends(name).get(package, frozenset())
        return found

    @property
    def _table(self) -> str:
        match self.manager:
            case Manager.APT:
                known = self.distribution
                newer = known is not None and known.version >= _TRIXIE
                return "apt-13" if newer else "apt"
            case Manager.APK | Manager.YUM | Manager.ZYPPER:
                return str(self.manager.value)
            case _:
                return "dnf"
