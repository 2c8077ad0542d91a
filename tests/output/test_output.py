"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.errors import OutputError
from poetry_arch_check.output.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file(tmp_path: Path) -> None:
    """It has the permissions of any new file, and nothing else is left behind."""
    path = tmp_path / "report.json"
    write_atomically(path, "ä\n")
    assert path.read_bytes() == "ä\n".encode()
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain", "report.json"]


def test_an_old_file_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    """A link is written through, as an editor would."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["missing/report", "directory", "file/report"])
def test_what_cannot_be_written(tmp_path: Path, name: str) -> None:
    """The message names the file; nothing is left behind."""
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_text("old")
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / name, "new")
    assert name in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["directory", "file"]


def test_a_device_or_a_pipe_is_written_to(tmp_path: Path) -> None:
    """It is never replaced by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, "report")
    assert os.read(reader, 100) == b"report"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_long_name(tmp_path: Path) -> None:
    """As long as the file system takes; the temporary file is not called after it."""
    path = tmp_path / ("x" * 250)
    write_atomically(path, "new")
    assert path.read_text() == "new"


def test_a_failure_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up while writing."""
    path = tmp_path / "report"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]
