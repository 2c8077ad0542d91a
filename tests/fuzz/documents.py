"""Mutated bake and compose files (with `.env`) and workflows: `python tests/fuzz/documents.py --minutes 10`."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from fuzz.seeds import seeds
from poetry_arch_check.dockerfile.builds import (
    KINDS,
    platforms,
    recipe,
    the_dockerfile,
    with_env_file,
)
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    import random

_WORDS = """target|group|default|variable|inherits|platforms|platform|services|build|jobs|steps|uses
    |docker/build-push-action@v6|with|strategy|matrix|include|env|&a |*a|<<: *a|"${A}"|${{ matrix.p }}
    |${{ env.P }}|split(",", A)|name|context|dockerfile|args|"${p}"|${A.n}|${replace(p, ".", "-")}|linux/amd64|linux/arm64,|local|- |: |{|}|[|]|,|"|'|!!binary |? |--- |%YAML"""
WORDS = [word.strip().encode() for word in _WORDS.split("|") if word.strip()]
_WORKFLOW = b"""\
env: {P: linux/arm64}
jobs:
  a:
    strategy: {matrix: {p: [linux/amd64, linux/arm64], include: [{p: linux/s390x}]}}
    steps:
      - uses: docker/build-push-action@v6
        with: {platforms: "${{ matrix.p }},${{ env.P }}"}
"""
_ENV = b"""\
# it's a comment
export A=linux/arm64 # with $B
B='$A # x'
C="${A:-${B}}\\n$$A
# more"
D: ${C}$C${D-x}
"""
_COMPOSE = b"""\
services:
  a: &a
    platform: ${A:-linux/amd64}
    build: {context: $B, dockerfile: "${C}", target: $D, args: [A, "B=$A", "C=${D:+x}"]}
  b: {<<: *a, build: {context: ., args: {A: , B: 1, C: 0xff, D: "$A$A"}}}
"""
# What stands between a compose file and the `.env` beside it.
_BESIDE = b"\n=== .env\n"
_ENV_WORDS = b"export |${A:-|${A:+|${|}|$A|$$|=|: | #|\\|'|\"|\n|\r\n|A=|B=".split(b"|")
_ENV_MUTATOR = Mutator([_ENV, b"A=" + b"x" * 4_000 + b"\nB=" + b"$A" * 999], _ENV_WORDS)
_COMPOSE_MUTATOR = Mutator([_COMPOSE], WORDS)
_MUTATOR = Mutator([*seeds("*.yaml", "*.yml", "docker-bake.*"), _WORKFLOW], WORDS)
_NAMES = ("a", "b", "default", "p")


def make(rng: random.Random) -> bytes:
    """Return the kind of a document in a line, and the document."""
    kind = rng.choice(KINDS)
    if kind == "bake" and rng.random() < 0.4:
        return b"bake\n" + json.dumps(_bake(rng)).encode()[:300_000]
    if kind == "compose" and rng.random() < 0.6:
        compose = _COMPOSE_MUTATOR.make(rng) if rng.random() < 0.6 else _COMPOSE
        return b"compose\n" + compose + _BESIDE + _ENV_MUTATOR.make(rng)
    return kind.encode() + b"\n" + _MUTATOR.make(rng)


def _bake(rng: random.Random) -> dict[str, Any]:
    """Return a bake file in which all refer to each other."""
    many = rng.choice((3, 30, 300, 450))
    targets = [f"t{n}" for n in range(many)] + ["default"]
    some = rng.choice((1, 3, many))

    def value(depth: int = 0) -> Any:
        return rng.choice(
            (
                "${A}",
                "linux/arm64",
                [rng.choice(("${A}", "${B}", "linux/amd64"))] * rng.choice((1, 9, 90)),
                'split(",", B)',
                None,
                1,
                {},
                [value(depth + 1)] * rng.choice((1, 20)) if depth < 2 else [],
            )
        )

    def references(names: list[str]) -> list[str]:
        return [rng.choice(names) for _ in range(min(some, 20_000 // many))]

    def matrix() -> dict[str, Any]:
        """Return what a target has that is one for each combination."""
        item = {"n": rng.choice(("a", "b", 1, "x" * 300)), "p": value()}
        words = ("${A}", "${p}", "${i.p}", "p", 'x-${replace(i.n, "", "y")}' * 9, "t1", None, 5)
        axes = {
            "A": value(),
            "p": value(),
            "i": [item] * rng.choice((1, 3, 30, 499)),
            **{f"n{n}": [1] * rng.choice((1, 1, 9)) for n in range(rng.choice((0, 1, 900)))},
        }
        chosen = rng.sample(sorted(axes), rng.randint(0, min(4, len(axes))))
        keys = ("name", "context", "dockerfile", "platforms", "inherits")
        return {
            "matrix": rng.choice((axes, {name: axes[name] for name in chosen}, value())),
            **{key: rng.choice(words) for key in keys if rng.random() < 0.4},
            **({"context": [rng.choice(words)] * 9_000} if rng.random() < 0.05 else {}),
        }

    return {
        "variable": {"A": {"default": value()}, "B": {"default": "linux/arm64," * some}},
        "target": {
            name: {
                "inherits": references(targets),
                **({"platforms": value()} if rng.random() < 0.3 else {}),
                **(matrix() if rng.random() < rng.choice((0.05, 0.5)) else {}),
            }
            for name in targets[: -1 if rng.random() < 0.5 else None]
        },
        "group": {
            f"g{n}": {"targets": references([*targets, *(f"g{k}" for k in range(many))])}
            for n in range(many)
        }
        | ({"default": {"targets": ["g0", "g1"]}} if rng.random() < 0.7 else {}),
    }


def read(data: bytes) -> str:
    """Read a document of a kind."""
    name, _, body = data.partition(b"\n")
    kind, given = name.decode(), {"GIVEN": "b"}
    content, apart, beside = body.partition(_BESIDE)
    text = content.decode("utf-8", "replace")
    if not apart:
        environment = {"A": "b"}
        recipe(kind, text, "file", "Dockerfile", environment)
        platforms(kind, text, "file", environment=environment)
        return f"{kind} read"
    variables = with_env_file(beside.decode("utf-8", "replace"), ".env", given)
    dockerfile = "Dockerfile"
    with suppress(DockerfileError):
        dockerfile = the_dockerfile(text, "file", variables)
    recipe(kind, text, "file", dockerfile, variables)
    platforms(kind, text, "file", dockerfile, variables)
    return f"{kind} with .env read"


if __name__ == "__main__":
    main(Fuzzer(name="documents", make=make, read=read))
