"""How an image is built from a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.build_context import NOT_FOUND
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.dockerfile.build_context import BuildContext
    from poetry_arch_check.images import OwnImage
    from poetry_arch_check.platforms.platform import Platform


def _unreadable(path: str) -> str:
    raise DockerfileError(f"{path} cannot be read here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How an image is built: for `platform`, on `host`, with `--build-arg` as `arguments`.

    `image` replaces the base images that the file names, `context` is what it is built from.
    `own_images` are known by configuration; `read` returns the text of their Dockerfiles.
    """

    platform: Platform
    host: Platform
    arguments: Mapping[str, str]
    image: str | None = None
    context: BuildContext = NOT_FOUND
    own_images: tuple[OwnImage, ...] = ()
    read: Callable[[str], str] = _unreadable
