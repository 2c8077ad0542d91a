"""Inspecting sources in a separate process: hostile ones do no harm."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.inspection.tree import TreeError
from poetry_arch_check.sources import sandbox
from poetry_arch_check.sources.sandbox import inspect_in_sandbox
from support.archives import FILES, WRAPPINGS, tar
from support.interpreters import LINUX, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

C = "dep:virtual/compiler/c"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


def script(text: str) -> bytes:
    """Return an sdist with this setup.py."""
    return gzip.compress(tar({"a-1.0/setup.py": text.encode(), "a-1.0/a.py": b""}))


def digits() -> bytes:
    """Return a tar that keeps tarfile's regular expressions busy (CVE-2024-6232)."""
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 200_000
    return gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + b"9" * 200_192 + bytes(10_240))


def processor_seconds() -> float:
    """Return what the processes that this one has waited for have used of the processor."""
    used = os.times()
    return used.children_user + used.children_system


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_an_sdist(wrapping: str, tmp_path: Path) -> None:
    """Once, for as many interpreters as are wanted."""
    path = tmp_path / "a.archive"
    path.write_bytes(WRAPPINGS[wrapping](FILES))
    found = inspect_in_sandbox(path, [LINUX, WINDOWS, replace(LINUX, version=(3, 13, 0))], [])
    assert [inspection.requires for inspection in found] == [(C,)] * 3
    assert [file.name for file in tmp_path.iterdir()] == ["a.archive"]


def test_a_directory_and_a_constraint(tmp_path: Path) -> None:
    """What the project constrains counts there, too."""
    (tmp_path / "setup.py").write_text("import pkg_resources\n")
    (broken,) = inspect_in_sandbox(tmp_path, [LINUX], [])
    assert broken.broken
    (constrained,) = inspect_in_sandbox(tmp_path, [LINUX], ["setuptools (<82)"])
    assert constrained.broken is None


HOSTILE: dict[str, Callable[[], bytes]] = {
    "time in the archive": digits,
    "time in the script": lambda: script("a=('aaaa',)\n" + "a=(a,a)\n" * 40 + "x=str(a)\n"),
    "memory in the script": lambda: script(
        f"a=('{'a' * 9000}',)\n" + "a=(a,a)\n" * 20 + "x=str(a)\n"
    ),
    "time in the parser": lambda: script(
        "# coding: punycode\n" + "a" * 250_000 + "-" + "ab" * 120_000
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_takes_more_than_its_share(case: str, tmp_path: Path) -> None:
    """It is ended, and the reason is said; nothing stays behind."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(HOSTILE[case]())
    began = processor_seconds()
    with pytest.raises(TreeError, match=r"takes more than 5 s or 256 MiB|damaged"):
        inspect_in_sandbox(path, [LINUX], [])
    assert processor_seconds() - began < sandbox.CPU_SECONDS + 2  # the start of Python included
    assert [file.name for file in tmp_path.iterdir()] == ["a.tar.gz"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_a_directory(tmp_path: Path) -> None:
    """Nobody writes to it; it is not waited for until time is up, which were a TreeError."""
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup()\n")
    for name in ("a.c", "setup.cfg", "pyproject.toml"):
        os.mkfifo(tmp_path / name)
    (found,) = inspect_in_sandbox(tmp_path, [LINUX], [])
    assert found.requires == ()


def test_a_script_that_grows_without_end(tmp_path: Path) -> None:
    """What it comes to is not known, and costs nothing."""
    path = tmp_path / "a.tar.gz"
    text = "import os\np='a'\n" + "p=os.path.join(p,p)\n" * 40 + "setup()"
    path.write_bytes(script(text))
    (found,) = inspect_in_sandbox(path, [LINUX], [])
    assert found.requires == ()


def test_an_answer_without_end(tmp_path: Path) -> None:
    """It is not sent: the parent has no limits."""
    path = tmp_path / "a.tar.gz"
    text = f"y=['{'a' * 2000}']\n" + "y=y+y\n" * 12 + "setup(setup_requires=y)\n"
    path.write_bytes(script(text))
    with pytest.raises(
        TreeError, match=r"requirements have more than 1 MiB|takes more than 5 s or 256 MiB"
    ):
        inspect_in_sandbox(path, [LINUX], [])


def test_the_process_can_neither_write_nor_grow() -> None:
    """It limits itself before it reads anything."""
    text = (
        "import sys; from poetry_arch_check.sources import sandbox; sandbox._limit(5);"
        " import json, resource as r;"
        " print(json.dumps([r.getrlimit(l)[1] for l in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE)]))"
    )
    shown = subprocess.run([sys.executable, "-c", text], capture_output=True, check=True)
    limits = json.loads(shown.stdout)
    assert limits[1:] == [sandbox.CPU_SECONDS, 0]
    assert sys.platform != "linux" or limits[0] == 256 << 20


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Then nothing is known, and that is said."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(TreeError, match="the process that inspects it cannot be started"):
        inspect_in_sandbox(tmp_path, [LINUX], [])
