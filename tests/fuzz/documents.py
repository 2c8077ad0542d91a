"""Mutated bake and compose files and workflows: `python tests/fuzz/documents.py --minutes 10`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from fuzz.seeds import seeds
from poetry_arch_check.dockerfile.builds import KINDS, platforms

if TYPE_CHECKING:
    import random

_WORDS = """target|group|default|variable|inherits|platforms|platform|services|build|jobs|steps|uses
    |docker/build-push-action@v6|with|strategy|matrix|include|env|&a |*a|<<: *a|"${A}"|${{ matrix.p }}
    |${{ env.P }}|split(",", A)|linux/amd64|linux/arm64,|local|- |: |{|}|[|]|,|"|'|!!binary |? |--- |%YAML"""
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
_MUTATOR = Mutator([*seeds("*.yaml", "*.yml", "docker-bake.*"), _WORKFLOW], WORDS)
_NAMES = ("a", "b", "default", "p")


def make(rng: random.Random) -> bytes:
    """Return the kind of a document in a line, and the document."""
    kind = rng.choice(KINDS)
    if kind == "bake" and rng.random() < 0.4:
        return b"bake\n" + json.dumps(_bake(rng)).encode()[:300_000]
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

    return {
        "variable": {"A": {"default": value()}, "B": {"default": "linux/arm64," * some}},
        "target": {
            name: {
                "inherits": references(targets),
                **({"platforms": value()} if rng.random() < 0.3 else {}),
                **({"matrix": {"A": value(), "p": value()}} if rng.random() < 0.05 else {}),
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
    kind, _, text = data.partition(b"\n")
    platforms(kind.decode(), text.decode("utf-8", "replace"), "file", environment={"A": "b"})
    return f"{kind.decode()} read"


if __name__ == "__main__":
    main(Fuzzer(name="documents", make=make, read=read))
