"""An image in place of one that is not known."""

from __future__ import annotations

import pytest

from poetry_arch_check.dockerfile import Build, install_steps_of
from poetry_arch_check.images import stand_in
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.toolchains.toolchain import C

AMD64 = parse_name("linux/amd64").platform


@pytest.mark.parametrize(
    ("unknown", "python"),
    [
        ("bitnami/python:3.9", 9),
        ("registry.example/team/python:3.12.4-internal", 12),
        ("registry.example/team/base:3.9", 11),
        # This one is known: another is tried in its place.
        ("python:3.9-slim-bookworm", 11),
    ],
)
def test_the_python_of_an_unknown_image(unknown: str, python: int) -> None:
    """Its tag tells it, whatever the image is like otherwise."""
    image = stand_in("python:3.11-slim-bookworm", unknown)
    assert image.python is not None
    assert image.python.minor == python
    assert image.distribution is not None
    assert image.distribution.codename == "bookworm"


def test_bitnami_installs_with_a_script_of_its_own() -> None:
    """It runs apt-get."""
    text = "FROM bitnami/python:3.9\nRUN install_packages gcc libc6-dev\nRUN poetry install\n"
    build = Build(platform=AMD64, host=AMD64, arguments={}, image="python:3.11-slim")
    (step,) = install_steps_of(text, "Dockerfile", build)
    assert C in step.toolchain.dependencies
    assert step.python is not None
    assert step.python.minor == 9
