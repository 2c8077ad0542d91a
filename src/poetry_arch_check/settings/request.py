"""TODO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.settings.config import DockerfileRef
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.toolchain import Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for; an empty value leaves it to the configuration.

    `platforms` are what the files beside a Dockerfile build it for, where no target is named.
    """

    targets: tuple[str, ...] = ()
    image: str | None = None
    pythons: tuple[str, ...] = ()
    toolchain: Toolchain | None = None
    dockerfile: DockerfileRef | None = None
    platforms: tuple[str, ...] = ()


def _nothing_to_read(dockerfile_ref: DockerfileRef) -> str:
    raise TargetError(f"{dockerfile_ref.path} cannot be read here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the machine and the project say.

    `current` returns the project's environment; it may start an interpreter and is
    called only where its answer is needed. `pythons` are the Pythons that the project
    supports, for each minor version the newest patch. `default_platform` is the value of
    `DOCKER_DEFAULT_PLATFORM`. `inventory` looks for what this machine can build with. `read`
    returns the text of a Dockerfile.
    """

    current: Callable[[], Target]
    inventory: Callable[[], Inventory]
    pythons: tuple[Python, ...]
    allows: Callable[[Python], bool]
    default_platform: str | None = None
    read: Callable[[DockerfileRef], str] = _nothing_to_read

    @property
    def minors(self) -> tuple[int, ...]:
        """The minor versions of Python 3 that the project allows."""
        return tuple(python.minor for python in self.pythons)
