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

from poetry_arch_check.errors import ArchCheckError, DockerfileError, ProjectError
from poetry_arch_check.platforms.python import NEWEST_PATCH, python
from poetry_arch_check.poetry_api.environment import current_target
from poetry_arch_check.poetry_api.host import look
from poetry_arch_check.poetry_api.messages import one_line
from poetry_arch_check.settings.request import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry.poetry import Poetry
    from poetry.utils.env import Env

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.settings.config import DockerfileRef
    from poetry_arch_check.toolchains.inventory import Inventory


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
            raise DockerfileError(f"{called} is not a file", hint="name one that is there")
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
def _asking_environment() -> Iterator[None]:
    """Turn what goes wrong with the environment into a ProjectError."""
    try:
        yield
    except ArchCheckError:
        raise
    except Exception as error:
        raise ProjectError(
            f"the project's environment cannot be examined: {one_line(error)}",
            hint="`poetry env info` tells more; --target and --python do without it",
        ) from error


def context_of(poetry: Poetry, env: Env | None = None) -> Context:
    """Return what the machine and the project say; nothing is created or installed.

    `env` is the project's environment where Poetry has it at hand.
    """

    @cache
    def environment() -> Env:
        # EnvManager.get activates what is there; only create_venv would make a new one.
        return env or EnvManager(poetry).get()

    @cache
    def current() -> Target:
        with _asking_environment():
            return current_target(environment())

    @cache
    def inventory() -> Inventory:
        with _asking_environment():
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

    def text_of(dockerfile_ref: DockerfileRef) -> str:
        path = Path(dockerfile_ref.path)
        return read_text(
            poetry.file.path.parent / path if dockerfile_ref.of_project else path,
            dockerfile_ref.path,
        )

    return Context(
        current=current,
        inventory=inventory,
        pythons=tuple(found for minor in NEWEST_PATCH if (found := newest(minor))),
        allows=allows,
        default_platform=os.environ.get("DOCKER_DEFAULT_PLATFORM") or None,
        read=text_of,
    )
