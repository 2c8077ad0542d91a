"""What a release of a distribution has of a dependency: `data/offers.json`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.libraries import called
from poetry_arch_check.toolchains.toolchain import parse_dependency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.need import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is of a dependency: its version, "" where that is not known, and its packages.

    A release that does not have the dependency at all offers no packages: `there` is False.
    `first` are the commands that make the packages known: those of EPEL, for example.
    """

    version: str = ""
    packages: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    there: bool = True

    def meets(self, need: Need) -> bool:
        """Return whether it is what `need` asks for, as far as is known."""
        return self.there and need.met_by(self.version)


ABSENT = Offer(there=False)


@cache
def _release(name: str, release: str) -> Mapping[str, Any]:
    rows = table("offers")["rows"].get(name, {}).get(release, {})
    return {parse_dependency(short): row for short, row in rows.items()}


def offer_of(distribution: Distribution, dependency: str) -> Offer | None:
    """Return what a release has of `dependency` (PEP 725), None where nothing is known of it.

    Where the table does not have it, the packages are those that the package manager has on most
    releases, in a version that is not known.
    """
    rows = _release(distribution.name, distribution.release)
    if dependency not in rows:
        packages = distribution.manager.packages_of(dependency)
        return None if packages is None else Offer(packages=packages)
    row = rows[dependency]
    if row is None:
        return ABSENT
    return Offer(
        version=row["version"],
        packages=tuple(row["packages"]),
        first=tuple(row.get("first", ())),
    )


def shortfall(distribution: Distribution | None, need: Need) -> str:
    """Return what a release has instead of `need`, as a clause: `Debian 12 has rustc 1.63.0`.

    It is "" where the release meets the need, or nothing is known.
    """
    offer = offer_of(distribution, need.dependency) if distribution else None
    if distribution is None or offer is None or offer.meets(need):
        return ""
    release = f"{distribution.name} {distribution.release}".rstrip()
    name = called(need.dependency)
    return f"{release} has {name} {offer.version}" if offer.there else f"{release} has no {name}"


def versions_of(distribution: Distribution | None, dependencies: Iterable[str]) -> dict[str, str]:
    """Return the versions, where they are known, of what is installed of a release's packages."""
    if distribution is None:
        return {}
    offers = ((each, offer_of(distribution, each)) for each in dependencies)
    return {each: offer.version for each, offer in offers if offer and offer.version}
