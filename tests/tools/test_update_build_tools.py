"""tools/update_build_tools.py: releases of setuptools, Cython and PyO3, by Python."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from update_build_tools import main

if TYPE_CHECKING:
    from pathlib import Path

    from support.tables import Tables

SUPPORTED = """
const SUPPORTED_VERSIONS_CPYTHON: SupportedVersions = SupportedVersions {{
    min: PythonVersion {{ major: 3, minor: {} }},
    max: PythonVersion {{
        major: 3,
        minor: {},
    }},
}};
"""
MINIMUM = "const MINIMUM_SUPPORTED_VERSION: PythonVersion = PythonVersion { major: 3, minor: 7 };"


def answer(*files: tuple[str, str | None] | tuple[str, str | None, bool]) -> str:
    """Return what an index says: files with their `requires-python`, and whether it is yanked."""
    listed = [
        {"filename": name, "requires-python": stated, "yanked": bool(more)}
        for name, stated, *more in files
    ]
    return json.dumps({"files": listed})


def repository(folder: Path, **tags: str) -> None:
    """Make a repository with a build.rs at each tag (`v0_16_0`)."""
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    (folder / "pyo3-ffi").mkdir(parents=True)
    subprocess.run([*git, "init", "-q"], check=True)
    for tag, text in tags.items():
        (folder / "pyo3-ffi" / "build.rs").write_text(text, "utf-8")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", tag], check=True)
        subprocess.run([*git, "tag", tag.replace("_", ".")], check=True)


def test_releases_by_python(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Final ones that are not yanked; the newest for each Python that newer ones do not take."""
    tables.source(
        "setuptools.json",
        answer(
            ("setuptools-60.0.0.tar.gz", ">=3.7"),
            ("setuptools-70.1.0-py3-none-any.whl", ">=3.9"),
            ("setuptools-71.0.0-py3-none-any.whl", ">=3.9", True),
            ("setuptools-72.0.0rc1.tar.gz", ">=3.9"),
            ("setuptools-old.exe", None),
        ),
    )
    tables.source(
        "cython.json",
        answer(
            ("Cython-0.28.9.tar.gz", None),
            ("Cython-0.29.3.tar.gz", ">=2.7, !=3.0.*"),
            ("cython-0.29.21.tar.gz", ">=2.7"),
            ("cython-3.0.2-cp311-cp311-manylinux_2_17_x86_64.whl", ">=3.8"),
        ),
    )
    assert tables.run(main) == 0
    rows = tables.read("build_tools")["rows"]
    assert rows["setuptools"] == {
        "newest": "70.1.0",
        "python": {"3.7": "60.0.0", "3.8": "60.0.0"},
    }
    assert rows["cython"] == {
        "newest": "3.0.2",
        "python": {"3.6": "0.29.21", "3.7": "0.29.21"},
        "series": {"0.29": 21, "3.0": 2},
    }
    assert "PyO3's repository is not in --from" in capsys.readouterr().out
    assert tables.run(main) == 0
    assert "up to date" in capsys.readouterr().out


def test_pythons_of_pyo3(tables: Tables, tmp_path: Path) -> None:
    """Where a release changed them; one more where that is built for with a warning."""
    clone = tmp_path / "pyo3"
    repository(
        clone,
        v0_15_1=MINIMUM,
        v0_16_0=MINIMUM,
        v0_20_3=SUPPORTED.format(7, 12),
        v0_21_0=SUPPORTED.format(7, 12),
        v0_22_0=SUPPORTED.format(8, 12) + "minor: versions.max.minor + 1",
    )
    assert main(["--data", str(tables.folder), "--from", str(clone)]) == 0
    assert tables.read("build_tools")["rows"]["pyo3"] == {
        "newest": {"0.22": 13, "0.20.3": 12},
        "oldest": {"0.22": 8, "0.16": 7},
    }


@pytest.mark.parametrize("content", ["no JSON", "{}", '{"files": []}', '{"files": [1]}'])
def test_an_answer_that_is_none(
    content: str, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table stays as it is."""
    before = tables.text("build_tools")
    tables.source("cython.json", content)
    assert tables.run(main) == 2
    assert "build_tools.json is unchanged: cython.json" in capsys.readouterr().err
    assert tables.text("build_tools") == before


def test_sources_that_are_not_there(
    tables: Tables, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file, no index that pip is configured with, none that answers."""
    assert tables.run(main) == 2
    assert "no source is in --from" in capsys.readouterr().err
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert main(["--data", str(tables.folder)]) == 2
    assert "name one with --mirror" in capsys.readouterr().err
    assert main(["--data", str(tables.folder), "--mirror", "http://127.0.0.1:9/simple"]) == 2
    assert "cannot be read" in capsys.readouterr().err
