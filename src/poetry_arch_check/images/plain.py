"""Plain images of distributions: `debian:12`, `alpine:3.20`, `ubi9/ubi-minimal`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.images.image import Image, follows, release_of
from poetry_arch_check.platforms.python import python
from poetry_arch_check.toolchains.distributions import ALPINE, DEBIAN, Distribution
from poetry_arch_check.toolchains.package_managers.registry import DNF, MICRODNF

if TYPE_CHECKING:
    from collections.abc import Callable


# Tags that follow releases, as positions from the newest: `oldstable` is the one before.
_FLOATING = {"latest": -1, "stable": -1, "oldstable": -2, "oldoldstable": -3}


def _pin(distribution: Distribution) -> str:
    return distribution.codename or distribution.release


def distribution_images(table: tuple[Distribution, ...]) -> Callable[[str, str], Image]:
    """Return a reader for tags of a distribution's plain images."""

    def read(reference: str, tag: str) -> Image:
        minimal = tag.endswith("minimal")
        name = tag.removesuffix("minimal").split("-")[0] or "latest"
        floating = (
            name == "latest"
            or (name in _FLOATING and table is DEBIAN)
            or (name == "3" and table is ALPINE)
        )
        offset = _FLOATING.get(name, -1)
        distribution = table[offset] if floating else release_of(table, name, reference)
        return plain_image(
            reference,
            distribution,
            moves=follows(reference, distribution, pin=f"the tag {_pin(distribution)}")
            if floating
            else "",
            minimal=minimal,
        )

    return read


def plain_image(
    reference: str, distribution: Distribution, *, moves: str = "", minimal: bool = False
) -> Image:
    """Return an image that has nothing but its distribution, `minimal` ones with microdnf."""
    if minimal and distribution.manager is DNF:
        distribution = replace(distribution, manager=MICRODNF)
    return Image(
        reference=reference,
        distribution=distribution,
        python=python(distribution.python_minor),
        own_python=False,
        moves=moves,
        complete=True,
    )
