"""Another base image keeps the patch release that a project pins."""

from __future__ import annotations

import pytest

from poetry_arch_check.images.official import has_patch
from poetry_arch_check.remedies.base_image import slim_image
from poetry_arch_check.toolchains.distributions import DEBIAN
from support.make import target

BOOKWORM, TRIXIE = DEBIAN[-2:]


@pytest.mark.parametrize(
    ("image", "bookworm", "trixie"),
    [
        ("python:3.12-alpine3.20", "python:3.12-slim-bookworm", "python:3.12-slim-trixie"),
        # trixie's first image is of 3.12.11.
        ("python:3.12.4-alpine3.20", "python:3.12.4-slim-bookworm", None),
        (
            "docker.io/library/python:3.12.11-alpine",
            "python:3.12.11-slim-bookworm",
            "python:3.12.11-slim-trixie",
        ),
        ("debian:12", "python:3.12-slim-bookworm", "python:3.12-slim-trixie"),
    ],
)
def test_the_patch_release(image: str, bookworm: str, trixie: str | None) -> None:
    """Only where there is an image of it."""
    on = target("linux/amd64", "3.12", image=image)
    assert slim_image(on, BOOKWORM) == bookworm
    assert slim_image(on, TRIXIE) == trixie


def test_images_of_patch_releases() -> None:
    """As docker-library/official-images has them."""
    assert has_patch("bookworm", 14, 0)
    assert not has_patch("bookworm", 11, 3)
    assert has_patch("bookworm", 11, 4)
    assert not has_patch("bookworm", 6, 15)
    assert not has_patch("buster", 9, 0)
