"""What the check says about building an sdist on an image, and the lines that it prints for that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from poetry.factory import Factory

from poetry_arch_check.dockerfile.instructions import instructions as parsed
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.sources.artifact_cache import ArtifactCache
from support.poetry_process import POETRY

if TYPE_CHECKING:
    from pathlib import Path

    from yardstick.table import Row


class Verdict(Enum):
    """What the check says of a build."""

    BUILDS = "builds"  # as the target is
    LINES = "lines"  # after what is printed was done
    FAILS = "fails"  # whatever is installed
    SILENT = "silent"  # it lacks something, and there is nothing to paste


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the check says, once each build constraint that it prints was followed.

    `lines` are those of a Dockerfile, `constraints` requirements (PEP 508). `fails_alone`: without
    these constraints it fails whatever is installed. `needs` (PEP 725) and `reason` were said first.
    """

    verdict: Verdict
    lines: tuple[str, ...]
    constraints: tuple[str, ...]
    fails_alone: bool
    needs: tuple[str, ...]
    reason: str

    @property
    def printed(self) -> str:
        """All that has to be done, in one line."""
        steps = (f"{word} {' '.join(text.split())}" for word, text in instructions(self.lines))
        return " ; ".join((*steps, *(f"constraint {each}" for each in self.constraints)))


class CheckError(Exception):
    """The check could not be made."""


def instructions(lines: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the keyword and the text of each instruction in `lines` of a Dockerfile."""
    text = "".join(f"{line}\n" for line in lines)
    return tuple((each.keyword, each.value) for each in parsed(text, "Dockerfile")) if lines else ()


def judge(package: dict[str, Any]) -> tuple[Verdict, tuple[str, ...], tuple[str, ...]]:
    """Return what is said of a package of the JSON report: the lines to paste, and those of a constraint."""
    if not package["problem"] and package["outcome"] == "source":
        return Verdict.BUILDS, (), ()
    remedies = package["remedies"]
    constraint = next((each["lines"] for each in remedies if each["kind"] == "constraint"), ())
    if package["cause"] != "toolchain-missing":
        uncertain = package["outcome"] == "unknown"
        return Verdict.SILENT if uncertain else Verdict.FAILS, (), tuple(constraint)
    lines = (each["lines"] for each in remedies if each["kind"] == "toolchain")
    printed = next(filter(None, lines), ())
    return (Verdict.LINES if printed else Verdict.SILENT), tuple(printed), tuple(constraint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Asks real Poetry, in projects below `folder`; the sdists lie in its cache there."""

    folder: Path

    @property
    def _cache(self) -> Path:
        return self.folder / "poetry-cache"

    def ask(self, row: Row, python: str) -> Answer:
        """Return what the check says of `row`, for the Python `3.x`.

        Raises CheckError where Poetry does not say anything.
        """
        package = self._report(row, python, ())
        verdict, lines, constraint = judge(package)
        fails = verdict is Verdict.FAILS
        if constraint:
            verdict, lines, _ = judge(self._report(row, python, constraint))
        return Answer(
            verdict=verdict,
            lines=lines,
            constraints=self._constraints(row),
            fails_alone=fails,
            needs=tuple(package["requires"]),
            reason=str(package["reason"]),
        )

    def sdist(self, row: Row) -> Path:
        """Return the sdist of `row`, which the check has inspected."""
        cache = ArtifactCache(self._cache / "artifacts")
        path = cache.file(row.sdist, {f"sha256:{row.sha256}"})
        if path is None:
            raise CheckError(f"{row.sdist} was not fetched")
        return path

    def _project(self, row: Row) -> Path:
        return self.folder / "projects" / row.label

    def _constraints(self, row: Row) -> tuple[str, ...]:
        poetry = Factory().create_poetry(self._project(row), disable_plugins=True)
        dependencies = Project(poetry).build_constraints.get(row.name, ())
        return tuple(dependency.to_pep_508() for dependency in dependencies)

    def _report(self, row: Row, python: str, more: tuple[str, ...]) -> dict[str, Any]:
        """Return what the report says of the package; `more` are lines of pyproject.toml."""
        project = self._project(row)
        _write(project, row, python, more)
        # What an earlier state of the rules found.
        shutil.rmtree(self._cache / "cache" / "arch-check", ignore_errors=True)
        done = subprocess.run(
            [
                *(POETRY, "--no-interaction", "arch-check", "--format", "json"),
                *("--target", "linux/amd64", "--image", row.image, "--python", python),
            ],
            cwd=project,
            env={**os.environ, "POETRY_CACHE_DIR": str(self._cache)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode > 1:
            raise CheckError(" ".join(done.stderr.split()) or f"exit code {done.returncode}")
        (package,) = json.loads(done.stdout)["targets"][0]["packages"]
        if package["not-inspected-because"]:
            raise CheckError(f"{row.sdist}: {package['not-inspected-because']}")
        found: dict[str, Any] = package
        return found


def _write(project: Path, row: Row, python: str, more: tuple[str, ...]) -> None:
    """Write a project that requires `row`, and its lock."""
    major, minor = map(int, python.split("."))
    pythons = f">={python},<{major}.{minor + 1}"
    project.mkdir(parents=True, exist_ok=True)
    (project / "pyproject.toml").write_text(
        f"""\
[project]
name = "yardstick"
version = "0"
requires-python = "{pythons}"
dependencies = ["{row.name}=={row.version}"]

[tool.poetry]
package-mode = false
"""
        + "".join(f"{line}\n" for line in more),
        "utf-8",
    )
    locker = Factory().create_poetry(project, disable_plugins=True).locker
    (project / "poetry.lock").write_text(
        f"""\
[[package]]
name = "{row.name}"
version = "{row.version}"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = [
    {{file = "{row.sdist}", hash = "sha256:{row.sha256}"}},
]

[metadata]
lock-version = "2.1"
python-versions = "{pythons}"
content-hash = "{locker._content_hash}"
""",
        "utf-8",
    )
