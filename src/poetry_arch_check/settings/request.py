"""What is asked for: the command line's values, and what the machine and the project say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import BuildContext
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.toolchain import Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerfileRef:
    """A Dockerfile to read: its path, the stage to check (None: all), its arguments.

    An empty stage is the last one, if that takes one that installs. `of_project` says that the
    path is relative to the project, else to the working directory, as that of its build `context`
    is (None: it is to be found).
    """

    path: str
    stage: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    of_project: bool = False
    context: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for; an empty value leaves it to the configuration.

    `platforms` are what the files beside a Dockerfile build it for, where no target is named.
    `groups` and `extras` are what is installed; `choice_given` says that they were named, so that
    they override a Dockerfile's own. `against` is a revision of the git repository. `repeated` are
    the options that choose what is checked, as they were given: for another command that is to
    check the same.
    """

    targets: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    toolchain: Toolchain | None = None
    dockerfile: DockerfileRef | None = None
    platforms: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    extras: tuple[str, ...] = ()
    choice_given: bool = False
    require_wheels: bool = False
    offline: bool = False
    suggest: bool = False
    against: str | None = None
    repeated: tuple[str, ...] = ()

    @property
    def image(self) -> str | None:
        """The base image; of several, each is asked for by a request of its own (`of_images`)."""
        return self.images[0] if self.images else None

    @property
    def of_images(self) -> tuple[Request, ...]:
        """The same for each of the images alone."""
        return tuple(replace(self, images=(image,)) for image in self.images) or (self,)

    @property
    def changes_targets(self) -> bool:
        """Whether the targets differ from those of the configuration."""
        return self.toolchain is not None or any(
            (self.targets, self.images, self.pythons, self.dockerfile, self.platforms)
        )


def _complete(inventory: Inventory, needs: Iterable[Need]) -> Inventory:
    del needs
    return inventory


def _no_context(ref: DockerfileRef, text: str) -> None:
    del ref, text


def _unreadable(ref: DockerfileRef) -> str:
    raise TargetError(f"{ref.path} cannot be read here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the machine and the project say.

    `current` returns the project's environment; it may start an interpreter and is
    called only where its answer is needed. `pythons` are the Pythons that the project
    supports, for each minor version the newest patch. `default_platform` is the value of
    `DOCKER_DEFAULT_PLATFORM`, `machine` what the system calls this machine's architecture, ""
    for one that is not known. `inventory` looks for what this machine can build with, `look_for`
    completes it with what builds need. `read` returns the text of a Dockerfile, `build_context`
    what it is built from, given that text; None if that is not to be found.
    """

    current: Callable[[], Target]
    inventory: Callable[[], Inventory]
    look_for: Callable[[Inventory, Iterable[Need]], Inventory] = _complete
    pythons: tuple[Python, ...]
    allows: Callable[[Python], bool]
    default_platform: str | None = None
    machine: str = ""
    read: Callable[[DockerfileRef], str] = _unreadable
    build_context: Callable[[DockerfileRef, str], BuildContext | None] = _no_context

    @property
    def minors(self) -> tuple[int, ...]:
        """The minor versions of Python 3 that the project allows."""
        return tuple(python.minor for python in self.pythons)

    def nearest(self, python: Python) -> Python | None:
        """Return the Python that the project allows nearest to `python`, None for none."""
        return min(self.pythons, key=lambda other: abs(other.minor - python.minor), default=None)
