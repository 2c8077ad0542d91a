"""What `poetry add` is given: as the project requires it today, if that leads to a wheel."""

from __future__ import annotations

import pytest
from packaging.version import Version

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.releases import Dependent, File, Release
from poetry_arch_check.upgrades.bounds import bound, carried_over

RELEASES = [
    Release(
        version=Version(each),
        files=(File(artifact=parse_artifact(f"demo-{each}-py3-none-any.whl")),),
    )
    for each in ("1.3.6", "1.4.4", "1.5", "2.0")
]


@pytest.mark.parametrize(
    ("required", "fitting", "expected"),
    [
        ("^1.3.6", ("1.4.4", "1.5"), "@^1.4.4"),
        ("^1.3.6", ("1.4.4",), "==1.4.4"),
        ("~1.4", ("1.4.4",), "@~1.4.4"),
        (">=1.3.6,<2", ("1.4.4", "1.5"), ">=1.4.4,<2"),
        (">=1.3.6,!=1.5,<2", ("1.4.4",), ">=1.4.4,!=1.5,<2"),
        (">=1.3.6", ("1.4.4", "2.0"), ">=1.4.4"),
        (">=1.3.6", ("1.4.4", "1.5"), "==1.4.4"),
        # What forbids it is left out.
        (">=1.3,<1.4", ("1.4.4", "2.0"), ">=1.4.4"),
        ("1.3.6", ("1.4.4", "2.0"), ">=1.4.4"),
        ("*", ("1.4.4", "2.0"), ">=1.4.4"),
    ],
)
def test_the_spirit_of_the_requirement(
    required: str, fitting: tuple[str, ...], expected: str
) -> None:
    """Poetry takes the newest that it allows: only a wheel of that one proves it."""
    assert bound(Version("1.4.4"), required, RELEASES, [*map(Version, fitting)]) == expected


def test_others_that_limit_it() -> None:
    """Poetry takes none that another package forbids."""
    other = Dependent(who="", text="", own=None, allows=lambda version: version < Version("1.5"))
    fits = [Version("1.4.4")]
    assert bound(Version("1.4.4"), "^1.3", RELEASES, fits, [other]) == "@^1.4.4"


@pytest.mark.parametrize(
    ("required", "fitting", "expected"),
    [
        (">=1.3", ("1.5", "2.0"), ">=1.3"),
        ("^1.3", ("1.5",), "@^1.3"),
        ("^3.0", ("2.0",), ">=2.0"),
        ("1.3.6", ("2.0",), ">=2.0"),
        (">=1.3", (), "==2.0"),
    ],
)
def test_the_bound_of_what_is_replaced(
    required: str, fitting: tuple[str, ...], expected: str
) -> None:
    """It is carried over where it leads to a wheel; a pin of the other means nothing."""
    assert carried_over(required, Version("2.0"), RELEASES, [*map(Version, fitting)]) == expected
