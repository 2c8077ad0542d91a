"""The words of a command: options, their values and arguments."""

from __future__ import annotations

import pytest

from poetry_arch_check.dockerfile.shell.command_line import options, read
from poetry_arch_check.dockerfile.shell.words import UNKNOWN

VALUED = options("-E --extras -o")


@pytest.mark.parametrize(
    ("line", "given", "arguments"),
    [
        ("install -E pg --no-root", [("-E", "pg"), ("--no-root", "")], ["install"]),
        ("-Epg -E=x x", [("-E", "pg"), ("-E", "x")], ["x"]),
        (
            "--extras=a --extras b --only=x",
            [("--extras", "a"), ("--extras", "b"), ("--only", "x")],
            [],
        ),
        ("-yq --only main", [("-yq", ""), ("--only", "")], ["main"]),
        ("a - b --", [("--", "")], ["a", "-", "b"]),
        ("-o - x", [("-o", "-")], ["x"]),
        ("x -o", [], ["x"]),
        ("", [], []),
    ],
)
def test_options_and_arguments(
    line: str, given: list[tuple[str, str]], arguments: list[str]
) -> None:
    """A value stands behind its option, or is joined to it."""
    found = read(tuple(line.split()), VALUED)
    assert list(found.options) == given
    assert list(found.arguments) == arguments
    assert not found.partly_unknown


def test_options_of_another_command() -> None:
    """They begin where the first argument stands."""
    found = read(("-E", "x", "-q", "run", "-E", "y"), VALUED, interspersed=False)
    assert found.options == (("-E", "x"), ("-q", ""))
    assert found.arguments == ("run", "-E", "y")
    assert read((None, "-q"), interspersed=False).arguments == (None, "-q")


@pytest.mark.parametrize(
    "words",
    [(None,), ("-E", None), ("-E", f"a{UNKNOWN}"), (f"--extras={UNKNOWN}",), (f"-{UNKNOWN}",)],
)
def test_what_is_not_known(words: tuple[str | None, ...]) -> None:
    """It is said, and no value is made up."""
    found = read(words, VALUED)
    assert found.partly_unknown
    assert found.words == ()
    assert found.values("-E", "--extras") == ()


def test_a_word_that_is_known_in_part() -> None:
    """It counts as an argument: the part may be all that matters."""
    found = read((f"lib{UNKNOWN}", "", None, "x"))
    assert found.words == (f"lib{UNKNOWN}", "x")


def test_lists() -> None:
    """Values are split, and empty parts left out."""
    found = read(("-E", "a b", "--extras=c,,d "), VALUED)
    assert found.listed("-E", separator=None) == ("a", "b")
    assert found.listed("-E", "--extras") == ("a b", "c", "d")
    assert found.names == {"-E", "--extras"}
