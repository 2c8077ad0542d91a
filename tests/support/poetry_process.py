"""Real Poetry in a subprocess, as a user runs it."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from support.forkserver import ForkServer

# Seconds, on a machine that has other things to do.
TIMEOUT = 300
POETRY = Path(sys.executable).parent / "poetry"
# What the user of this machine has fetched before is nothing that a test may find.
_CACHE = tempfile.TemporaryDirectory(prefix="poetry-cache-")


@dataclass(frozen=True)
class Result:
    """What a run of Poetry came to."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What stands on stderr, in one line."""
        return " ".join(self.err.split())

    @property
    def report(self) -> Any:
        """The JSON report on stdout."""
        return json.loads(self.out)


def environment(**more: str) -> dict[str, str]:
    """Return a plain environment: nothing of the machine's decides a test."""
    plain = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("POETRY_", "GITHUB_", "DOCKER_"))
        and key not in {"VIRTUAL_ENV", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "CI"}
    }
    return {**plain, "LC_ALL": "C.UTF-8", "POETRY_CACHE_DIR": _CACHE.name, **more}


def poetry(
    *args: str, cwd: Path, more: dict[str, str] | None = None, executable: Path = POETRY
) -> Result:
    """Run `poetry ARGS` in a folder, with `more` in its environment."""
    env = environment(**(more or {}))
    # Elsewhere there is no fork, or system libraries do not survive one.
    forks = sys.platform == "linux" and executable == POETRY
    if forks and (server := _server()).serves(env):
        code, out, err = server.run(args, cwd, env, TIMEOUT)
    else:
        done = subprocess.run(
            [str(executable), *args],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
        code, out, err = done.returncode, done.stdout, done.stderr
    return Result(code, out.decode("utf-8"), err.decode("utf-8"))


@cache
def _server() -> ForkServer:
    """Return the one server of this process, which ends with it."""
    server = ForkServer(POETRY, environment())
    atexit.register(server.close)
    return server


def arch_check(*args: str, cwd: Path, **more: str) -> Result:
    """Run `poetry arch-check ARGS` in a folder, without the network."""
    return poetry("arch-check", "--offline", *args, cwd=cwd, more=more)


def copy(project: Path, to: Path) -> Path:
    """Copy the two files of a project into a folder of its own and return that."""
    folder = to / project.name
    folder.mkdir(parents=True)
    for name in ("pyproject.toml", "poetry.lock"):
        if (project / name).is_file():
            shutil.copyfile(project / name, folder / name)
    return folder
