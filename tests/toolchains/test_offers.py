"""What releases of distributions have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.distributions import (
    ALMA,
    ALPINE,
    AMAZON,
    ARCH,
    DEBIAN,
    FEDORA,
    RED_HAT,
    ROCKY,
    SUSE,
    UBUNTU,
    Distribution,
    releases_of,
)
from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.offers import Offer, offer_of, shortfall, versions_of
from poetry_arch_check.toolchains.package_managers.registry import DNF, MICRODNF
from poetry_arch_check.toolchains.toolchain import RUST, C, parse_dependency
from support.make import needs

if TYPE_CHECKING:
    from poetry_arch_check.toolchains.package_managers.manager import Manager

BOOKWORM = next(each for each in DEBIAN if each.release == "12")
TRIXIE = next(each for each in DEBIAN if each.release == "13")
GIREPOSITORY = "dep:generic/girepository"


def test_a_release_has_versions_and_packages() -> None:
    """Its own ones."""
    offer = offer_of(BOOKWORM, RUST)
    assert offer is not None
    assert (offer.version, {"rustc", "cargo"} <= set(offer.packages)) == ("1.63.0", True)
    assert versions_of(BOOKWORM, (C, RUST, "dep:generic/no-such")) == {C: "12.2.0", RUST: "1.63.0"}
    assert versions_of(None, (C,)) == {}


def test_what_a_release_does_not_have() -> None:
    """That is known; what the table does not have is in a version that is not."""
    absent = offer_of(BOOKWORM, GIREPOSITORY)
    assert absent == Offer(there=False)
    assert not absent.meets(needs("girepository")[0])
    assert offer_of(TRIXIE, GIREPOSITORY) != absent
    assert offer_of(BOOKWORM, "dep:generic/no-such") is None
    unknown = offer_of(SUSE[0], RUST)
    assert unknown is not None
    assert unknown.meets(needs("rust>=9")[0])
    assert not unknown.meets(needs("rust>=1,<9")[0])


@pytest.mark.parametrize(
    ("distribution", "need", "said"),
    [
        (BOOKWORM, "rust>=1.65", "Debian 12 has rustc 1.63.0"),
        (BOOKWORM, "girepository", "Debian 12 has no girepository"),
        (TRIXIE, "rust>=1.65", ""),
        (BOOKWORM, "no-such>=1", ""),
        (None, "rust>=1.65", ""),
        (SUSE[0], "rust>=1.65", ""),
        (SUSE[0], "rust<1.65", f"which rustc {SUSE[0].label} has is not known"),
    ],
)
def test_what_a_release_has_instead(
    distribution: Distribution | None, need: str, said: str
) -> None:
    """A clause for a sentence."""
    assert shortfall(distribution, needs(need)[0]) == said


ALL = (*DEBIAN, *UBUNTU, *ALPINE, *AMAZON, *FEDORA, *ROCKY, *ALMA, *RED_HAT, *SUSE, *ARCH)
ALL += (*releases_of("Azure Linux"), *releases_of("Photon OS"))
ALL += releases_of("openSUSE Tumbleweed")


@pytest.mark.parametrize("distribution", ALL, ids=lambda each: each.label)
def test_no_release_offers_what_it_does_not_have(distribution: Distribution) -> None:
    """What is offered has a row, or a name that holds for the whole distribution."""
    rows = table("offers")["rows"].get(distribution.name, {}).get(distribution.release, {})
    by_name = {parse_dependency(name): row for name, row in rows.items()}
    named = {"Debian", "Ubuntu", "Alpine", "Fedora", "Arch Linux"}
    for dependency in all_dependencies():
        offer = offer_of(distribution, dependency)
        if dependency in by_name:
            row = by_name[dependency]
            assert offer is not None
            assert offer.packages == (() if row is None else tuple(row["packages"]))
        elif offer is not None:
            assert distribution.name in named
            assert offer.packages == distribution.manager.packages_of(dependency)


def of(releases: tuple[Distribution, ...], release: str) -> Distribution:
    """Return one release of a distribution."""
    return next(each for each in releases if each.release == release)


@pytest.mark.parametrize(
    ("distribution", "name", "there"),
    [
        (BOOKWORM, "girepository", False),
        (of(DEBIAN, "10"), "girepository", False),
        (of(DEBIAN, "10"), "pcre", True),
        (TRIXIE, "pcre", False),
        (BOOKWORM, "cuda", False),
        (TRIXIE, "cuda", False),
        (of(UBUNTU, "18.04"), "girepository", False),
        (of(UBUNTU, "25.10"), "libpq", True),
        # Of the releases before and after it, one has none.
        (of(UBUNTU, "25.04"), "pcre", False),
        (of(AMAZON, "2023"), "hdf5", False),
        (of(AMAZON, "2023"), "libpq", True),
        (of(AMAZON, "2023"), "gdal", False),
        (of(ROCKY, "9"), "gdal", True),
        (of(ROCKY, "10"), "pcre", False),
        (of(RED_HAT, "9"), "hdf5", False),
        (of(RED_HAT, "9"), "libpq", True),
        (of(SUSE, "15.6"), "openssl", True),
        (of(FEDORA, "43"), "hdf5", True),
    ],
)
def test_what_is_offered(distribution: Distribution, name: str, there: bool) -> None:
    """Packages that people asked for and did not get, and some that they get."""
    offer = offer_of(distribution, f"dep:generic/{name}")
    assert bool(offer and offer.packages) is there


@pytest.mark.parametrize(
    ("manager", "first"),
    [
        (
            DNF,
            (
                "dnf install -y dnf-plugins-core",
                "dnf config-manager --set-enabled crb",
                "dnf install -y epel-release",
            ),
        ),
        (
            MICRODNF,
            (
                "microdnf install -y dnf dnf-plugins-core",
                "dnf config-manager --set-enabled crb",
                "microdnf install -y epel-release",
            ),
        ),
    ],
)
def test_repositories_are_enabled_with_what_the_image_has(
    manager: Manager, first: tuple[str, ...]
) -> None:
    """Minimal images have no dnf."""
    minimal = replace(of(ROCKY, "9"), manager=manager)
    offer = offer_of(minimal, "dep:generic/geos")
    assert offer is not None
    assert offer.first == first


def test_names_on_opensuse_are_its_own() -> None:
    """Not Fedora's."""
    offer = offer_of(of(SUSE, "15.6"), "dep:generic/libpq")
    assert offer is not None
    assert offer.packages == ("postgresql-devel",)
    (tumbleweed,) = releases_of("openSUSE Tumbleweed")
    assert offer_of(tumbleweed, "dep:generic/libpq") == offer
    assert offer_of(tumbleweed, "dep:generic/hidapi") is None


