"""Mutated Dockerfiles: `python tests/fuzz/dockerfiles.py --minutes 10`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from fuzz.seeds import seeds
from poetry_arch_check.dockerfile import Build, BuildContext, install_steps_of
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.platforms.names import parse_name
from support.hostile import DOCKERFILES

if TYPE_CHECKING:
    import random

_WORDS = """FROM|RUN |COPY --from=0 |ARG A=|ENV A=|ONBUILD |SHELL ["sh"]|USER a|WORKDIR /a|AS a|$A
    |${A:-|${A+|${A%%|${A##*|}|$(|`|)|((|))|'|"|\\|\\\n|<<E|<<-'E'\n|E\n|;|;;|&&|\\|\\||\\||&|!
    |if |then |elif |else |fi|for i in |do |done|while |case $A in |esac|*)|f() {|{ | }|[ |[[ |]]
    |= |-o |apt-get install -y |apk add -t g |purge |poetry install |poetry export -o |pip install
    |-r |requirements.txt|sh -c '|eval |sudo |env A=b |xargs |conda run |# syntax=a\n|# escape=`\n
    |uname -m|read |unset |declare |export |exit |return |break |continue |local |set -e|> |>>|2>&1
    |cd /a|cd ..|pushd |$1 |"$@"|$#|set -- |shift|cat /a/l.txt|grep -v '^#' |tr '\\n' ' ' |sort |. /a/s.sh
    |sh /a/s.sh |./s.sh |mv |cp -r |rm -rf |ln -s |/a|/b|/a/*|*.whl|poetry build |poetry -C /a
    |pip install /a[x] |pip wheel -w /w |--find-links /w |--mount=type=bind,target=/a |COPY . /a
    |COPY p /a/|make install|https://go.dev/dl/go1.2.linux-x|git clone https://github.com/a/geos
    |--platform=$A |--only |--with |--extras |python -m |uv run |pyenv install 3.12|/opt/venv
    |rustup-init -y --default-toolchain |--default-toolchain=1.72 |none|1.72.1
    |rustup toolchain install |rustup default |--profile minimal |dnf install -y |apk |/sbin/apk|$(apk x)
    |${A:=|${A:?|${A%|${A#|${A:|${A/|${!A}|${#A}|${@|${1:-|${|:+|:-}|\\\n# x\n|alias apk=true|ENV PATH="""
WORDS = [word.strip("\n").encode() for word in _WORDS.replace("\n    |", "|").split("|") if word]
_SHORT = [text.encode() for text in DOCKERFILES.values() if len(text) < 20_000]
_MUTATOR = Mutator([*seeds("*ockerfile*"), *_SHORT], WORDS)
_FILES = {
    "pyproject.toml": "",
    "poetry.lock": "",
    "p/pyproject.toml": "",
    "l.txt": "gcc\n# x\nmake",
    "s.sh": 'sh /a/s.sh "$@"; . /a/s.sh; apt-get install $1; cd ..; f() { f "$@" x; }; f; poetry install',
}
_CONTEXT = BuildContext(
    name="demo",
    text=_FILES.get,
    matching=lambda path: (path,) if path in _FILES or path in {"", "p"} else (),
    is_folder=lambda path: path in {"", "p"},
)
_TARGETS = [parse_name(name).platform for name in ("linux/amd64", "linux/arm/v7")]


def make(rng: random.Random) -> bytes:
    """Return a mutated Dockerfile, or lines of the format's own words."""
    if rng.random() < 0.8:
        return _MUTATOR.make(rng)
    body = b"".join(rng.choice(WORDS) + b" " * rng.randint(0, 1) for _ in range(rng.randint(1, 80)))
    line = b"FROM python:3.12 AS a\nRUN " + body * rng.choice((1, 1, 10, 1_000))
    return line[:240_000] + b"\nRUN poetry install\n"


def read(data: bytes) -> str:
    """Read a Dockerfile for two platforms."""
    text = data.decode("utf-8", "replace")
    for platform in _TARGETS:
        build = Build(platform=platform, host=_TARGETS[0], arguments={"A": "b"}, context=_CONTEXT)
        try:
            for step in install_steps_of(text, "Dockerfile", build):
                _ = step.toolchain
        except DockerfileError as error:
            for problem in error.problems:
                if len(problem) > 2_000:
                    raise AssertionError(f"a message of {len(problem)} characters") from None
            raise
    return "read"


if __name__ == "__main__":
    main(Fuzzer(name="dockerfiles", make=make, read=read, suffix="Dockerfile"))
