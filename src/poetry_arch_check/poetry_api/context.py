"""What the machine and the project say of the targets to check."""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from poetry.core.constraints.version import Version

from poetry_arch_check.errors import ArchCheckError, ProjectError
from poetry_arch_check.output.files import read_text
from poetry_arch_check.platforms.python import NEWEST_PATCH, python
from poetry_arch_check.poetry_api.environment import current_target
from poetry_arch_check.poetry_api.messages import one_line
from poetry_arch_check.poetry_api.search import look_for
from poetry_arch_check.settings.request import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry.utils.env import Env

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import BuildContext
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.settings.request import DockerfileRef
    from poetry_arch_check.toolchains.inventory import Inventory


def context_of(project: Project, env: Env | None = None) -> Context:
    """Return what the machine and the project say; nothing is created or installed.

    `env` is the project's environment where Poetry has it at hand.
    """

    @cache
    def environment() -> Env:
        return env or project.environment()

    @cache
    def current() -> Target:
        with _environment_errors():
            return current_target(environment())

    @cache
    def inventory() -> Inventory:
        from poetry_arch_check.poetry_api.host import look  # noqa: PLC0415 - for one target alone

        with _environment_errors():
            return look(environment())

    def allows(python: Python) -> bool:
        return project.package.python_constraint.allows(Version.parse(python.full))

    def newest(minor: int) -> Python | None:
        """Return the newest patch of 3.`minor` that the project allows."""
        patches = range(python(minor).patch, -1, -1)
        candidates = (replace(python(minor), patch=patch) for patch in patches)
        return next(filter(allows, candidates), None)

    def dockerfile_text(ref: DockerfileRef) -> str:
        path = Path(ref.path)
        return read_text(project.folder / path if ref.of_project else path, ref.path)

    def context_of_dockerfile(ref: DockerfileRef, text: str) -> BuildContext | None:
        from poetry_arch_check.poetry_api.build_context import (  # noqa: PLC0415 - as above
            build_context,
        )

        path = project.folder / ref.path if ref.of_project else Path(ref.path)
        stated = Path(ref.context) if ref.context is not None else None
        return build_context(path, text, project.folder, project.package.name, stated)

    return Context(
        current=current,
        inventory=inventory,
        look_for=look_for,
        pythons=tuple(found for minor in NEWEST_PATCH if (found := newest(minor))),
        allows=allows,
        default_platform=os.environ.get("DOCKER_DEFAULT_PLATFORM") or None,
        machine=platform.machine(),
        read=dockerfile_text,
        build_context=context_of_dockerfile,
    )


@contextmanager
def _environment_errors() -> Iterator[None]:
    """Turn what goes wrong with the environment into a ProjectError."""
    try:
        yield
    except ArchCheckError:
        raise
    except Exception as error:
        raise ProjectError(
            f"cannot read the project's environment: {one_line(error)}",
            hint="`poetry env info` tells more; --target and --python do without it",
        ) from error
