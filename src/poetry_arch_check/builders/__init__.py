"""Files beside a Dockerfile that say which platforms it is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.builders import bake, compose, workflow
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READERS: Mapping[str, Callable[[str, str], tuple[str, ...]]] = {
    "compose": compose.platforms,
    "bake": bake.platforms,
    "workflow": workflow.platforms,
}
KINDS = tuple(_READERS)


def platforms(kind: str, text: str, path: str) -> tuple[str, ...]:
    """Return the platforms in the file `text` of a kind in KINDS; `path` is for messages.

    Raises DockerfileError for a file that cannot be read, and for one that names none.
    """
    try:
        found = tuple(dict.fromkeys(_READERS[kind](text, path)))
    except RecursionError:
        raise DockerfileError(f"{path}: it is nested too deeply") from None
    if not found:
        raise DockerfileError(
            f"{path}: it names no platforms", cure="name them: -t linux/amd64 -t linux/arm64"
        )
    return found
