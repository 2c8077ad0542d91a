"""Diffs that git applies, wherever the file is."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.report import Patch, Report
from poetry_arch_check.remedies.unified_diff import folder_of, unified_diff

if TYPE_CHECKING:
    from pathlib import Path

BEFORE, AFTER = "FROM a\nRUN x", "FROM a\nRUN y"


@pytest.mark.parametrize(
    ("path", "folder", "name"),
    [
        ("Dockerfile", "", "Dockerfile"),
        ("./docker/Dockerfile", "", "docker/Dockerfile"),
        ("docker\\Dockerfile", "", "docker/Dockerfile"),
        ("../Dockerfile", "..", "Dockerfile"),
        ("../../docker/api/Dockerfile", "../..", "docker/api/Dockerfile"),
        ("/srv/x/Dockerfile", "/srv/x", "Dockerfile"),
        ("C:\\x\\Dockerfile", "C:/x", "Dockerfile"),
    ],
)
def test_names_in_a_diff(path: str, folder: str, name: str) -> None:
    """Without `..`, which git refuses."""
    assert folder_of(path) == folder
    assert unified_diff(BEFORE, AFTER, path).splitlines()[:2] == [f"--- a/{name}", f"+++ b/{name}"]
    assert unified_diff(BEFORE, BEFORE, path) == ""


@pytest.mark.parametrize("path", ["Dockerfile", "../Dockerfile", "../../other/Dockerfile"])
@pytest.mark.parametrize("repository", [".", "..", "../.."])
def test_git_takes_it(path: str, repository: str, tmp_path: Path) -> None:
    """With the command that is printed, in a repository of any extent, or outside of one."""
    project = tmp_path / "mono repo" / "api" / "project"
    project.mkdir(parents=True)
    file = project / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(BEFORE, "utf-8")
    subprocess.run(["git", "init", "-q", project / repository], check=True)
    diff = unified_diff(BEFORE, AFTER, path)
    patches = (Patch(path=path, folder=folder_of(path), diff=diff),)
    report = Report(lock_path="poetry.lock", lock_version="2.1", targets=(), patches=patches)
    subprocess.run(report.git_apply.split(), cwd=project, input=diff, text=True, check=True)
    assert file.read_text("utf-8") == AFTER
