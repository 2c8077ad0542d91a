"""Diffs that git applies, wherever the file is."""

from __future__ import annotations

import difflib
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


SECRET = "RUN pip config set global.index-url https://user:token@host/simple"


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        (f"FROM a\n{SECRET}\nRUN x\nHERE\nRUN y\nRUN z\n", True),
        (f"FROM a\n{SECRET}\nHERE\nRUN y\nRUN z\n", True),
        (f"FROM a\nRUN x\nHERE\nRUN y\n{SECRET}\nRUN z\nRUN z\nRUN z\n", True),
        (f"{SECRET}\nHERE\n", True),
        (f"FROM a\n{SECRET}\nHERE\nRUN y\n{SECRET}\nRUN z", True),
        # The place is found by that line alone.
        (f"FROM a\nRUN x\nHERE\n{SECRET}\nRUN y\n", False),
        (f"FROM a\nRUN x\nHERE\n{SECRET}", False),
    ],
)
@pytest.mark.parametrize("change", ["RUN new\nRUN more\n", "RUN new\nHERE\n", ""])
def test_lines_with_credentials_are_not_around_a_change(
    before: str, hidden: bool, change: str, tmp_path: Path
) -> None:
    """Git finds the place without them, or they stay: a diff that does not apply is none."""
    after = before.replace("HERE\n", change)
    diff = unified_diff(before, after, "Dockerfile")
    assert ("token" not in diff) == (hidden or change.endswith("HERE\n"))
    (tmp_path / "Dockerfile").write_text(before, "utf-8")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, text=True, check=True)
    assert (tmp_path / "Dockerfile").read_text("utf-8") == after


@given(
    st.lists(st.sampled_from(["a", "b", "", "c\t"]), max_size=9),
    st.lists(st.sampled_from(["a", "b", "", "d"]), max_size=9),
    st.booleans(),
)
def test_it_is_difflib_s(before: list[str], after: list[str], end: bool) -> None:
    """Where there are no credentials."""
    old, new = (
        text if end else text.removesuffix("\n")
        for text in ("".join(f"{line}\n" for line in lines) for lines in (before, after))
    )
    expected = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), "a/x", "b/x"
    )
    assert unified_diff(old, new, "x") == "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in expected
    )
