"""Which Rust is installed where several things ask for one."""

from __future__ import annotations

import pytest

from poetry_arch_check.remedies import rustup
from poetry_arch_check.toolchains.toolchain import parse_need


@pytest.mark.parametrize(
    ("toolchains", "oldest"),
    [
        (("1.100", "1.79"), "1.79"),
        (("stable", "1.100"), "1.100"),
        (("stable", ""), "stable"),
        (("", ""), ""),
    ],
)
def test_the_oldest_counts(toolchains: tuple[str, ...], oldest: str) -> None:
    """Not the first by its letters; `stable` is newer than any other."""
    assert rustup.oldest(toolchains) == oldest


@pytest.mark.parametrize(
    ("needs", "changed"),
    [
        (("rust<1.101",), ["rustup default 1.100"]),
        (("rust<1.101", "rust<1.80"), ["rustup default 1.79"]),
        (("rust>=1.70",), []),
    ],
)
def test_windows_has_one_default(needs: tuple[str, ...], changed: list[str]) -> None:
    """A second `rustup default` would undo the first."""
    lines = rustup.on_windows(parse_need(need) for need in needs)
    assert list(lines) == [rustup.WINDOWS, *changed]


def test_nothing_is_changed_where_no_rust_is_needed() -> None:
    """Not even rustup is installed."""
    assert rustup.on_windows([parse_need("c")]) == ()
