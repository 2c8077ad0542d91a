"""An index that keeps its clients waiting does not keep Poetry waiting: real Poetry, real sockets."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from support.index import Stall
from support.place import NO_COMPILER, Place, copy_of_the_plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.poetry_process import Result

# It is waited for what does not come, in each of them.
pytestmark = pytest.mark.slow

ARM = 'targets = ["linux/arm64"]'
BUDGET = 1.5
# Seconds that Poetry itself takes, on a machine that has other things to do.
POETRY = 30
INSTALL = ("install", "--dry-run")
STALLS = pytest.mark.parametrize("stall", Stall)


@pytest.fixture
def waiting(at: Place) -> Place:
    """Return a locked project; what the plugin wants to inspect of it is not at hand.

    Poetry has the metadata of all packages in its cache.
    """
    at.write("cext", "plain", "pure")
    assert at.run("lock", POETRY_ARCH_CHECK="off").code == 0
    at.write("plain", "pure", settings=ARM)
    assert at.run("lock", POETRY_ARCH_CHECK="off").code == 0
    at.run("env", "use", "python")
    shutil.rmtree(at.folder / "cache" / "artifacts", ignore_errors=True)
    return at


def hurry(at: Place) -> None:
    """Give the hooks less time."""
    limits = copy_of_the_plugin(at) / "poetry_api" / "time_limits.py"
    text, found = re.subn(
        r"^HOOK_SECONDS = .*", f"HOOK_SECONDS = {BUDGET}", limits.read_text(), flags=re.MULTILINE
    )
    assert found == 1
    limits.write_text(text)


def run(at: Place, *command: str, mode: str) -> Result:
    """Run a command of Poetry; it asks the index, and ends in time."""
    began = time.monotonic()
    done = at.run(*command, POETRY_ARCH_CHECK=mode, **NO_COMPILER)
    assert time.monotonic() - began < BUDGET + POETRY
    assert at.index.asked
    return done


@STALLS
def test_a_stall_of_files(waiting: Place, stall: Stall) -> None:
    """Poetry goes on in time under `warn`, and is stopped by what is assumed under `abort`."""
    hurry(waiting)
    waiting.index.stall, waiting.index.stalled = stall, "/files/"
    done = run(waiting, *INSTALL, mode="warn")
    assert (done.code, "plain 1.0: no-toolchain on current" in done.err) == (0, True)
    assert "assumed to take a C compiler (limit exceeded: no " in done.said
    waiting.write("cext", "plain", "pure", settings=ARM)
    before = waiting.hashes()
    done = run(waiting, "lock", mode="abort")
    assert (done.code, "cext 1.0 (new): no-toolchain on linux/arm64" in done.err) == (1, True)
    assert "assumed to take a C compiler (limit exceeded: no " in done.said
    assert waiting.hashes() == before
    done = run(waiting, "lock", mode="warn")
    assert (done.code, "cext 1.0 (new): no-toolchain on linux/arm64" in done.err) == (0, True)
    assert 'name = "cext"' in waiting.lock.read_text("utf-8")


@STALLS
def test_a_stall_of_everything(waiting: Place, stall: Stall) -> None:
    """Poetry itself needs no index here."""
    hurry(waiting)
    waiting.index.stall = stall
    for mode, code in (("warn", 0), ("abort", 1)):
        done = run(waiting, *INSTALL, mode=mode)
        assert (done.code, "plain 1.0: no-toolchain on current" in done.err) == (code, True)
        assert "assumed to take a C compiler (limit exceeded: no " in done.said
    waiting.write("plain", settings=ARM)
    done = run(waiting, "lock", mode="abort")
    assert (done.code, "makes nothing worse. 1 problem was there before" in done.said) == (0, True)
    assert 'name = "pure"' not in waiting.lock.read_text("utf-8")


@STALLS
def test_the_first_ctrl_c_ends_it(waiting: Place, stall: Stall) -> None:
    """With the time that the hook has in earnest; nothing is written."""
    waiting.index.stall = stall
    waiting.write("plain", settings=ARM)
    before = waiting.hashes()
    waiting.index.asked.clear()
    process = waiting.start("lock")
    _wait(lambda: bool(waiting.index.asked))
    time.sleep(0.5)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=POETRY)
    assert time.monotonic() - began < 10
    assert (process.returncode, b"Traceback" in err) == (1, False), err
    assert waiting.hashes() == before


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + POETRY
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done()
