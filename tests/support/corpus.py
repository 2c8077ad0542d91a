"""Real pairs of pyproject.toml and poetry.lock that nobody here wrote; not part of the repository."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from poetry.core.constraints.version import Version
from poetry.factory import Factory

from poetry_arch_check.platforms.python import NEWEST_PATCH
from support.paths import SHARED

if TYPE_CHECKING:
    from pathlib import Path

    from poetry.poetry import Poetry

CORPUS = SHARED / "corpus"
PAIRS = sorted(path.name for path in CORPUS.iterdir() if path.is_dir()) if CORPUS.is_dir() else []
_PREFERRED_MINORS = (11, 12, 10, 9, 8, 13, 7, 6)


def copy_pair(pair: str, to: Path) -> Path:
    """Copy a pair, with stand-ins for the directories and files that its lock refers to."""
    project = to / "a" / "b" / "project"
    shutil.copytree(CORPUS / pair, project)
    project.chmod(0o700)  # the corpus is read-only
    poetry = load(project)
    if poetry is None:
        return project
    try:
        packages = poetry.locker.lock_data["package"]
    except (RuntimeError, KeyError):
        return project
    for info in packages:
        source = info.get("source", {})
        path = (project / source.get("url", "")).resolve()
        if source.get("type") == "directory" and not path.exists():
            path.mkdir(parents=True)
            (path / "pyproject.toml").write_text(
                f'[project]\nname = "{info["name"]}"\nversion = "{info["version"]}"\n'
            )
        elif source.get("type") == "file" and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return project


def load(project: Path) -> Poetry | None:
    """Return the project, None where Poetry does not load it."""
    try:
        return Factory().create_poetry(project, disable_plugins=True)
    except RuntimeError:
        return None


def python_of(poetry: Poetry) -> str:
    """Return the full version of a Python that the project allows."""
    for minor in _PREFERRED_MINORS:
        version = f"3.{minor}.{NEWEST_PATCH[minor]}"
        if poetry.package.python_constraint.allows(Version.parse(version)):
            return version
    return f"3.11.{NEWEST_PATCH[11]}"
