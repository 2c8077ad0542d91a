"""Kills at random moments tear nothing: `python tests/fuzz/kills.py --minutes 30`.

Poetry is ended (SIGKILL, with all it has started) while it locks, adds, updates, removes or
installs, or while `--fix` writes. What is there afterwards is whole: each file is as before or
as its writer leaves it, and the next check reads all that was kept.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.fuzzing import FindingError, Fuzzer, main
from support.place import NO_COMPILER, Place, place

if TYPE_CHECKING:
    import random

_COMMANDS = (
    ("lock", "--regenerate"),
    ("add", "cext"),
    ("update",),
    ("remove", "plain"),
    ("install",),
    ("arch-check", "--fix", "-t", "linux/arm64"),
)
# Seconds that each takes if it is left alone, in this process.
_took: dict[tuple[str, ...], float] = {}


def make(rng: random.Random) -> bytes:
    """Return, as JSON, the command, the mode of the hooks and the moment, from 0 to 1."""
    return json.dumps(
        {
            "command": rng.randrange(len(_COMMANDS)),
            "mode": rng.choice(("warn", "abort")),
            "moment": rng.random(),
        }
    ).encode()


def read(data: bytes) -> str:
    """Kill the command, and look at what is left."""
    plan = json.loads(data)
    command = _COMMANDS[plan["command"]]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        place(Path(folder)) as at,
    ):
        if command not in _took:
            _prepare(at)
            began = time.monotonic()
            _start(at, command, plan["mode"]).communicate()
            _took[command] = time.monotonic() - began
        _prepare(at)
        before = {path.name: path.read_bytes() for path in _files(at)}
        process = _start(at, command, plan["mode"])
        try:
            process.communicate(timeout=plan["moment"] * _took[command])
            what = "ended before"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            what = "killed"
        _look(at, before)
    return f"{command[0]} {what}"


def _prepare(at: Place) -> None:
    at.write("native<1.1", "plain", "pure", settings='targets = ["linux/arm64"]')
    done = at.run("lock", POETRY_ARCH_CHECK="off")
    if done.code or not at.lock.exists():
        raise FindingError(f"cannot be prepared: {done.err}")


def _start(at: Place, command: tuple[str, ...], mode: str) -> subprocess.Popen[bytes]:
    return at.start(*command, "-n", more={"POETRY_ARCH_CHECK": mode, **NO_COMPILER})


def _files(at: Place) -> tuple[Path, Path]:
    return at.project / "pyproject.toml", at.lock


def _look(at: Place, before: dict[str, bytes]) -> None:
    for path in _files(at):
        content = path.read_bytes()
        if content == before[path.name]:
            continue
        try:
            document = tomllib.loads(content.decode())
        except ValueError as error:
            raise FindingError(f"{path.name} is torn: {error}") from error
        if path == at.lock and not document.get("metadata", {}).get("content-hash"):
            raise FindingError("the lock has no end")
    done = at.run("arch-check", "-n", "-t", "linux/arm64", **NO_COMPILER)
    text = done.out + done.err
    if "internal error" in text or "Traceback" in text or done.code not in {0, 1, 2}:
        raise FindingError(f"the next check fails: {text[-1000:]}")
    # Poetry writes pyproject.toml first: a lock that is stale then is its own doing.
    if done.code == 2 and "is stale" not in text:
        raise FindingError(f"the next check cannot be made: {text[-1000:]}")


if __name__ == "__main__":
    main(Fuzzer(name="kills", make=make, read=read, bounded=False, suffix="json"))
