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
        """Return whether it is what `need` asks for, as far as is known.

        Releases have new versions: where the version is not known, a floor is met, no more.
        """
        known = bool(self.version) or not need.is_bounded
        return self.there and known and need.met_by(self.version)


ABSENT = Offer(there=False)
# Of these, all releases but the oldest and those in between have a row for each package.
_LISTED = frozenset({"Debian", "Ubuntu"})
# The names of their package managers are Fedora's; what they have of Fedora, their rows say.
_OWN_PACKAGES = frozenset(
    {"Amazon Linux", "Rocky Linux", "AlmaLinux", "Red Hat UBI", "openSUSE Leap"}
    | {"CentOS Stream", "Oracle Linux", "openSUSE Tumbleweed"}
)
# They have the packages of the same release of Enterprise Linux. Oracle's repositories beside the
# main ones have names of their own, which are not recorded.
_PACKAGES_OF = {"CentOS Stream": "Rocky Linux", "Oracle Linux": "Rocky Linux"}


@cache
def _release(name: str, release: str) -> Mapping[str, Any]:
    rows = table("offers")["rows"].get(_PACKAGES_OF.get(name, name), {}).get(release, {})
    return {
        parse_dependency(short): row
        for short, row in rows.items()
        if not (name == "Oracle Linux" and row and row.get("repositories"))
    }


def offer_of(distribution: Distribution, dependency: str) -> Offer | None:
    """Return what a release has of `dependency` (PEP 725), None where nothing is known of it.

    Where the table does not have it, the packages are those that the package manager has on most
    releases, in a version that is not known: not on distributions that have other ones than that
    whose names these are.
    """
    rows = _release(distribution.name, distribution.release)
    if dependency in rows:
        return _offer(distribution, rows[dependency])
    if distribution.name in _OWN_PACKAGES:
        return None
    packages = distribution.manager.packages_of(dependency)
    beside = _neighbours(distribution, dependency)
    # Neither are there names that were given later, or that have been given up before.
    if packages is None or any(offer.packages != packages for offer in beside):
        return None
    return Offer(packages=packages)


def _neighbours(distribution: Distribution, dependency: str) -> tuple[Offer, ...]:
    """Return what the nearest releases with a full list have, where this one has none."""
    name, number = distribution.name, _number(distribution.release)
    if name not in _LISTED:
        return ()
    listed = sorted(table("offers")["rows"][name], key=_number)
    if distribution.release in listed:
        return ()
    older = [release for release in listed if _number(release) < number][-1:]
    newer = [release for release in listed if _number(release) > number][:1]
    rows = (_release(name, release).get(dependency) for release in (*older, *newer))
    return tuple(_offer(distribution, row) for row in rows)


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part)


def _offer(distribution: Distribution, row: Mapping[str, Any] | None) -> Offer:
    if row is None:
        return ABSENT
    return Offer(
        version=row["version"],
        packages=tuple(row["packages"]),
        first=distribution.manager.enabling(row.get("repositories", ())),
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
    if not offer.there:
        return f"{release} has no {name}"
    if not offer.version:
        return f"which {name} {release} has is not known"
    return f"{release} has {name} {offer.version}"


def versions_of(distribution: Distribution | None, dependencies: Iterable[str]) -> dict[str, str]:
    """Return the versions, where they are known, of what is installed of a release's packages."""
    if distribution is None:
        return {}
    offers = ((each, offer_of(distribution, each)) for each in dependencies)
    return {each: offer.version for each, offer in offers if offer and offer.version}
