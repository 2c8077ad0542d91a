"""Building an sdist in a fresh root, after exactly the lines that were printed."""

from __future__ import annotations

import shlex
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yardstick.answer import CheckError, instructions
from yardstick.logs import LINES_FAILED, Ending, ending

if TYPE_CHECKING:
    from yardstick.root import Roots
    from yardstick.table import Row
    from yardstick.trial import Trial

_JOBS = "MAKEFLAGS=-j{jobs} MAX_JOBS={jobs} CMAKE_BUILD_PARALLEL_LEVEL={jobs} CARGO_BUILD_JOBS={jobs} NPY_NUM_BUILD_JOBS={jobs}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A build: where it ended, and after how many seconds."""

    ending: Ending
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Builds for at most `seconds` each, with at most `jobs` compilers at a time; logs go to `logs`."""

    roots: Roots
    logs: Path
    seconds: int
    jobs: int

    def build(self, row: Row, sdist: Path, trial: Trial) -> Built:
        """Build `sdist`, that of `row`, on its image.

        Raises RootError, and CheckError where a line cannot be followed.
        """
        with tempfile.TemporaryDirectory(prefix="job-") as name:
            job = Path(name)
            shutil.copyfile(sdist, job / sdist.name)
            (job / "constraints.txt").write_text(
                "".join(f"{each}\n" for each in trial.constraints), "utf-8"
            )
            (job / "job.sh").write_text(self.script(sdist.name, trial.lines), "utf-8")
            start = time.monotonic()
            code = self.roots.run(row.image, job)
            seconds = time.monotonic() - start
            lines_log, log = (_text(job / f"{step}.log") for step in ("lines", "build"))
        self.logs.mkdir(parents=True, exist_ok=True)
        (self.logs / f"{row.label}-{trial.tried.value}.log").write_text(lines_log + log, "utf-8")
        return Built(ending=ending(code, log, lines_log), seconds=seconds)

    def script(self, filename: str, lines: tuple[str, ...]) -> str:
        """Return the script of a job: the printed lines, then pip's isolated build, with a limit."""
        steps = [
            f"{_step(keyword, text)} || exit {LINES_FAILED}"
            for keyword, text in instructions(lines)
        ]
        pip = "/venv/bin/python -m pip --verbose --no-cache-dir --disable-pip-version-check wheel --no-deps"
        return "\n".join(
            (
                "cd /root",
                *steps,
                f"export {_JOBS.format(jobs=self.jobs)}",
                f"timeout --kill-after=5 {self.seconds} {pip} --build-constraint /job/constraints.txt"
                f" --wheel-dir /root/wheels {shlex.quote(f'/job/{filename}')} >/job/build.log 2>&1",
                "",
            )
        )


def _text(log: Path) -> str:
    return log.read_text("utf-8", "replace") if log.exists() else ""


def _step(keyword: str, text: str) -> str:
    """Return the command of a shell that does what an instruction of a Dockerfile does."""
    match keyword:
        case "RUN":
            return f"/bin/sh -c {shlex.quote(text)} >>/job/lines.log 2>&1"
        case "ENV":
            return f"export {text}"
        case "USER" if text in {"root", "0"}:
            return ":"
    raise CheckError(f"printed to be pasted, and not known here: {keyword} {text}")
