"""What a base image brings, and what all readers of image names need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.platform import Architecture, Libc, Os, Platform
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.offers import versions_of
from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain

if TYPE_CHECKING:
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.toolchains.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a base image brings.

    `distribution` is None for Windows images. `own_python` says that the Python is not
    the distribution's package and comes with its headers. `moves` is a sentence where the
    tag follows new releases. `architecture` is that of an image for a single one; `user` is
    the line that makes installing possible where the image does not run as root, `own_user` the
    one that goes back to its user.

    `packages` are those of the distribution, and `libraries` the PEP 725 names of those that are
    there to be linked to, beside what its `toolchain` brings. `complete` says that there are no
    others than these and those of the distribution's own image. In one that is `sealed`, no
    package can be installed.
    """

    reference: str
    distribution: Distribution | None
    python: Python | None
    own_python: bool
    toolchain: Toolchain = NOTHING
    moves: str = ""
    architecture: Architecture | None = None
    user: str = ""
    own_user: str = ""
    packages: tuple[str, ...] = ()
    libraries: frozenset[str] = frozenset()
    complete: bool = False
    sealed: bool = False

    @property
    def versions(self) -> dict[str, str]:
        """The versions of its toolchain, where they are known: its own, else the distribution's."""
        packaged = versions_of(self.distribution, self.toolchain.dependencies)
        found = {**packaged, **self.toolchain.versions}
        return {dependency: version for dependency, version in found.items() if version}

    @property
    def os(self) -> Os:
        """The operating system of the image."""
        return Os.LINUX if self.distribution else Os.WINDOWS


def contradiction(platform: Platform, image: Image) -> str | None:
    """Return why `image` cannot run on `platform`, None if it can."""
    if image.os is not platform.os:
        return f"is {platform.os.value}, image {image.reference} is for {image.os.value}"
    if image.architecture not in {None, platform.architecture}:
        assert image.architecture is not None  # noqa: S101 - for the type checker
        return f"is {platform.architecture.value}, image {image.reference} is not"
    if image.distribution is None:
        return None
    libc = image.distribution.libc
    if platform.libc is Libc.MUSL and libc is not Libc.MUSL:
        return f"has musl, image {image.reference} has {libc.value}"
    if not platform.assumed:
        return f"states {platform.system}, image {image.reference} states it too"
    return None


def unknown_tag(reference: str, known: str) -> TargetError:
    """Return the error for a tag that says too little; `known` lists what would do."""
    return TargetError(
        f'image "{reference}": the tag does not tell the release', hint=f"known are {known}"
    )


def follows(reference: str, distribution: Distribution, *, pin: str) -> str:
    """Return that a tag follows the releases of a distribution; a digest follows nothing."""
    if "@" in reference:
        return ""
    return f"{reference} follows new releases: it is {distribution.label} now; {pin} does not move."


def release_of(table: tuple[Distribution, ...], name: str, reference: str) -> Distribution:
    """Return the release called `name` or a point release of it; TargetError if unknown."""
    for distribution in reversed(table):
        if name == distribution.codename or f"{name}.".startswith(f"{distribution.release}."):
            return distribution
    known = ", ".join(d.codename or d.release for d in table)
    raise TargetError(
        f'image "{reference}": release "{name}" is not known{did_you_mean(name, _names(table))}',
        hint=f"known are {known}",
    )


def _names(table: tuple[Distribution, ...]) -> tuple[str, ...]:
    return tuple(name for d in table for name in (d.codename, d.release) if name)
