"""What releases of distributions have."""

from __future__ import annotations

import pytest

from poetry_arch_check.toolchains.distributions import DEBIAN, SUSE, Distribution
from poetry_arch_check.toolchains.offers import Offer, offer_of, shortfall, versions_of
from poetry_arch_check.toolchains.toolchain import RUST, C
from support.make import needs

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


@pytest.mark.parametrize(
    ("distribution", "need", "said"),
    [
        (BOOKWORM, "rust>=1.65", "Debian 12 has rustc 1.63.0"),
        (BOOKWORM, "girepository", "Debian 12 has no girepository"),
        (TRIXIE, "rust>=1.65", ""),
        (BOOKWORM, "no-such>=1", ""),
        (None, "rust>=1.65", ""),
    ],
)
def test_what_a_release_has_instead(
    distribution: Distribution | None, need: str, said: str
) -> None:
    """A clause for a sentence."""
    assert shortfall(distribution, needs(need)[0]) == said
