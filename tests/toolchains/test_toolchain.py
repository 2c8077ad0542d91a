"""Toolchains: short forms, PEP 725 names, and what is missing."""

from __future__ import annotations

import pytest

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.toolchains.libraries import label
from poetry_arch_check.toolchains.toolchain import (
    CXX,
    EVERYTHING,
    NOTHING,
    SHORT_FORMS,
    C,
    parse_dependency,
    parse_toolchain,
    short_form,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("c", "dep:virtual/compiler/c"),
        ("C++", "dep:virtual/compiler/cxx"),
        ("rust", "dep:virtual/compiler/rust"),
        ("libpq", "dep:generic/libpq"),
        ("dep:generic/libpq", "dep:generic/libpq"),
        ("dep:virtual/compiler/fortran", "dep:virtual/compiler/fortran"),
    ],
)
def test_short_forms_and_full_names(text: str, name: str) -> None:
    """Both are read as the PEP 725 name."""
    assert parse_dependency(text) == name


@pytest.mark.parametrize("text", ["", "a b", "dep:", "dep:generic", "<c>", "c\x1b[31m"])
def test_what_is_no_dependency(text: str) -> None:
    """Anything else is refused with the cure."""
    with pytest.raises(ConfigurationError) as caught:
        parse_dependency(text)
    assert caught.value.hint


@pytest.mark.parametrize("name", [*SHORT_FORMS.values(), "dep:generic/libpq", "dep:generic/c++x"])
def test_the_short_form_reads_back(name: str) -> None:
    """What remedies tell people to declare is what was missing."""
    assert parse_dependency(short_form(name)) == name
    assert label(name)


def test_missing_is_exactly_what_is_not_declared() -> None:
    """In the order asked for; `everything` lacks nothing."""
    needs = (C, "dep:generic/libpq")
    assert NOTHING.missing(needs) == needs
    assert parse_toolchain(["c", "c++"]).missing(needs) == ("dep:generic/libpq",)
    assert EVERYTHING.missing(needs) == ()
    assert parse_toolchain(["c++", "c", "c"]).dependencies == (C, CXX)


@pytest.mark.parametrize("name", ["dep:generic/a/b", "dep:github/Kitware/CMake", "dep:generic/C"])
def test_names_that_have_no_short_form(name: str) -> None:
    """They are said as they are; an sdist may state any."""
    assert short_form(name) == name
    assert parse_dependency(short_form(name)) == name