def test_relatives_of_enterprise_linux_have_its_packages() -> None:
    """With their repositories; Oracle's have names of their own, and nothing is guessed."""
    geos = "dep:generic/geos"
    (stream,) = (each for each in releases_of("CentOS Stream") if each.release == "9")
    (oracle,) = (each for each in releases_of("Oracle Linux") if each.release == "9")
    (rocky,) = (each for each in ROCKY if each.release == "9")
    assert offer_of(stream, geos) == offer_of(rocky, geos)
    assert offer_of(stream, "dep:generic/no-such") is None
    assert offer_of(oracle, geos) is None
    assert offer_of(oracle, C) == offer_of(rocky, C)


def test_photon_and_azure_linux_have_names_of_their_own() -> None:
    """Not Fedora's (vmware/photon and microsoft/azurelinux, SPECS)."""
    (photon,) = (each for each in releases_of("Photon OS") if each.release == "5.0")
    (azure,) = (each for each in releases_of("Azure Linux") if each.release == "3.0")
    for distribution, headers in ((photon, "linux-api-headers"), (azure, "kernel-headers")):
        offer = offer_of(distribution, C)
        assert offer is not None
        assert offer.packages == ("gcc", "glibc-devel", headers, "binutils")
        assert offer_of(distribution, "dep:generic/gdal") is None
    libpq = offer_of(azure, "dep:generic/libpq")
    assert libpq is not None
    assert libpq.packages == ("postgresql-devel",)
