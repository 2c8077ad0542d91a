"""The folders that `--projects` names, and the project of each."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from poetry.config.config import Config
from poetry.factory import Factory

from poetry_arch_check.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cleo.io.io import IO
    from poetry.poetry import Poetry

# What a pyproject.toml of Poetry has; as text, since one that cannot be parsed is to be reported.
_OF_POETRY = ("[tool.poetry", "poetry.core", "poetry-core")


def project_folders(patterns: Iterable[str]) -> tuple[Path, ...]:
    """Return the folders with a Poetry project that glob patterns name, each once, in their order.

    `**` stands for any depth; a folder without a Poetry project is passed over. Raises
    ProjectError for a pattern that names none.
    """
    found: dict[Path, Path] = {}
    for pattern in patterns:
        literal = Path(pattern).is_dir()
        # pathlib takes no absolute patterns.
        names = [pattern] if literal else sorted(glob(pattern, recursive=True))  # noqa: PTH207
        folders = [Path(name) for name in names if _is_project(Path(name))]
        if not folders:
            raise ProjectError(
                f'--projects "{pattern}" names no folder with a Poetry project',
                hint="quote the pattern; it names folders of a pyproject.toml: 'services/*'",
            )
        for folder in folders:
            found.setdefault(folder.resolve(), folder)
    return tuple(found.values())


def _is_project(folder: Path) -> bool:
    file = folder / "pyproject.toml"
    try:
        if not file.is_file():
            return False
        if (folder / "poetry.lock").is_file():
            return True
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True  # what is wrong is said when it is loaded
    return any(word in text for word in _OF_POETRY)


def load(folder: Path, io: IO, *, plugins: bool, cache: bool) -> Poetry:
    """Return Poetry's project in `folder`, as Poetry itself loads it when it runs there.

    Raises whatever Poetry raises. What the poetry.toml of another project set does not count.
    """
    Config.create(reload=True)
    return Factory().create_poetry(
        folder.resolve(), io=io, disable_plugins=not plugins, disable_cache=not cache
    )
