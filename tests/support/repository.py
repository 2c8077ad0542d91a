"""A git repository with a project, made by the git program."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry.factory import Factory

if TYPE_CHECKING:
    from pathlib import Path

_PROJECT = """\
[project]
name = "demo"
version = "0.1"
requires-python = ">=3.9"
dependencies = [{dependencies}]

[tool.poetry]
package-mode = false

{more}
"""
_PACKAGE = """\
[[package]]
name = "{name}"
version = "1.0"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = [{{file = "{file}", hash = "sha256:{zeros}"}}]

"""
_METADATA = """\
[metadata]
lock-version = "{version}"
python-versions = ">=3.9"
content-hash = "{digest}"
"""
ARM = '[tool.poetry-arch-check]\ntargets = ["linux/arm64"]\npython = "3.12"'


@dataclass(frozen=True)
class Repository:
    """A git repository at `root`, with a project in `folder` of it."""

    root: Path
    folder: str = ""

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.root / self.folder

    def git(self, *args: str) -> str:
        """Run `git ARGS` in it, and return what it says."""
        identity = ("-c", "user.name=n", "-c", "user.email=n@localhost")
        done = subprocess.run(
            ["git", *identity, "-C", str(self.root), *args],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, more: str = ARM, version: str = "2.1", **files: str) -> None:
        """Write pyproject.toml and a fresh lock: a package of each name, with its one file."""
        self.project.mkdir(parents=True, exist_ok=True)
        quoted = ", ".join(f'"{name}"' for name in files)
        text = _PROJECT.format(dependencies=quoted, more=more)
        (self.project / "pyproject.toml").write_text(text, "utf-8")
        digest = Factory().create_poetry(self.project, disable_plugins=True).locker._content_hash
        packages = "".join(
            _PACKAGE.format(name=name, file=file, zeros="0" * 64) for name, file in files.items()
        )
        lock = packages + _METADATA.format(version=version, digest=digest)
        if version == "2.0":
            lock = re.sub(r"groups = .*\n", "", lock)
        (self.project / "poetry.lock").write_text(lock, "utf-8")

    def commit(self, message: str = "change") -> str:
        """Commit everything, and return the id."""
        if not (self.root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")
