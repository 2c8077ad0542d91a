"""The jobs of docs/ci.md: their files are read, and their steps run as their runners run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.paths import ROOT
from support.poetry_process import POETRY, arch_check, environment
from support.repository import ARM, Repository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or sys.platform == "win32", reason="shell scripts, in repositories"
)

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
WHEEL = "cext-1.0-cp312-cp312-manylinux_2_17_aarch64.whl"
LOST = "cext-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
# What a job installs is here already.
INSTALLERS = {
    "pip": "exit 0",
    "pipx": "exit 0",
    "poetry": f'[ "$1" = self ] || exec {POETRY} "$@"',
    "python3": (
        'mkdir -p "$3/bin" && for name in pip poetry; do'
        ' ln -s "$(command -v $name)" "$3/bin/$name"; done'
    ),
}
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")


def section(title: str) -> str:
    """Return a section of the page."""
    (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def blocks(text: str, language: str = "yaml") -> list[str]:
    """Return the code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def block(title: str, language: str = "yaml") -> str:
    """Return the first block of a section in a language."""
    return blocks(section(title), language)[0]


def steps(title: str) -> list[str]:
    """Return what the job of a section runs, one after the other."""
    if title == "Jenkins":
        return re.findall(r"sh '''\n(.*?)'''", block(title, "groovy"), re.DOTALL)
    document: dict[str, Any] = yaml.safe_load(block(title))
    match title:
        case "GitLab":
            return ["\n".join(document["arch-check"]["script"])]
        case "Azure Pipelines":
            return [step["bash"] for step in document["steps"] if "bash" in step]
        case _:
            job = document["jobs"]["arch-check"]
            return [step["run"] for step in job["steps"] if "run" in step]


@dataclass(frozen=True)
class System:
    """How a system runs the job of its section for a pull request.

    `merged`: what is checked out is the request merged into its base. `env` are the variables of
    the runner, where BASE stands for the commit that the branch has left.
    """

    title: str
    env: dict[str, str] = field(default_factory=dict)
    merged: bool = False
    interpreter: tuple[str, ...] = BASH


SYSTEMS = [
    System("GitHub", merged=True),
    System("GitLab", {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "BASE"}, interpreter=("sh", "-ec")),
    System(
        "Azure Pipelines",
        {"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
        merged=True,
        interpreter=("bash", "--noprofile", "--norc", "-c"),
    ),
    System("CircleCI"),
    System("Jenkins", {"CHANGE_TARGET": "main"}, merged=True, interpreter=("sh", "-xec")),
    System("Renovate and Dependabot"),
]


def review(root: Path, now: str, *, merged: bool) -> tuple[Path, str]:
    """Return a clone with a branch checked out whose cext has the file `now`, and where it left.

    main has lost nothing; another of its packages has a problem that stands.
    """
    origin = Repository(root / "origin")
    origin.write(ARM, cext=WHEEL, known=LOST.replace("cext", "known"))
    base = origin.commit()
    origin.git("checkout", "--quiet", "-b", "topic")
    origin.write(ARM, cext=now, known=LOST.replace("cext", "known"))
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    (origin.root / "README.md").write_text("Newer than the branch.", "utf-8")
    origin.commit()
    clone = root / "clone"
    origin.git("clone", "--quiet", f"file://{origin.root}", str(clone))
    if merged:
        origin.git("checkout", "--quiet", "--detach", "main")
        origin.git("merge", "--quiet", "--no-ff", "--message=merge", "topic")
        commit = origin.git("rev-parse", "HEAD")
        origin.git("-C", str(clone), "fetch", "--quiet", "origin", commit)
    else:
        commit = origin.git("rev-parse", "topic")
    origin.git("-C", str(clone), "checkout", "--quiet", "--detach", commit)
    return clone, base


def run(system: System, clone: Path, base: str) -> tuple[int, str]:
    """Run the steps until one fails."""
    programs, runner = clone.parent / "programs", clone.parent / "runner"
    for folder in (programs, runner):
        folder.mkdir()
    for name, script in INSTALLERS.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (programs / name).chmod(0o755)
    env = environment(
        RUNNER_TEMP=str(runner),
        GITHUB_STEP_SUMMARY=str(runner / "summary.md"),
        PATH=f"{programs}{os.pathsep}{os.environ['PATH']}",
        **{key: base if value == "BASE" else value for key, value in system.env.items()},
    )
    said = ""
    for step in steps(system.title):
        done = subprocess.run(
            [*system.interpreter, step],
            cwd=clone,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        said += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, said
    return 0, said


@pytest.mark.parametrize("title", [system.title for system in SYSTEMS])
def test_a_job_installs_the_plugin_and_compares(title: str) -> None:
    """All of them; in a pull request, only what got worse counts."""
    said = "\n".join(steps(title))
    assert "poetry-arch-check" in said
    assert "--against" in said


def test_files_for_other_programs_are_read() -> None:
    """YAML is what it looks like."""
    found = blocks(PAGE)
    assert len(found) == 9
    for each in found:
        assert yaml.safe_load(each), each


@pytest.mark.slow
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.title)
@pytest.mark.parametrize(("now", "code"), [(LOST, 1), (WHEEL, 0)], ids=["lost", "nothing"])
def test_a_review_that_loses_a_wheel_fails(
    system: System, now: str, code: int, tmp_path: Path
) -> None:
    """And one that does not passes, with a problem that stood before."""
    clone, base = review(tmp_path, now, merged=system.merged)
    done, said = run(system, clone, base)
    assert done == code, said
    title = "title=cext 1.0 on linux/arm64::"
    github = "--format github" in "\n".join(steps(system.title))
    told = title if github else "1 package is worse" if code else "nothing is worse"
    assert (told in said) == (bool(code) or not github), said
    assert "known 1.0 on" not in said


def test_the_image_of_the_page_stops_at_once(tmp_path: Path) -> None:
    """Its Dockerfile is read to the end: Poetry installs in the first stage, without a compiler."""
    project = Repository(tmp_path)
    for file, code in ((LOST, 1), (WHEEL, 0)):
        project.write(cext=file)
        (tmp_path / "Dockerfile").write_text(block("Docker builds", "dockerfile"), "utf-8")
        (command,) = block("Docker builds", "sh").splitlines()
        args = command.removeprefix("poetry arch-check -t linux/amd64 ").split()
        assert args[:2] == ["-t", "linux/arm64"]
        done = arch_check(*args, cwd=tmp_path)
        assert done.code == code, done.out + done.err
        assert "not read" not in done.out
