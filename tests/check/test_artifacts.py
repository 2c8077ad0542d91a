"""File names: read as Poetry reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.tags import Tag
from poetry.core.packages.utils.link import Link
from poetry.repositories.link_sources.base import LinkSource
from poetry.utils._compat import tomllib
from poetry.utils.wheel import InvalidWheelNameError
from poetry.utils.wheel import Wheel as PoetryWheel

from poetry_arch_check.check.artifacts import (
    LONGEST_NAME,
    Sdist,
    Unreadable,
    Unusable,
    Wheel,
    parse_artifact,
    version_of,
)
from support.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD = (
    "PyQt5-5.15.2-5.15.2-cp35.cp36.cp37-abi3-manylinux2014_x86_64.whl",
    "greenlet-3.0.0-cp311-universal2-macosx_10_9_universal2.whl",
    "torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl",
    "x-1.0-1foo-py3-none-any.whl",
    "x-1.0-py2.py3-none-any.whl",
    "x-1.0-cp315-abi3.abi3t-win_amd64.whl",
    "not-a-wheel.whl",
    "x-1.0-py3-none.whl",
    "-1.0-py3-none-any.whl",
    "x-1.0.tar.gz",
    "x-1.0.zip",
    "x-1.0.tar.bz2",
    "x-1.0.tar.xz",
    "x-1.0-py3.9.egg",
    "x-1.0.win32-py2.7.exe",
    "x-1.0.msi",
    "master.tar.gz",
    "x",
    ".whl",
    "x-1.0.TAR.gz",
    "X-1.0-PY3-NONE-ANY.whl",
)


def _names() -> Iterator[str]:
    yield from ODD
    for path in sorted((SHARED / "corpus").glob("*/poetry.lock")):
        try:
            lock = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError:
            continue
        for package in lock.get("package", []):
            yield from (file["file"] for file in package.get("files", []))


def _agrees(name: str) -> None:
    link = Link(f"https://example.org/{quote(name, safe='')}")
    match parse_artifact(name):
        case Wheel(tags=tags, build=build):
            theirs = PoetryWheel(name)
            assert tags == theirs.tags
            assert bool(build) == (theirs.build_tag is not None)
        case Unreadable() if not name.strip(" .") or name == ".whl":
            pass  # no name at all
        case Unreadable():
            assert link.is_wheel
            with pytest.raises(InvalidWheelNameError):
                PoetryWheel(name)
        case Sdist(recognized=recognized):
            assert recognized == link.is_sdist
            assert not link.is_wheel
        case Unusable():
            assert link.ext in {".egg", ".exe", ".msi", ".rpm", ".srpm"}


def test_names_are_read_as_poetry_reads_them() -> None:
    """Every name of the corpus, and the odd ones, by Poetry's own Wheel and Link."""
    for name in _names():
        _agrees(name)


def test_versions_are_read_as_poetry_reads_them() -> None:
    """The version in a file name decides which files of a shared list belong to a release."""
    for name in _names():
        found = LinkSource.link_package_data(Link(f"https://example.org/{quote(name, safe='')}"))
        ours = version_of(name)
        if found is None or ours is None:
            assert (found is None) == (ours is None), name
        else:
            assert ours == type(ours)(found.version.to_string()), name


@given(st.text(alphabet="ab1.-_+", min_size=1, max_size=40))
def test_any_wheel_name_is_read_as_poetry_reads_it(stem: str) -> None:
    """Random names have the same tags, or none on both sides."""
    _agrees(f"{stem}.whl")


@given(st.text(max_size=LONGEST_NAME * 2))
def test_any_text_is_some_artifact(name: str) -> None:
    """Nothing is raised, however hostile the name."""
    parse_artifact(name)
    version_of(name)


def test_a_bomb_of_tags_is_not_expanded() -> None:
    """A compressed set of thousands of tags is unreadable, not a memory leak."""
    many = ".".join(f"py{number}" for number in range(100))
    name = f"x-1-{many[:150]}-{many[:150]}-{many[:150]}.whl"
    assert isinstance(parse_artifact(name), Unreadable)
    assert isinstance(parse_artifact("x-1-py3-none-any" + "y" * LONGEST_NAME + ".whl"), Unreadable)


def test_a_pure_wheel_runs_everywhere() -> None:
    """`none-any` makes a wheel pure, but for PyPy's: releases with extensions have those."""
    pure = parse_artifact("x-1.0-py2.py3-none-any.whl")
    assert isinstance(pure, Wheel)
    assert pure.pure
    pypy = parse_artifact("coverage-7.6.10-pp39.pp310-none-any.whl")
    assert isinstance(pypy, Wheel)
    assert not pypy.pure
    assert Tag("py3", "none", "any") in pure.tags
