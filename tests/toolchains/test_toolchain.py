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
    Toolchain,
    parse_dependency,
    parse_need,
    parse_toolchain,
    short_form,
)
from support.make import needs


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
    wanted = needs("c", "libpq")
    assert NOTHING.missing(wanted) == wanted
    assert parse_toolchain(["c", "c++"]).missing(wanted) == wanted[1:]
    assert EVERYTHING.missing(wanted) == ()
    assert parse_toolchain(["c++", "c", "c"]).dependencies == (C, CXX)


@pytest.mark.parametrize("name", ["dep:generic/a/b", "dep:github/Kitware/CMake", "dep:generic/C"])
def test_names_that_have_no_short_form(name: str) -> None:
    """They are said as they are; an sdist may state any."""
    assert short_form(name) == name
    assert parse_dependency(short_form(name)) == name


def test_what_is_too_old_is_missing() -> None:
    """Where the version is known; one that is not will do."""
    there = parse_toolchain(["rust==1.63.0", "c"])
    assert there.versions == {"dep:virtual/compiler/rust": "1.63.0"}
    wanted = needs("rust>=1.65", "c>=12")
    assert there.missing(wanted) == wanted[:1]
    assert there.outdated(wanted[0]) == "1.63.0"
    assert there.missing(needs("rust>=1.56")) == ()
    assert EVERYTHING.missing(wanted) == ()
    unsure = Toolchain(unsure=("dep:generic/cmake",), versions={"dep:generic/cmake": "3.25.1"})
    assert unsure.missing(needs("cmake>=3.26")) == needs("cmake>=3.26")
    assert unsure.possible(needs("cmake>=3.20")) == needs("cmake>=3.20")


def test_what_is_declared_overrides_a_version() -> None:
    """Who declares a dependency has it from elsewhere."""
    image = Toolchain(dependencies=(C, CXX), versions={C: "12.2.0", CXX: "12.2.0"})
    both = parse_toolchain(["c"]).together_with(image)
    assert both.versions == {CXX: "12.2.0"}
    assert both.missing(needs("c>=13", "c++>=13")) == needs("c++>=13")


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("rust>=1.65", "dep:virtual/compiler/rust@>=1.65"),
        ("c++ >= 12, < 15", "dep:virtual/compiler/cxx@>=12,<15"),
        ("dep:generic/openssl@>=3", "dep:generic/openssl@>=3"),
        ("libpq", "dep:generic/libpq"),
    ],
)
def test_needs_as_they_are_configured(text: str, need: str) -> None:
    """Short or in full, with versions or without."""
    assert str(parse_need(text)) == need


@pytest.mark.parametrize("text", ["rust>=new", ">=1", "rust>1.*", f"rust>={'9' * 5000}"])
def test_what_is_no_need(text: str) -> None:
    """It is refused with the cure."""
    with pytest.raises(ConfigurationError) as caught:
        parse_need(text)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["rust>=1.65", "rust==1.65,==1.66", "rust==1.*"])
def test_an_offer_is_one_version(text: str) -> None:
    """A toolchain has one."""
    with pytest.raises(ConfigurationError):
        parse_toolchain([text])
