"""Which packages come along with one, as `data/depends.json` has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from poetry_arch_check.platforms.platform import Version


@cache
def _table(name: str) -> Mapping[str, frozenset[str]]:
    rows = table("depends")["rows"][name]
    return {package: frozenset(packages) for package, packages in rows.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Depends:
    """The tables with the dependencies of a package manager's packages.

    `newer` is the table from a version of the C library on, which stands for a release.
    `recommends` says that each table has another with what is recommended.
    Packages that `pc_files` matches have a .pc file, and depend on `pkgconf` for it.
    """

    table: str | None = None
    newer: tuple[Version, str] | None = None
    recommends: bool = False
    pc_files: re.Pattern[str] | None = None

    def of(self, package: str, libc: Version | None, *, recommends: bool) -> frozenset[str]:
        """Return what comes along with `package`, where the C library is of the version `libc`."""
        name = self.table
        if name is None:
            return frozenset()
        if self.newer and libc is not None and libc >= self.newer[0]:
            name = self.newer[1]
        found = _table(name).get(package, frozenset())
        if recommends and self.recommends:
            found |= _table(f"{name}-recommends").get(package, frozenset())
        if self.pc_files and self.pc_files.fullmatch(package):
            found |= {"pkgconf"}
        return found
