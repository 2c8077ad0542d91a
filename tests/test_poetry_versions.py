"""The built wheel, in a fresh environment with the oldest and the newest supported Poetry."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from conftest import PROJECTS
from poetry_process import environment, poetry

ROOT = Path(__file__).parents[1]
OLDEST = "2.1.0"


@pytest.fixture(scope="module", params=[OLDEST, version("poetry")])
def executable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Poetry of some version with the plugin's wheel beside it; needs an index."""
    folder = tmp_path_factory.mktemp("poetry")
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "install", "--retries", "1", f"poetry=={request.param}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"no index for Poetry {request.param}: {done.stderr.strip()[-200:]}")
    wheels = folder / "wheels"
    # poetry-core is there already: nothing else is needed to build the wheel.
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)],
        check=True,
    )
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", str(wheel)], check=True)
    return python.parent / "poetry"


def test_the_check_works(executable: Path) -> None:
    """Psutil's story, with the schema's file in the wheel."""
    for platform, code in (("linux/arm64", 1), ("linux/amd64", 0)):
        done = poetry(
            "arch-check", "-t", platform, "--format", "json",
            cwd=PROJECTS / "psutil-arm64", executable=executable,
        )  # fmt: skip
        assert done.code == code, done.err
        assert done.report["targets"][0]["name"] == platform
    schema = list(executable.parents[1].rglob("report-1.schema.json"))
    assert len(schema) == 1


def test_all_versions_of_poetry_come_to_the_same(executable: Path) -> None:
    """For the example projects that both know (PEP 735 came with 2.2), on the common eight."""
    for project in ("h5py", "mkl", "old-lock"):
        args = (
            "arch-check",
            "-t",
            "all",
            "--python",
            "3.11",
            "--format",
            "json",
            "--all-groups",
            "--all-extras",
        )
        theirs = poetry(*args, cwd=PROJECTS / project, executable=executable)
        ours = poetry(*args, cwd=PROJECTS / project)
        assert (theirs.code, theirs.report) == (ours.code, ours.report), theirs.err


def test_current_is_the_environment_at_hand(executable: Path) -> None:
    """On this machine psutil has a wheel, or it has none: the command says which."""
    done = poetry(
        "arch-check",
        "-t",
        "current",
        "--format",
        "json",
        cwd=PROJECTS / "psutil-arm64",
        executable=executable,
    )
    (target,) = done.report["targets"]
    best = subprocess.run(
        [
            str(executable.parent / "python"),
            "-c",
            "import platform; print(platform.python_version())",
        ],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert target["python"] == best.stdout.strip()


def test_the_private_names_are_there(executable: Path) -> None:
    """The tests that pin private names hold for this Poetry, too."""
    code = (
        "import inspect\n"
        "from poetry.puzzle.solver import Solver\n"
        "from poetry.puzzle.provider import Provider\n"
        "assert 'self._provider' in inspect.getsource(Solver.__init__)\n"
        "assert 'self._deferred_cache' in inspect.getsource(Provider.search_for_direct_origin_dependency)\n"
    )
    subprocess.run([str(executable.parent / "python"), "-c", code], check=True)
