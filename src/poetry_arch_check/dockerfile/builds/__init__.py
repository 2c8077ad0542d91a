"""Files beside a Dockerfile that say which platforms it is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.builds import bake, compose, workflow
from poetry_arch_check.dockerfile.builds.documents import NO_ENVIRONMENT, Source
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READERS: Mapping[str, Callable[[Source], tuple[str, ...]]] = {
    "compose": compose.platforms,
    "bake": bake.platforms,
    "workflow": workflow.platforms,
}
KINDS = tuple(_READERS)


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
