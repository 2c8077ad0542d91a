"""Files beside a Dockerfile that say which platforms it is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from poetry_arch_check.dockerfile.builds import bake, compose, workflow
from poetry_arch_check.dockerfile.builds.documents import NO_ENVIRONMENT, Source
from poetry_arch_check.dockerfile.builds.env_file import with_env_file
from poetry_arch_check.dockerfile.builds.recipe import Recipe
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")
_READERS: Mapping[str, Callable[[Source], tuple[str, ...]]] = {
    "compose": compose.platforms,
    "bake": bake.platforms,
    "workflow": workflow.platforms,
}
_RECIPES: Mapping[str, Callable[[Source], Recipe]] = {
    "compose": compose.recipe,
    "bake": bake.recipe,
    "workflow": workflow.recipe,
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

    None are named by a compose file or a bake file that leaves them to Docker. Paths are relative
    to the same place; `environment` has the variables that it may name. Raises DockerfileError
    for a file that cannot be read, for one that builds nothing, and for a workflow that does not
    tell.
    """
    found = _read(_READERS[kind], text, path, dockerfile, environment)
    if not found and kind == "workflow":
        raise DockerfileError(
            f"{path}: no platforms in it", hint="name them: -t linux/amd64 -t linux/arm64"
        )
    return tuple(dict.fromkeys(found))


def the_dockerfile(
    text: str,
    path: str,
    environment: Mapping[str, str] = NO_ENVIRONMENT,
    *,
    counts: Callable[[str], bool] = bool,
) -> str:
    """Return the path of the Dockerfile that the services of a compose file are built from.

    `environment` has the variables that the file may name. Of several, `counts` says which may be
    meant. Raises DockerfileError if there is none, or more than one.
    """
    found = _read(compose.dockerfiles, text, path, "", environment)
    if not found:
        for context in _read(compose.contexts_elsewhere, text, path, "", environment)[:1]:
            raise DockerfileError(
                f"{path}: the context is elsewhere: {context}",
                hint="name a file: --dockerfile FILE",
            )
        raise DockerfileError(f"{path}: no service is built", hint="name a file: --dockerfile FILE")
    likely = found if len(found) == 1 else [each for each in found if counts(each)] or found
    if len(likely) > 1:
        raise DockerfileError(
            f"{path}: its services have {len(found)} Dockerfiles",
            hint=f"name one: --dockerfile {likely[0]}",
        )
    return likely[0]


def recipe(
    kind: str,
    text: str,
    path: str,
    dockerfile: str,
    environment: Mapping[str, str] = NO_ENVIRONMENT,
) -> Recipe:
    """Return how the file `text` of a kind in KINDS builds `dockerfile`.

    Paths are as in `platforms`. Raises DockerfileError for a file that cannot be read.
    """
    return _read(_RECIPES[kind], text, path, dockerfile, environment)


def _read(
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
