"""Dockerfiles that are short to write and long to read come to an end soon."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from poetry_arch_check.dockerfile import Build, InstallStep, install_steps_of
from poetry_arch_check.dockerfile.shell.conditions import truth
from poetry_arch_check.dockerfile.shell.wrappers import unwrapped
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.platforms.names import parse_name
from support.hostile import DOCKERFILES, LOOPS

# Each comes close to a limit.
pytestmark = pytest.mark.slow

# It is 2 s at most where nothing else runs; each of these took minutes, or all memory.
_SECONDS = 5
_MEBIBYTES = 100


def steps(text: str) -> tuple[InstallStep, ...]:
    """Return where a Dockerfile installs on linux/amd64."""
    platform = parse_name("linux/amd64").platform
    return install_steps_of(
        text, "Dockerfile", Build(platform=platform, host=platform, arguments={})
    )


def said(text: str) -> str:
    """Return the error of a Dockerfile, "" if it is read."""
    try:
        steps(text)
    except DockerfileError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", DOCKERFILES)
def test_each_kind_ends(kind: str) -> None:
    """With what it installs, or with the line and a sentence."""
    text = DOCKERFILES[kind]
    started = time.process_time()
    message = said(text)
    assert time.process_time() - started < _SECONDS
    assert not message or message.startswith("Dockerfile:")
    assert "too large" not in message


@pytest.mark.parametrize("kind", LOOPS)
def test_what_is_read_again_is_charged(kind: str) -> None:
    """The text of a loop costs in each round."""
    line = 3 if "here-document" in kind else 2
    assert said(LOOPS[kind]) == (
        f"Dockerfile:{line}: limit exceeded: it takes more than 1,000,000 steps to read it"
    )


@pytest.mark.parametrize(
    "kind",
    [
        "copies that double",
        "names and subshells",
        "names in stages",
        "packages and installations",
        "packages in stages",
        "values of many names in ARG",
        "values of many names in ENV",
        "variables that split",
    ],
)
def test_memory_is_bounded(kind: str) -> None:
    """Copies of variables, packages and notes cost by their size."""
    text = DOCKERFILES[kind]
    tracemalloc.start()
    try:
        said(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < _MEBIBYTES << 20


def test_a_long_dockerfile_is_read() -> None:
    """One that is written by hand stays far below the limits."""
    text = "FROM python:3.12-slim AS a\n"
    text += "".join(f"ENV NAME_{n}=/opt/value/{n}:$PATH\n" for n in range(100))
    for stage in range(8):
        text += f"FROM {chr(97 + stage)} AS {chr(98 + stage)}\n"
        text += "RUN apt-get update && apt-get install -y gcc libpq-dev curl git\n" * 10
        text += (
            'RUN set -e; for p in 1 2 3 4; do if [ "$(uname -m)" = x86_64 ]; then'
            " (cd /tmp && curl -o $p.tgz https://example.org/${p%%/*}-$NAME_1.tgz | tar x);"
            " case $p in 1|2) echo $p ;; *) true ;; esac; fi; done\n"
        ) * 10
    assert len(steps(f"{text}RUN poetry install\n")) == 1


def test_wrappers_are_bounded() -> None:
    """What stands behind twenty of them is not looked for."""
    assert unwrapped(("sudo",) * 3 + ("poetry",)) == ("poetry",)
    assert len(unwrapped(("sudo",) * 1000)) > 900


def test_long_tests_are_undecidable() -> None:
    """Each of their operators would be looked for in all that is behind it."""
    short = ("[", "a", "=", "b", *("-o", "a", "=", "a") * 3, "]")
    assert truth(short) is True
    assert truth(("[", "a", "=", "b", *("-o", "a", "=", "a") * 300, "]")) is None
