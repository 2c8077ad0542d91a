"""What Poetry knows of the project at hand, in our terms."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from poetry.core.constraints.version import Version
from poetry.utils.env import EnvManager

from poetry_arch_check.environment import current_target
from poetry_arch_check.errors import ArchCheckError, DockerfileError, ProjectError
from poetry_arch_check.host import look
from poetry_arch_check.pythons import NEWEST_PATCH, python
from poetry_arch_check.selection import Surroundings
from poetry_arch_check.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry.poetry import Poetry
    from poetry.utils.env import Env

    from poetry_arch_check.config import Recipe
    from poetry_arch_check.inventory import Inventory
    from poetry_arch_check.pythons import Python
    from poetry_arch_check.targets import Target


_LARGEST = 256 * 1024


def configuration(poetry: Poetry) -> object:
    """Return the parsed `[tool.poetry-arch-check]`, None where there is none."""
    table = poetry.pyproject.data.get("tool", {}).get("poetry-arch-check")
    # Some versions of Poetry keep tomlkit's values, which are not Python's.
    unwrap = getattr(table, "unwrap", None)
    return unwrap() if unwrap else table


def read_text(path: Path, called: str) -> str:
    """Return the text of a file that describes an image; `called` is how messages name it.

    Raises DockerfileError where there is none, or something else.
    """
    try:
        if not path.is_file():
            raise DockerfileError(f"{called} is not a file", cure="name one that is there")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise DockerfileError(f"{called} cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise DockerfileError(f"{called} is too large: at most {_LARGEST // 1024} KiB are read")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DockerfileError(f"{called}:{line}: it is not a text file") from None


@contextmanager
def _examining() -> Iterator[None]:
    """Turn what goes wrong with the environment into a ProjectError."""
    try:
        yield
    except ArchCheckError:
        raise
    except Exception as error:
        raise ProjectError(
            f"the project's environment cannot be examined: {one_line(error)}",
            cure="`poetry env info` tells more; --target and --python do without it",
        ) from error


def surroundings(poetry: Poetry, env: Env | None = None) -> Surroundings:
    """Return what the machine and the project say; nothing is created or installed.

    `env` is the project's environment where Poetry has it at hand.
    """

    @cache
    def environment() -> Env:
        # EnvManager.get activates what is there; only create_venv would make a new one.
        return env or EnvManager(poetry).get()

    @cache
    def current() -> Target:
        with _examining():
            return current_target(environment())

    @cache
    def inventory() -> Inventory:
        with _examining():
            return look(environment())

    def allows(python: Python) -> bool:
        return poetry.package.python_constraint.allows(Version.parse(python.full))

    def newest(minor: int) -> Python | None:
        """Return the newest patch of 3.`minor` that the project allows."""
        return next(
            (
                replace(python(minor), patch=patch)
                for patch in range(python(minor).patch, -1, -1)
                if allows(replace(python(minor), patch=patch))
            ),
            None,
        )

    def text_of(recipe: Recipe) -> str:
        path = Path(recipe.path)
        return read_text(poetry.file.path.parent / path if recipe.of_project else path, recipe.path)

    return Surroundings(
        current=current,
        inventory=inventory,
        pythons=tuple(found for minor in NEWEST_PATCH if (found := newest(minor))),
        allows=allows,
        default_platform=os.environ.get("DOCKER_DEFAULT_PLATFORM") or None,
        read=text_of,
    )
