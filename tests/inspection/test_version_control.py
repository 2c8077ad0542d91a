"""Builds that run git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.tree import tree_of_folder
from support.interpreters import LINUX
from support.trees import tree_of

if TYPE_CHECKING:
    from pathlib import Path

GIT = "dep:generic/git"


def project(requirement: str) -> str:
    """Return a pyproject.toml with one more build requirement."""
    listed = f'["setuptools", "{requirement}"]'
    return f'[build-system]\nrequires = {listed}\nbuild-backend = "setuptools.build_meta"\n'


def test_build_requirements_that_are_cloned() -> None:
    """`name @ git+https://…`; an archive is fetched without git."""
    for address, expected in (("git+https://example.org/a", [GIT]), ("https://a.org/a.zip", [])):
        tree = tree_of({"pyproject.toml": project(f"a @ {address}")})
        assert list(map(str, inspect_tree(tree, LINUX).requires)) == expected


def test_versions_that_git_tells(tmp_path: Path) -> None:
    """In a checkout; an sdist says its version itself."""
    (tmp_path / "pyproject.toml").write_text(project("setuptools-scm>=8"), encoding="utf-8")
    assert not inspect_tree(tree_of_folder(tmp_path), LINUX).requires
    (tmp_path / ".git").mkdir()
    assert list(map(str, inspect_tree(tree_of_folder(tmp_path), LINUX).requires)) == [GIT]
    (tmp_path / "pyproject.toml").write_text(project("wheel"), encoding="utf-8")
    assert not inspect_tree(tree_of_folder(tmp_path), LINUX).requires
