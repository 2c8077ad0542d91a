"""What only builds take goes again, and what programs load stays."""

from __future__ import annotations

from itertools import permutations

import pytest

from poetry_arch_check.images import parse_image
from poetry_arch_check.remedies.declaration import declaring
from poetry_arch_check.remedies.one_layer import staying_and_going
from poetry_arch_check.remedies.provision import provision_of
from support.make import needs, target


@pytest.mark.parametrize(
    ("image", "words", "staying", "going"),
    [
        ("debian:12", "c libpq", ["libpq5"], ["gcc", "libpq-dev"]),
        # It is in the image; its headers go.
        ("debian:12", "c zlib", [], ["gcc", "zlib1g-dev"]),
        # Its run-time library comes with the compiler.
        ("debian:12", "fortran", ["libgfortran5", "libgomp1"], ["gfortran"]),
        # Nothing is loaded of it but what the headers have.
        ("debian:13", "c++ eigen", ["libgomp1"], ["g++", "libeigen3-dev"]),
        ("alpine:3.20", "c libpq", ["libpq"], ["gcc", "musl-dev", "linux-headers", "libpq-dev"]),
        # Where the shared libraries are not known, headers stay with them.
        ("opensuse/leap:15.6", "c libpq", [], ["gcc"]),
        ("ubuntu:24.04", "c libpq", [], ["gcc"]),
    ],
)
def test_headers_go_and_libraries_stay(
    image: str, words: str, staying: list[str], going: list[str]
) -> None:
    """By what is known of the release."""
    distribution = parse_image(image).distribution
    assert distribution is not None
    on = target("linux/amd64" if "alpine" not in image else "alpine/amd64", image=image)
    found = needs(*words.split())
    provision = provision_of(found, distribution.manager, on, headers=None)
    stay, go = staying_and_going(found, provision, distribution.manager, distribution)
    assert sorted(stay) == sorted(staying)
    assert sorted(go) == sorted(going)


def test_the_same_needs_are_the_same_line() -> None:
    """In whatever order the packages ask for them: one Dockerfile builds all architectures."""
    on = target("linux/amd64", image="debian:13")
    distribution = on.distribution
    assert distribution is not None
    found = set()
    for words in permutations(("c++", "gdal", "c", "libpq")):
        asked = needs(*words)
        provision = provision_of(asked, distribution.manager, on, headers=None)
        stay, go = staying_and_going(asked, provision, distribution.manager, distribution)
        found.add((provision.packages, stay, go, declaring(asked, on)))
    ((packages, *_, declared),) = found
    assert packages == ("gcc", "libc6-dev", "g++", "libgdal-dev", "libpq-dev")
    assert declared == "c,c++,gdal,libpq"
