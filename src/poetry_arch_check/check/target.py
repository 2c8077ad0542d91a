"""A target: one machine to install on, with its Python and its toolchain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from poetry_arch_check.check.origin import DECLARED, AtInstallStep, BaseImage, Origin, ThisMachine
from poetry_arch_check.platforms.markers import marker_environment
from poetry_arch_check.platforms.tags import supported
from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.check.loading import Place
    from poetry_arch_check.dockerfile import InstallStep
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.platforms.tags import Support
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.need import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One machine to install on.

    `name` is what it was called by; `markers` is its PEP 508 environment; `origin` says where
    `toolchain` comes from; `notes` are sentences that the report has to say of it. `current`
    marks the project's own environment, whose tags and markers are Poetry's, not ours. `places`
    are the stages of a Dockerfile that what is installed here is copied to.
    """

    name: str
    platform: Platform
    python: Python
    support: Support = field(repr=False)
    markers: Mapping[str, Any] = field(repr=False)
    toolchain: Toolchain = NOTHING
    origin: Origin = DECLARED
    current: bool = False
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def image(self) -> Image | None:
        """The base image, where it is known."""
        match self.origin:
            case BaseImage(image=image):
                return image
            case AtInstallStep(step=step):
                return step.image
            case _:
                return None

    @property
    def distribution(self) -> Distribution | None:
        """The distribution of the image, or of the machine at hand, where it is known."""
        match self.origin:
            case ThisMachine(inventory=inventory):
                return inventory.distribution
            case _:
                return self.image.distribution if self.image else None

    @property
    def step(self) -> InstallStep | None:
        """The command of a Dockerfile that installs here."""
        return self.origin.step if isinstance(self.origin, AtInstallStep) else None

    @property
    def inventory(self) -> Inventory | None:
        """What was found on this machine, where the toolchain was looked for."""
        return self.origin.inventory if isinstance(self.origin, ThisMachine) else None

    def moved(self, platform: Platform, python: Python | None = None) -> Target:
        """Return it on another platform, or with another Python: with their tags and markers."""
        python = python or self.python
        return replace(
            self,
            platform=platform,
            python=python,
            support=supported(platform, python),
            markers=marker_environment(platform, python),
            current=False,
        )

    def absent(self, missing: Iterable[Need]) -> tuple[Need, ...]:
        """Return those of `missing` that are not there themselves, or too old.

        A compiler can be there and still be missing for a build, for want of Python's headers.
        """
        match self.origin:
            case ThisMachine(inventory=inventory):
                found = inventory.found
            case AtInstallStep(step=step):
                found = step.found
            case _:
                found = frozenset()
        return tuple(
            need
            for need in missing
            if need.dependency not in found or self.toolchain.outdated(need)
        )


def with_image(platform: Platform, image: Image | None) -> Platform:
    """Return `platform` with the C library of `image`, where that has one."""
    if image is None or image.distribution is None:
        return platform
    distribution = image.distribution
    return replace(platform, libc=distribution.libc, version=distribution.version, assumed=False)
