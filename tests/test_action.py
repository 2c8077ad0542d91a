"""action.yml and .pre-commit-hooks.yaml, run as their runners do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.paths import ROOT
from support.poetry_process import environment
from support.repository import ARM, Repository

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or sys.platform == "win32", reason="shell scripts, in repositories"
)

WHEEL = "cext-1.0-cp312-cp312-manylinux_2_17_aarch64.whl"
LOST = "cext-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def run_step(name: str, cwd: Path, runner: Path, sha: str = "", **inputs: str) -> tuple[int, str]:
    """Run a step of the action as the runner does: its files, its variables, the step's `env`.

    `sha` is the commit of the event, the merge in a pull request.
    """
    runner.mkdir(exist_ok=True)
    files = {f"GITHUB_{each}": runner / each for each in ("OUTPUT", "STEP_SUMMARY", "PATH")}
    (step,) = (step for step in ACTION["runs"]["steps"] if step["name"] == name)
    values = {key: value["default"] for key, value in ACTION["inputs"].items()} | inputs
    own = {
        key: values[re.sub(r"\$\{\{ (?:inputs\.)?(.+) \}\}", r"\1", value)]
        for key, value in step.get("env", {}).items()
    }
    env = environment(
        RUNNER_TEMP=str(runner),
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_SHA=sha,
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **{key: str(value) for key, value in files.items()},
        **own,
    )
    # `shell: bash` of a step is this.
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_check_of_a_pull_request(tmp_path: Path) -> None:
    """In a clone of depth 1, the base is fetched; what got worse is annotated and summed up."""
    origin = Repository(tmp_path / "origin")
    origin.write(ARM, cext=WHEEL)
    base = origin.commit()
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    origin.write(ARM, cext=LOST)
    origin.commit()
    clone, runner = tmp_path / "clone", tmp_path / "runner"
    origin.git("clone", "--quiet", "--depth=1", f"file://{origin.root}", str(clone))
    sarif = clone / "out.sarif"
    inputs = {
        "github.event.pull_request.base.sha": base,
        "sarif": sarif.name,
        "args": "--offline\n--all-groups\n",
    }
    code, said = run_step("Check poetry.lock", clone, runner, **inputs)
    assert code == 1, said
    assert "::error file=poetry.lock,line=1,title=cext 1.0 on linux/arm64::" in said
    assert (runner / "OUTPUT").read_text() == f"exit-code=1\nsarif={sarif}\n"
    summary = (runner / "STEP_SUMMARY").read_text()
    assert summary.startswith("### poetry arch-check: FAIL, 1 package on linux/arm64\n")
    assert "1 package is worse" in summary
    (result,) = json.loads(sarif.read_text())["runs"][0]["results"]
    assert result["baselineState"] == "new"


def test_the_base_is_that_of_the_merge(tmp_path: Path) -> None:
    """A pull request is not blamed for what the base has lost since it was opened."""
    origin = Repository(tmp_path / "origin")
    origin.write(ARM, cext=WHEEL)
    opened = origin.commit()
    origin.git("branch", "topic")
    origin.write(ARM, cext=LOST)
    origin.commit()
    origin.git("checkout", "--quiet", "--detach")
    identity = ("-c", "user.name=a", "-c", "user.email=a@localhost")
    origin.git("checkout", "--quiet", "topic")
    origin.git(*identity, "commit", "--quiet", "--allow-empty", "--message=topic")
    origin.git("checkout", "--quiet", "--detach", "@{-1}")
    origin.git(*identity, "merge", "--quiet", "--no-ff", "--message=merge", "topic")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone, runner = tmp_path / "clone", tmp_path / "runner"
    origin.git("clone", "--quiet", "--depth=1", f"file://{origin.root}", str(clone))
    args = "# what is checked\n  --offline\r\n--target linux/arm64\n"
    inputs = {"github.event.pull_request.base.sha": opened, "args": args}
    sha = origin.git("rev-parse", "HEAD").strip()
    code, said = run_step("Check poetry.lock", clone, runner, sha, **inputs)
    assert code == 0, said
    assert "nothing is worse" in said
    # Another commit than that of the event may be a merge of its own.
    code, said = run_step("Check poetry.lock", clone, runner, opened, **inputs)
    assert code == 1, said


def test_an_option_that_there_is_not_is_no_problem_found(tmp_path: Path) -> None:
    """Poetry itself ends with 1."""
    repository, runner = Repository(tmp_path / "project"), tmp_path / "runner"
    repository.write(ARM, cext=LOST)
    repository.commit()
    inputs = {"github.event.pull_request.base.sha": "", "args": "--nonsense"}
    code, said = run_step("Check poetry.lock", repository.root, runner, **inputs)
    assert code == 2, said
    assert (runner / "OUTPUT").read_text() == "exit-code=2\n"


def test_a_report_that_was_not_written_is_not_uploaded(tmp_path: Path) -> None:
    """Without a lock there is none, and one of another run is gone."""
    runner, sarif = tmp_path / "runner", tmp_path / "out.sarif"
    sarif.write_text("{}")
    inputs = {"github.event.pull_request.base.sha": "", "sarif": sarif.name, "against": ""}
    code, said = run_step("Check poetry.lock", tmp_path, runner, **inputs)
    assert code != 0, said
    assert (runner / "OUTPUT").read_text() == f"exit-code={code}\n"
    assert not sarif.exists()


def test_sarif_is_uploaded_if_asked_for() -> None:
    """Also when the check has failed, and not by default; the action that does it is pinned."""
    (step,) = (each for each in ACTION["runs"]["steps"] if "uses" in each)
    assert ACTION["inputs"]["upload-sarif"]["default"] == "false"
    assert step["if"] == (
        "always() && inputs.upload-sarif == 'true' && steps.check.outputs.sarif != ''"
    )
    assert re.fullmatch(r"github/codeql-action/upload-sarif@[0-9a-f]{40}", step["uses"])
    assert step["with"]["sarif_file"] == "${{ steps.check.outputs.sarif }}"


@pytest.mark.slow
def test_the_action_brings_a_poetry(tmp_path: Path) -> None:
    """Where there is none; its folder is on the PATH of later steps."""
    runner, tools = tmp_path / "runner", tmp_path / "tools"
    tools.mkdir()
    (tools / "bash").symlink_to(str(shutil.which("bash")))
    python = tools / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.base_prefix}/bin/python3 "$@"\n')
    python.chmod(0o755)
    runner.mkdir()
    env = environment(
        PATH=str(tools),
        RUNNER_TEMP=str(runner),
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_PATH=str(runner / "PATH"),
    )
    subprocess.run(["bash", str(ROOT / "tools" / "action_install.sh")], env=env, check=True)
    poetry = Path((runner / "PATH").read_text().strip()) / "poetry"
    done = subprocess.run(
        [str(poetry), "arch-check", "--help"], env=env, capture_output=True, text=True, check=False
    )
    assert "--against" in done.stdout, done.stderr


@pytest.mark.slow
def test_the_hook_of_pre_commit(tmp_path: Path) -> None:
    """Real pre-commit installs it from a clone of this repository, and runs it on a commit."""
    plugin = Repository(tmp_path / "plugin")
    names = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    plugin.root.mkdir()
    for name in names:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, plugin.root / name)
    commit = plugin.commit()
    project = Repository(tmp_path / "project")
    project.write(ARM, cext=LOST)
    hook = {"id": "poetry-arch-check"}
    config = {"repos": [{"repo": str(plugin.root), "rev": commit, "hooks": [hook]}]}
    (project.root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    project.commit()
    env = environment(PRE_COMMIT_HOME=str(tmp_path / "home"))
    pre_commit = [str(Path(sys.executable).parent / "pre-commit"), "run", "--color=never"]

    def run(*args: str) -> tuple[int, str]:
        done = subprocess.run(
            [*pre_commit, *args],
            cwd=project.root,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    code, said = run("--all-files")
    assert (code, "cext 1.0: unavailable on linux/arm64" in said) == (1, True), said
    (project.root / "other.txt").write_text("")
    project.git("add", "other.txt")
    assert "Skipped" in run()[1]
    project.write(ARM, cext=WHEEL)
    project.git("add", "--all")
    code, said = run()
    assert (code, "Passed" in said) == (0, True), said
