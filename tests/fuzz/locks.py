"""Mutated lock files: `python tests/fuzz/locks.py --minutes 10`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.application import run
from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from fuzz.seeds import seeds
from support.paths import PROJECTS

if TYPE_CHECKING:
    import random

_WORDS = """[[package]]|[metadata]|[package.dependencies]|[package.extras]|[package.source]|[extras]
    |name = |version = |files = [|optional = true|groups = ["main"]|markers = |python-versions =
    |lock-version = "1.1"|lock-version = "2.1"|content-hash = |type = "git"|type = "url"|url =
    |type = "directory"|reference = |resolved_reference = |{file = "a-1.0.tar.gz", hash = "sha256:00"}
    |-cp312-cp312-manylinux_2_17_x86_64.whl|-py3-none-any.whl|-abi3-macosx_11_0_arm64.whl|.tar.gz|.zip
    |sys_platform == "win32"|python_version < "3.9"|extra == "a"| and | or |>=3.8,<4.0|*|||==|~=1.0"""
_MUTATOR = Mutator(
    [lock for lock in seeds("poetry.lock") if len(lock) < 60_000],
    [word.strip().encode() for word in _WORDS.replace("|||", "| ||").split("|") if word.strip()],
)
_PROJECT = (PROJECTS / "service" / "pyproject.toml").read_bytes()
_OPTIONS = (
    ("-t", "linux/arm64", "-t", "alpine/amd64", "-v"),
    ("-t", "all", "--format", "json"),
    ("-t", "linux/amd64", "--format", "github", "--require-wheels"),
    ("-t", "windows/amd64", "--python", "3.13t", "--all-groups", "--all-extras"),
)


def make(rng: random.Random) -> bytes:
    """Return the number of a command line in a line, and a lock."""
    return b"%d\n" % rng.randrange(len(_OPTIONS)) + _MUTATOR.make(rng)


def read(data: bytes) -> str:
    """Check a lock."""
    number, _, lock = data.partition(b"\n")
    files = {"poetry.lock": lock, "pyproject.toml": _PROJECT}
    code = run(["arch-check", "--offline", "-n", *_OPTIONS[int(number)]], files)
    return f"exit code {code}"


if __name__ == "__main__":
    main(Fuzzer(name="locks", make=make, read=read, suffix="lock"))
