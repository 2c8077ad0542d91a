"""Needs: PEP 725 names with versions."""

from __future__ import annotations

import pytest

from poetry_arch_check.inspection.requirements import Requirements
from poetry_arch_check.toolchains.need import Need, combined
from support.make import needs


@pytest.mark.parametrize("text", ["dep:generic/libpq", "dep:virtual/compiler/rust@>=1.65,<2"])
def test_a_need_is_read_as_it_is_written(text: str) -> None:
    """The text of a need is read back."""
    assert str(Need.parse(text)) == text


def test_versions_that_cannot_be_read_ask_for_nothing() -> None:
    """What nobody can compare is no condition."""
    assert Need.parse("dep:generic/cmake@newest") == Need(dependency="dep:generic/cmake")


@pytest.mark.parametrize(
    ("versions", "version", "met"),
    [
        ("", "0.1", True),
        (">=1.65", "1.63.0", False),
        (">=1.65", "1.65", True),
        (">=2,<3", "3.0.1", False),
        (">=1.65", "unheard of", True),
    ],
)
def test_versions_that_will_do(versions: str, version: str, met: bool) -> None:
    """Versions are compared as PEP 440 has it."""
    assert Need(dependency="dep:virtual/compiler/rust", versions=versions).met_by(version) is met


def test_a_dependency_is_asked_for_once_with_the_higher_floor() -> None:
    """What several files ask for is put together."""
    found = Requirements()
    found.add("dep:virtual/compiler/rust@>=1.56", "dep:virtual/compiler/c")
    found.add("dep:virtual/compiler/rust@>=1.65", "dep:virtual/compiler/rust@<2")
    assert [str(need) for need in found.needs] == [
        "dep:virtual/compiler/rust@<2,>=1.65",
        "dep:virtual/compiler/c",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("dep:generic/llvm@19", "dep:generic/llvm@==19"),  # PEP 725: a version alone
        ("dep:generic/openssl@ >= 3, < 4 ", "dep:generic/openssl@>=3,<4"),
        ("dep:generic/a@>=" + "9" * 5000, "dep:generic/a"),
    ],
)
def test_other_ways_to_write_a_need(text: str, written: str) -> None:
    """Blanks do not count, and a hostile one is no version."""
    assert str(Need.parse(text)) == written


@pytest.mark.parametrize(
    ("version", "met"), [("1.1.1w", False), ("3.0.17-r3", True), ("", True), (None, True)]
)
def test_versions_that_are_not_python_s(version: str | None, met: bool) -> None:
    """The numbers at the beginning count; what is not known will do."""
    assert Need.parse("dep:generic/openssl@>=3").met_by(version) is met


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ("", ""),
        (">=1.65", "1.65 or newer"),
        ("<2,>=1.9", "1.9 or newer, older than 2"),
        ("==3.2", "3.2"),
        ("~=3.2", "~=3.2"),
    ],
)
def test_versions_in_words(versions: str, words: str) -> None:
    """As a sentence has them."""
    assert Need(dependency="dep:generic/cmake", versions=versions).in_words == words


def test_needs_are_combined() -> None:
    """Each dependency once, in the order asked for."""
    wanted = needs("rust", "c", "rust>=1.56", "rust>=1.70")
    assert combined(wanted) == needs("rust>=1.70", "c")
