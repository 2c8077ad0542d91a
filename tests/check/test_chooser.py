"""The file Poetry takes: compared with its own Chooser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poetry.config.config import Config
from poetry.console.exceptions import PoetryRuntimeError
from poetry.core.packages.package import Package
from poetry.installation.chooser import Chooser
from poetry.repositories import RepositoryPool
from poetry.utils.env import SystemEnv

from poetry_arch_check.check.chooser import choose
from poetry_arch_check.poetry_api.environment import current_target
from support.make import package
from support.oracle import LockIndex

ENV = SystemEnv(Path(sys.prefix))
TARGET = current_target(ENV)
CHOOSER = Chooser(RepositoryPool([LockIndex(by_version=False)]), ENV, Config())

TAGS = sorted(
    {str(tag) for tag in list(TARGET.support.ranks)[::37]}
    | {"py3-none-any", "py2.py3-none-any", "cp27-none-any", "cp311-cp311-win_amd64"}
)
BUILDS = ("", "-1", "-2", "-10", "-1a", "-1b")
FILES = st.one_of(
    st.builds("demo-1.0{}-{}.whl".format, st.sampled_from(BUILDS), st.sampled_from(TAGS)),
    st.sampled_from(["demo-1.0.tar.gz", "demo-1.0.zip", "demo-1.0.tar.xz", "demo-1.0.egg"]),
)


def _theirs(files: list[str]) -> str | None:
    locked = Package("demo", "1.0")
    locked.files = [{"file": file, "hash": f"sha256:{i:064x}"} for i, file in enumerate(files)]
    try:
        return CHOOSER.choose_for(locked).filename
    except PoetryRuntimeError:
        return None


@given(st.lists(FILES, min_size=1, max_size=8, unique=True))
def test_the_same_file_as_poetrys_chooser(files: list[str]) -> None:
    """Build tags before tags, tags before sdists, the first among equals."""
    chosen = choose(package(*files), TARGET.support)
    assert (chosen.filename if chosen else None) == _theirs(files)


def test_a_build_tag_outdoes_a_better_tag() -> None:
    """Surprising, but Chooser._sort_key compares it first."""
    best, worst = str(next(iter(TARGET.support.ranks))), "py3-none-any"
    files = [f"demo-1.0-{best}.whl", f"demo-1.0-1-{worst}.whl"]
    assert _theirs(files) == files[1]
    chosen = choose(package(*files), TARGET.support)
    assert chosen is not None
    assert chosen.filename == files[1]


@pytest.mark.parametrize("files", [[], ["demo-1.0.egg"]])
def test_nothing_to_choose(files: list[str]) -> None:
    """No file, or none that Poetry installs."""
    assert choose(package(*files), TARGET.support) is None
