"""What Poetry knows of the project at hand, in our terms."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from poetry.core.constraints.version import Version
from poetry.utils.env import EnvManager

from poetry_arch_check.environment import current_target
from poetry_arch_check.errors import ArchCheckError, ProjectError
from poetry_arch_check.pythons import NEWEST_PATCH, python
from poetry_arch_check.selection import Surroundings

if TYPE_CHECKING:
    from poetry.poetry import Poetry

    from poetry_arch_check.pythons import Python
    from poetry_arch_check.targets import Target


def configuration(poetry: Poetry) -> object:
    """Return the parsed `[tool.poetry-arch-check]`, None where there is none."""
    table = poetry.pyproject.data.get("tool", {}).get("poetry-arch-check")
    # Some versions of Poetry keep tomlkit's values, which are not Python's.
    unwrap = getattr(table, "unwrap", None)
    return unwrap() if unwrap else table


def surroundings(poetry: Poetry) -> Surroundings:
    """Return what the machine and the project say; nothing is created or installed."""

    @cache
    def current() -> Target:
        # EnvManager.get activates what is there; only create_venv would make a new one.
        try:
            return current_target(EnvManager(poetry).get())
        except ArchCheckError:
            raise
        except Exception as error:
            raise ProjectError(
                f"the project's environment cannot be examined: {' '.join(str(error).split())}",
                cure="`poetry env info` tells more; --target and --python do without it",
            ) from error

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

    return Surroundings(
        current=current,
        pythons=tuple(found for minor in NEWEST_PATCH if (found := newest(minor))),
        allows=allows,
        default_platform=os.environ.get("DOCKER_DEFAULT_PLATFORM") or None,
    )
