"""The tables as they are now, in a folder that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import poetry_arch_check
from support.tables import Tables

DATA = Path(poetry_arch_check.__file__).parent / "data"


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """Return a copy of the tables as they are now."""
    folder, sources = tmp_path / "data", tmp_path / "sources"
    sources.mkdir()
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Tables(folder=folder, sources=sources)
