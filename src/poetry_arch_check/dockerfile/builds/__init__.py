"""Files beside a Dockerfile that say which platforms it is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from poetry_arch_check.dockerfile.builds import bake, compose, workflow
from poetry_arch_check.dockerfile.builds.compose import Recipe
from poetry_arch_check.dockerfile.builds.documents import NO_ENVIRONMENT, Source
from poetry_arch_check.dockerfile.builds.env_file import with_env_file
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")
_READERS: Mapping[str, Callable[[Source], tuple[str, ...]]] = {
    "compose": compose.platforms,
    "bake": bake.platforms,
    "workflow": workflow.platforms,
}
KINDS = tuple(_READERS)
__all__ = ["KINDS", "Recipe", "platforms", "recipe", "the_dockerfile", "with_env_file"]


def platforms(
    kind: str,
    text: str,
    path: str,
    dockerfile: str = "Dockerfile",
    environment: Mapping[str, str] = NO_ENVIRONMENT,
) -> tuple[str, ...]:
    """Return the platforms that the file `text` of a kind in KINDS builds `dockerfile` for.

    Paths are relative to the same place; `environment` has the variables that it may name.
    Raises DockerfileError for a file that cannot be read, and for one that names none.
    """
    try:
        source = Source(text=text, path=path, dockerfile=dockerfile, environment=environment)
        found = tuple(dict.fromkeys(_READERS[kind](source)))
    except RecursionError:
        raise DockerfileError(f"{path}: nested too deeply") from None
    if not found:
        raise DockerfileError(
            f"{path}: no platforms in it", hint="name them: -t linux/amd64 -t linux/arm64"
        )
    return found


def the_dockerfile(text: str, path: str, environment: Mapping[str, str] = NO_ENVIRONMENT) -> str:
    """Return the path of the Dockerfile that the services of a compose file are built from.

    `environment` has the variables that the file may name.
    Raises DockerfileError if there is none, or more than one.
    """
    found = _of_compose(compose.dockerfiles, text, path, "", environment)
    if not found:
        for context in _of_compose(compose.contexts_elsewhere, text, path, "", environment)[:1]:
            raise DockerfileError(
                f"{path}: the context is elsewhere: {context}",
                hint="name a file: --dockerfile FILE",
            )
        raise DockerfileError(f"{path}: no service is built", hint="name a file: --dockerfile FILE")
    if len(found) > 1:
        raise DockerfileError(
            f"{path}: its services have {len(found)} Dockerfiles",
            hint=f"name one: --dockerfile {found[0]}",
        )
    return found[0]


def recipe(
    text: str, path: str, dockerfile: str, environment: Mapping[str, str] = NO_ENVIRONMENT
) -> Recipe:
    """Return how the services of a compose file build `dockerfile`: paths are as in `platforms`.

    Raises DockerfileError for a file that cannot be read.
    """
    return _of_compose(compose.recipe, text, path, dockerfile, environment)


def _of_compose(
    read: Callable[[Source], _T],
    text: str,
    path: str,
    dockerfile: str,
    environment: Mapping[str, str],
) -> _T:
    source = Source(text=text, path=path, dockerfile=dockerfile, environment=environment)
    try:
        return read(source)
    except RecursionError:
        raise DockerfileError(f"{path}: nested too deeply") from None
