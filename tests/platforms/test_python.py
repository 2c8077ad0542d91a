"""Python versions as people write them."""

from __future__ import annotations

import pytest

from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.python import NEWEST_PATCH, Implementation, parse_python


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("3.11", "3.11", f"3.11.{NEWEST_PATCH[11]}"),
        ("3.11.4", "3.11", "3.11.4"),
        ("3.13t", "3.13t", f"3.13.{NEWEST_PATCH[13]}"),
        ("cp312", "3.12", f"3.12.{NEWEST_PATCH[12]}"),
        ("3.99", "3.99", "3.99.0"),
        (" 3.12 ", "3.12", f"3.12.{NEWEST_PATCH[12]}"),
    ],
)
def test_versions(text: str, short: str, full: str) -> None:
    """A version without a patch is the newest, an unknown minor its first."""
    python = parse_python(text)
    assert (python.short, python.full, python.asked) == (short, full, text.strip())
    assert python.implementation is Implementation.CPYTHON


@pytest.mark.parametrize(
    "text",
    ["", "3", "2.7", "three", "3.12t", "pypy3.11t", "3.x", "03.12", "3.012", "3.1.1.1", "٣.١١"],
)
def test_what_is_no_python(text: str) -> None:
    """Anything else is a TargetError that repeats what was written."""
    with pytest.raises(TargetError) as caught:
        parse_python(text)
    assert f'"{text}"' in str(caught.value)
