"""Mutated command lines: `python tests/fuzz/options.py --minutes 10`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.application import run
from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from support.paths import DOCKERFILES, PROJECTS

if TYPE_CHECKING:
    import random

_VALUED = {
    "-t": "linux/arm64 alpine/amd64 all current manylinux_2_28_aarch64 macosx_11_0_arm64 windows",
    "--image": "python:3.12-slim debian:12 alpine nvidia/cuda:12.0-devel-ubuntu22.04 scratch a@b",
    "--python": "3.12 3.13t pypy3.10 all 3 4.0 2.7",
    "--toolchain": "c c++ rust,libpq none c,fortran,x",
    "--dockerfile": "Dockerfile pyproject.toml . nowhere /dev/null",
    "--stage": "builder 0 1 x",
    "--build-arg": "A=b A=",
    "--compose": "compose.yaml Dockerfile",
    "--bake": "docker-bake.json docker-bake.hcl",
    "--workflow": "publish.yml",
    "--format": "text json github xml",
    "--output": "report poetry.lock . /dev/full",
    "--without": "dev main a,b",
    "--with": "dev docs",
    "--only": "main dev",
    "-E": "a b,c",
    "-P": ". /",
}
_FLAGS = [
    "--diff",
    "--require-wheels",
    "--suggest",
    "--fix",
    "--dry-run",
    "--all-groups",
    "--all-extras",
    "-q",
    "-v",
    "-vv",
    "-vvv",
    "--ansi",
    "--",
]
_VALUES = Mutator([value.encode() for text in _VALUED.values() for value in text.split()])
_FILES = {
    **{path.name: path.read_bytes() for path in (PROJECTS / "service").iterdir() if path.is_file()},
    "Dockerfile": (DOCKERFILES / "two-stages.Dockerfile").read_bytes(),
    **{
        name: (DOCKERFILES / name).read_bytes()
        for name in ("compose.yaml", "docker-bake.json", "docker-bake.hcl", "publish.yml")
    },
}


def make(rng: random.Random) -> bytes:
    """Return the arguments of a command line as JSON."""
    words: list[str] = []
    for _ in range(rng.choice((1, 2, 3, 4, 6))):
        if rng.random() < 0.3:
            words.append(rng.choice(_FLAGS))
            continue
        option = rng.choice(sorted(_VALUED))
        value = rng.choice(_VALUED[option].split())
        if rng.random() < 0.4:
            value = _VALUES.make(rng).decode("utf-8", "replace").replace("\0", "")[:5_000]
        words += [option, value] if rng.random() < 0.9 else [f"{option}={value}"]
    return json.dumps(words).encode()


def read(data: bytes) -> str:
    """Run a command line in a project with files of every kind."""
    code = run(["arch-check", "--offline", "-n", *json.loads(data)], _FILES)
    return f"exit code {code}"


if __name__ == "__main__":
    main(Fuzzer(name="options", make=make, read=read, suffix="json"))
