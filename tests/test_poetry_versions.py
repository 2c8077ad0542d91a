"""The built wheel, in a fresh environment with the oldest and the newest supported Poetry.

`poetry self add` is run with both, and with each minor version by `ALL_POETRIES=1`.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distributions, version
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from support import index
from support.paths import PROJECTS, ROOT
from support.place import NO_COMPILER, Place, place
from support.poetry_process import environment, poetry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLDEST = "2.1.0"
# The newest patch of each minor version; `noxfile.py` has the same ones.
MINORS = ("2.1.*", "2.2.*", "2.3.*", "2.4.*", "2.5.*")
# Each takes half a minute: the oldest and the newest, unless all are asked for.
TRIED = MINORS if os.environ.get("ALL_POETRIES") else (MINORS[0], MINORS[-1])

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Bare:
    """A Poetry of some version in an environment of its own, and the wheel of the plugin.

    `along` are the wheels that it brings into Poetry's environment.
    """

    executable: Path
    wheel: Path
    along: tuple[Path, ...]


@pytest.fixture(scope="module", params=[OLDEST, version("poetry")])
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Return a Poetry without the plugin; needs an index."""
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
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), "PyYAML"],
        check=True,
    )
    return Bare(
        python.parent / "poetry", wheel, tuple(set(wheels.glob("*.whl")).difference({wheel}))
    )


@pytest.fixture
def at(bare: Bare, tmp_path: Path) -> Iterator[Place]:
    """Return a place whose index has the plugin, and what Poetry's own environment has."""
    with place(tmp_path) as made:
        made.executable = bare.executable
        for wheel in (bare.wheel, *bare.along):
            made.index.add((wheel.name, wheel.read_bytes()))
        step = bare.executable.parents[1].glob("lib/python*/site-packages")
        for distribution in distributions(path=[str(path) for path in step]):
            name = canonicalize_name(distribution.metadata["Name"]).replace("-", "_")
            if name not in {"poetry_arch_check", "pyyaml"}:
                made.index.add(index.wheel(name, distribution.version, "py3-none-any"))
        yield made


# Those without the plugin in Poetry's environment come first.
def test_a_project_can_require_the_plugin(at: Place) -> None:
    """Poetry installs it for the project, and has it from the next command on."""
    requires = '[tool.poetry.requires-plugins]\npoetry-arch-check = "*"\n'
    at.write("cext", settings='on-install = "abort"', more=requires)
    assert at.run("lock").code == 0
    first = at.run("install", "--dry-run", **NO_COMPILER)
    assert first.code == 0, first.err
    assert "Installing poetry-arch-check" in first.out
    done = at.run("install", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain on current" in done.err
    assert at.index.downloads() == ["cext-1.0.tar.gz"]
    at.write("cext", settings='on-install = "abort"')
    done = at.run("install", "--dry-run", **NO_COMPILER)
    assert (done.code, "arch-check:" in done.err) == (0, False)
    assert "Removing the project's plugin cache" in done.out


@pytest.mark.parametrize("bare", TRIED, indirect=True)
def test_poetry_self_add(at: Place, bare: Bare) -> None:
    """The command and the hooks work then; Poetry's commands for itself are left alone."""
    config = at.folder / "config"
    config.mkdir()
    (config / "pyproject.toml").write_text(
        '[tool.poetry]\nname = "poetry-instance"\nversion = "1"\n'
        f'[[tool.poetry.source]]\nname = "loopback"\nurl = "{at.index.url}/simple/"\n'
        'priority = "primary"\n',
        "utf-8",
    )
    at.write("cext", settings='on-install = "abort"')
    assert at.run("lock").code == 0
    done = at.run("self", "add", str(bare.wheel), POETRY_ARCH_CHECK="abort")
    assert done.code == 0, done.err
    done = at.run("self", "install", POETRY_ARCH_CHECK="abort")
    assert (done.code, "arch-check:" in done.err) == (0, False), done.err
    done = at.run("arch-check", "-t", "linux/arm64", "--format", "json")
    assert (done.code, done.report["ok"]) == (1, False), done.err
    done = at.run("install", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain on current" in done.err


def test_every_minor_version_is_tried() -> None:
    """Here as by nox."""
    text = (ROOT / "noxfile.py").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("POETRIES = ")]
    assert ast.literal_eval(line.partition(" = ")[2]) == tuple(each[:-2] for each in MINORS)


@pytest.fixture
def executable(bare: Bare) -> Path:
    """Return a Poetry with the plugin's wheel beside it."""
    python = bare.executable.parent / "python"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheels = [str(wheel) for wheel in (bare.wheel, *bare.along)]
    subprocess.run([*pip, "install", "--no-deps", *wheels], check=True)
    return bare.executable


def test_the_hooks_work(executable: Path, at: Place) -> None:
    """Both stop before anything is fetched or written, and let pass what may pass."""
    assert at.executable == executable
    at.write("native==1.0", settings='targets = ["linux/arm64"]\non-lock = "abort"')
    assert at.run("lock").code == 0
    assert at.run("install").code == 0
    before = at.hashes()
    done = at.run("add", "cext", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0 (new): no-toolchain on linux/arm64" in done.err
    assert at.hashes() == before
    at.write("native==1.1", settings='targets = ["linux/arm64"]')
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.0 -> 1.1: no-toolchain on linux/arm64" in done.err
    at.write("cext")
    assert at.run("lock").code == 0
    done = at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain on current" in done.err
    assert at.index.downloads() == []


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
        "from poetry.installation.installer import Installer\n"
        "from poetry.packages import Locker\n"
        "assert 'self._write_lock_data(lock)' in inspect.getsource(Locker.set_lock_data)\n"
        "assert 'self._executor.execute(' in inspect.getsource(Installer._execute)\n"
        "assert '.get_solved_packages()' in inspect.getsource(Installer._do_install)\n"
    )
    subprocess.run([str(executable.parent / "python"), "-c", code], check=True)
