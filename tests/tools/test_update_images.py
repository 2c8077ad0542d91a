"""tools/update_images.py: what the official python images stand on."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from update_images import main

if TYPE_CHECKING:
    from pathlib import Path

    from support.tables import Tables


def block(version: str, base: str, shared: str = "", architectures: str = "amd64") -> str:
    """Return an entry of the list; `shared` are more tags."""
    tags = f"{version}-{base}"
    return (
        f"Tags: {tags}, {version.rpartition('.')[0]}-{base}\nSharedTags: {shared}\n"
        f"Architectures: {architectures}\nGitCommit: 0\nDirectory: x/{base}\n\n"
    )


def clone(folder: Path, *texts: str) -> Path:
    """Return a repository in which the list had each of `texts`."""
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_DATE": "2090-01-02T00:00:00Z",
        "GIT_COMMITTER_DATE": "2090-01-02T00:00:00Z",
    }
    (folder / "library").mkdir(parents=True)

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(
            ["git", *who, *arguments], cwd=folder, env=environment, check=True, capture_output=True
        )

    git("init", "--quiet")
    for text in texts:
        (folder / "library" / "python").write_text(text, "utf-8")
        git("add", ".")
        git("commit", "--quiet", "--message", "x")
    return folder


def test_a_newer_list_on_top_of_the_table(tables: Tables) -> None:
    """New starts, a new latest, architectures; what is not built any more, goes."""
    before = tables.read("images")["rows"]
    tables.source(
        "python",
        block("3.98.1", "trixie", "3.98.1, 3.98, latest", "amd64, arm32v5, arm64v8")
        + block("3.98.1", "slim-trixie", "3.98.1-slim", "amd64, arm32v5, arm64v8")
        + block("3.98.1", "alpine3.20", "3.98.1-alpine")
        + block("3.98.1", "windowsservercore-ltsc2025", "3.98.1"),
    )
    assert tables.run(main) == 0
    after = tables.read("images")["rows"]
    assert after["newest"] == 98
    assert after["debian_since"]["trixie"] == [*before["debian_since"]["trixie"], "3.98.1"]
    assert after["alpine_since"]["3.20"] == [*before["alpine_since"]["3.20"], "3.98.1"]
    trixie = {"first": before["debians"]["trixie"]["first"], "architectures": ["aarch64", "x86_64"]}
    assert after["debians"] == {"trixie": trixie}


def test_a_history_is_the_whole_table(tables: Tables, tmp_path: Path) -> None:
    """A patch counts for the release it was built on last; unknown releases are left out."""
    one = block("3.7.1", "jessie", "3.7.1") + block("3.7.2", "stretch", "3.7.2")
    two = block("3.7.2", "buster", "3.7.2") + block("3.7.2", "stretch")
    three = block("3.7.3", "buster", "3.7.3")
    repository = clone(tmp_path / "clone", one, two, three)
    assert tables.run(main, "--from", str(repository)) == 0
    table = tables.read("images")
    assert table["date"] == "2090-01-02"
    assert table["rows"]["debian_since"] == {"buster": ["3.7.2"]}
    assert table["rows"]["alpine_since"] == {}
    assert table["rows"]["debians"] == {"buster": {"first": 7, "architectures": ["x86_64"]}}


def test_the_second_run_changes_nothing(tables: Tables) -> None:
    """Nor does `--check`."""
    tables.source("python", block("3.98.1", "trixie", "3.98.1, latest"))
    untouched = tables.text("images")
    assert tables.run(main, "--check") == 1
    assert tables.text("images") == untouched
    assert tables.run(main) == 0
    updated = tables.text("images")
    assert tables.run(main, "--check") == 0
    assert tables.run(main) == 0
    assert tables.text("images") == updated


def test_an_old_list_changes_nothing(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """It would take away what has come since."""
    untouched = tables.text("images")
    tables.source("python", block("3.98.1", "trixie", "3.98.1, latest"))
    os.utime(tables.sources / "python", (0, 0))
    assert tables.run(main) == 0
    assert tables.text("images") == untouched
    assert "older than the table" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "<html>", "Tags: 3.1.1\n"])
def test_a_list_that_is_something_else(tables: Tables, content: str) -> None:
    """Exit code 2, and the table stays."""
    untouched = tables.text("images")
    tables.source("python", content)
    assert tables.run(main) == 2
    assert tables.text("images") == untouched
