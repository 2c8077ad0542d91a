"""The packages with the shared libraries that builds link to: `data/runtime.json`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.toolchain import parse_dependency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.toolchains.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The run-time packages of a release.

    `libraries` has them by PEP 725 name, the one that is always needed first: none for what leaves
    nothing to load. `base` are those that the distribution's own image has. `along` are those that
    come directly along with a package, and `recommended` what more does with all that is
    recommended; of a package without a row it is not known what comes along.
    """

    libraries: Mapping[str, tuple[str, ...]]
    base: frozenset[str]
    along: Mapping[str, tuple[str, ...]]
    recommended: Mapping[str, tuple[str, ...]]

    def closure(self, packages: Iterable[str], recommending: Iterable[str] = ()) -> frozenset[str]:
        """Return `packages` and the run-time packages that come along with them.

        Of `recommending`, which are among them, what they recommend comes along as well.
        """
        found: set[str] = set()
        waiting = list(packages)
        waiting.extend(each for name in recommending for each in self.recommended.get(name, ()))
        while waiting:
            package = waiting.pop()
            if package not in found:
                found.add(package)
                waiting.extend(self.along.get(package, ()))
        return frozenset(found)

    def knows(self, package: str) -> bool:
        """Return whether it is known what comes along with `package`."""
        return package in self.along or package in self.base


@cache
def _runtime(name: str, release: str) -> Runtime | None:
    rows = table("runtime")["rows"].get(name, {})
    row = rows.get(release) or rows.get("*")
    if row is None:
        return None
    return Runtime(
        libraries={
            parse_dependency(short): tuple(packages) for short, packages in row["libraries"].items()
        },
        base=frozenset(row["base"]),
        along={package: tuple(packages) for package, packages in row["along"].items()},
        recommended={
            package: tuple(packages) for package, packages in row.get("recommended", {}).items()
        },
    )


def runtime_of(distribution: Distribution | None) -> Runtime | None:
    """Return the run-time packages of a release, None where they are not known."""
    return _runtime(distribution.name, distribution.release) if distribution else None


def same_library(one: str, other: str) -> bool:
    """Return whether packages of two releases have the same library: Debian names it by its ABI.

    With 64-bit time on 32-bit machines, Debian 13 and Ubuntu 24.04 put `t64` behind the name.
    """
    return one.replace("t64", "") == other.replace("t64", "")
