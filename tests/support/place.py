"""A project beside an index on loopback, and real Poetry in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import poetry_arch_check
from support.index import BACKEND, Index, sdist, serving, wheel
from support.poetry_process import POETRY, Result, environment, poetry

if TYPE_CHECKING:
    from collections.abc import Iterator

MINOR = sys.version_info[1]
CP = f"cp3{MINOR}-cp3{MINOR}"
# The compiler is hidden by the environment.
NO_COMPILER = {"CC": "/nowhere/cc", "CXX": "/nowhere/c++"}


def here() -> str:
    """Return the tag of a wheel that fits this machine and this Python alone."""
    return f"{CP}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


@dataclass
class Place:
    """A project in a folder of its own, with caches of its own."""

    folder: Path
    index: Index
    executable: Path = POETRY
    more: dict[str, str] = field(default_factory=dict)
    name: str = "project"

    @property
    def project(self) -> Path:
        """The folder with pyproject.toml."""
        return self.folder / self.name

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.project / "poetry.lock"

    def write(self, *dependencies: str, settings: str = "", more: str = "") -> None:
        """Write pyproject.toml; `settings` go into `[tool.poetry-arch-check]`."""
        self.project.mkdir(exist_ok=True)
        quoted = ", ".join(f'"{dependency}"' for dependency in dependencies)
        (self.project / "pyproject.toml").write_text(
            f"""\
[project]
name = "demo"
version = "0.1"
requires-python = ">=3.{MINOR},<3.{MINOR + 1}"
dependencies = [{quoted}]

[tool.poetry]
package-mode = false
{more}
[[tool.poetry.source]]
name = "loopback"
url = "{self.index.url}/simple/"
priority = "primary"

[tool.poetry-arch-check]
{settings}
""",
            "utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        """What sets Poetry apart from the user's own."""
        return {
            "POETRY_CACHE_DIR": str(self.folder / "cache"),
            "POETRY_CONFIG_DIR": str(self.folder / "config"),
            "POETRY_DATA_DIR": str(self.folder / "data"),
            "POETRY_VIRTUALENVS_IN_PROJECT": "true",
            "POETRY_KEYRING_ENABLED": "false",
            **self.more,
        }

    def run(self, *args: str, **more: str) -> Result:
        """Run `poetry ARGS`; the index forgets what was asked before."""
        self.index.asked.clear()
        return poetry(
            *args,
            cwd=self.project,
            more={**self.environment, **more},
            executable=self.executable,
        )

    def start(
        self,
        *args: str,
        more: dict[str, str] | None = None,
        err: int | IO[bytes] = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start `poetry ARGS` in a process group of its own."""
        return subprocess.Popen(
            [str(self.executable), *args],
            cwd=self.project,
            env=environment(**{**self.environment, **(more or {})}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=err,
            start_new_session=True,
            # A shell's background jobs ignore Ctrl-C, and their children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def hashes(self) -> dict[str, str]:
        """Return the hash of every file of the project, its virtual environment included."""
        return {
            path.relative_to(self.project).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.project.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.suffix != ".pyc"
        }

    def installed(self, name: str) -> bool:
        """Return whether a module is installed in the virtual environment."""
        return any(self.project.glob(f".venv/lib/python*/site-packages/{name}.py"))

    def forget_environment(self) -> None:
        """Remove the virtual environment."""
        shutil.rmtree(self.project / ".venv")


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Serve an index with the packages of the issue, and yield a place for a project.

    cext: a C extension as an sdist alone; native: 1.0 has wheels for here and for arm64, 1.1
    for here only; foreign: a wheel for s390x alone; plain: a pure sdist.
    """
    index = Index()
    index.add(wheel("buildtool", "1.0", "py3-none-any", module=BACKEND))
    index.add(sdist("cext", "1.0", native=True))
    index.add(sdist("plain", "1.0", native=False))
    index.add(wheel("pure", "1.0", "py3-none-any"))
    index.add(wheel("foreign", "1.0", f"{CP}-manylinux_2_17_s390x"))
    index.add(wheel("native", "1.0", here()))
    index.add(wheel("native", "1.0", f"{CP}-manylinux_2_17_aarch64"))
    index.add(sdist("native", "1.0", native=True))
    index.add(wheel("native", "1.1", here()))
    index.add(sdist("native", "1.1", native=True))
    with serving(index):
        yield Place(folder, index)


def copy_of_the_plugin(at: Place) -> Path:
    """Have Poetry load a copy of the plugin, and return its folder."""
    copied = at.folder / "overlay" / "poetry_arch_check"
    shutil.copytree(Path(poetry_arch_check.__file__).parent, copied)
    at.more["PYTHONPATH"] = str(copied.parent)
    return copied


def damage(module: Path, text: str) -> None:
    """Replace a module of a copy of the plugin."""
    assert module.is_file()
    module.write_text(text, "utf-8")


def any_compiler(folder: Path) -> str:
    """Return a compiler that makes an empty file of whatever it is given."""
    script = folder / "any-cc"
    script.write_text(
        '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done\n', "utf-8"
    )
    script.chmod(0o755)
    return str(script)


def path_with(folder: Path) -> str:
    """Return a PATH in which `folder` comes first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def hanging_tools(folder: Path) -> Path:
    """Return a folder with a Rust that never answers; `rustc.called` tells that it was asked."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("rustc", "cargo"):
        (tools / name).write_text("#!/bin/sh\ntouch $0.called\nexec sleep 60\n", "utf-8")
        (tools / name).chmod(0o755)
    return tools


def interrupted(process: subprocess.Popen[bytes], tools: Path) -> tuple[bytes, bytes]:
    """Send Ctrl-C to a process that asks one of `tools`, and return its output."""
    deadline = time.monotonic() + 60
    while not (tools / "rustc.called").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=30)
