"""What the check says → what is built, and the script that does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yardstick.answer import Answer, CheckError, Verdict, judge
from yardstick.build import Builder
from yardstick.root import Roots
from yardstick.table import Row
from yardstick.trial import Tried, trials

APT = (
    "RUN apt-get update \\",
    "    && apt-get install -y --no-install-recommends gcc \\",
    "    && rm -rf /var/lib/apt/lists/*",
)
RUSTUP = ("RUN curl https://example.org | sh -s -- -y", 'ENV PATH="/root/.cargo/bin:$PATH"')
CONSTRAINT = ("[tool.poetry.build-constraints]", 'a = { setuptools = "<82" }')
ROW = Row(
    name="a", version="1", sdist="a-1.zip", sha256="ff", image="debian:12", known=("gcc", "swig")
)


def _package(outcome: str, cause: str, *remedies: tuple[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "cause": cause,
        "problem": outcome != "source",
        "remedies": [{"kind": kind, "text": "", "lines": list(lines)} for kind, lines in remedies],
    }


def _answer(
    verdict: Verdict,
    *lines: str,
    constraints: tuple[str, ...] = (),
    fails_alone: bool = False,
    needs: tuple[str, ...] = (),
) -> Answer:
    return Answer(
        verdict=verdict,
        lines=lines,
        constraints=constraints,
        fails_alone=fails_alone,
        needs=needs,
        reason="",
    )


@pytest.mark.parametrize(
    ("package", "verdict", "lines", "constraint"),
    [
        (_package("source", "source"), Verdict.BUILDS, (), ()),
        (
            _package(
                "no-toolchain",
                "toolchain-missing",
                ("python", ("FROM x",)),
                ("toolchain", ()),
                ("toolchain", APT),
                ("toolchain", RUSTUP),
            ),
            Verdict.LINES,
            APT,
            (),
        ),
        (_package("no-toolchain", "toolchain-missing", ("toolchain", ())), Verdict.SILENT, (), ()),
        (_package("unknown", "toolchain-uncertain", ("toolchain", ())), Verdict.SILENT, (), ()),
        (
            _package("no-toolchain", "build-broken", ("constraint", CONSTRAINT)),
            Verdict.FAILS,
            (),
            CONSTRAINT,
        ),
        (_package("unavailable", "unreadable"), Verdict.FAILS, (), ()),
    ],
)
def test_what_is_read_in_a_report(
    package: dict[str, Any], verdict: Verdict, lines: tuple[str, ...], constraint: tuple[str, ...]
) -> None:
    """The first lines that install a toolchain are those to paste."""
    assert judge(package) == (verdict, lines, constraint)


def test_what_is_printed_in_one_line() -> None:
    """Lines of a Dockerfile and constraints are told in one line, whatever the lines' breaks."""
    answer = _answer(Verdict.LINES, *APT, *RUSTUP, constraints=("setuptools<82",))
    assert answer.printed == (
        "RUN apt-get update && apt-get install -y --no-install-recommends gcc"
        " && rm -rf /var/lib/apt/lists/* ; RUN curl https://example.org | sh -s -- -y ;"
        ' ENV PATH="/root/.cargo/bin:$PATH" ; constraint setuptools<82'
    )


@pytest.mark.parametrize(
    ("answer", "tried"),
    [
        (_answer(Verdict.BUILDS), [Tried.AS_IS]),
        (_answer(Verdict.LINES, *APT), [Tried.PRINTED]),
        (_answer(Verdict.SILENT), [Tried.NOTHING]),
        (_answer(Verdict.FAILS, fails_alone=True), [Tried.EVERYTHING]),
        (
            _answer(Verdict.BUILDS, constraints=("x<2",), fails_alone=True),
            [Tried.EVERYTHING, Tried.PRINTED],
        ),
        (
            _answer(Verdict.LINES, *APT, constraints=("x<2",), fails_alone=True),
            [Tried.EVERYTHING, Tried.PRINTED],
        ),
        # A constraint after which it still fails should not have been printed.
        (
            _answer(Verdict.FAILS, constraints=("x<2",), fails_alone=True),
            [Tried.EVERYTHING, Tried.PRINTED],
        ),
    ],
)
def test_what_has_to_be_built(answer: Answer, tried: list[Tried]) -> None:
    """What is said to fail is tried with everything; what is printed, as it is printed."""
    found = list(trials(ROW, answer))
    assert [trial.tried for trial in found] == tried
    assert found[-1].tried is Tried.EVERYTHING or (
        (found[-1].lines, found[-1].constraints) == (answer.lines, answer.constraints)
    )


def test_everything_is_all_that_is_known() -> None:
    """What is said to fail is tried with the usual tools, the row's packages and those of its needs."""
    needs = ("dep:generic/libpq", "dep:virtual/compiler/c@>=12", "dep:generic/nowhere")
    (trial,) = trials(ROW, _answer(Verdict.FAILS, fails_alone=True, needs=needs))
    assert trial.printed == "build-essential pkg-config python3-dev gcc swig libpq-dev libc6-dev"
    assert trial.lines == (
        f"RUN apt-get update; for package in {trial.printed};"
        " do apt-get install -y --no-install-recommends $package || true; done",
    )


def test_the_script_does_what_the_lines_say() -> None:
    """Each RUN is a shell of its own, ENV holds for all that follows, and pip builds at the end."""
    builder = Builder(roots=Roots(folder=Path()), logs=Path(), seconds=7, jobs=2)
    assert builder.script("a-1.zip", (*RUSTUP, "USER root", "RUN echo 'it'")).splitlines() == [
        "cd /root",
        "/bin/sh -c 'curl https://example.org | sh -s -- -y' >>/job/lines.log 2>&1 || exit 90",
        'export PATH="/root/.cargo/bin:$PATH" || exit 90',
        ": || exit 90",
        "/bin/sh -c 'echo '\"'\"'it'\"'\"'' >>/job/lines.log 2>&1 || exit 90",
        "export MAKEFLAGS=-j2 MAX_JOBS=2 CMAKE_BUILD_PARALLEL_LEVEL=2 CARGO_BUILD_JOBS=2 NPY_NUM_BUILD_JOBS=2",
        "timeout --kill-after=5 7 /venv/bin/python -m pip --verbose --no-cache-dir"
        " --disable-pip-version-check wheel --no-deps --build-constraint /job/constraints.txt"
        " --wheel-dir /root/wheels /job/a-1.zip >/job/build.log 2>&1",
    ]


def test_an_instruction_that_is_not_known_is_not_passed_over() -> None:
    """What cannot be done in a root is an error: a result without it would say nothing."""
    builder = Builder(roots=Roots(folder=Path()), logs=Path(), seconds=7, jobs=2)
    with pytest.raises(CheckError, match="COPY a b"):
        builder.script("a-1.zip", ("COPY a b",))
