"""What the stages are that installed packages are copied to, once they are changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import StageChange
from poetry_arch_check.check.target import with_image
from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import parse_image
from poetry_arch_check.platforms.tags import supported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.loading import Place
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python


def with_stages(target: Target, changes: Iterable[StageChange]) -> Target | None:
    """Return `target` with the stages changed that what is installed there is copied to.

    None where an image is not known.
    """
    by_stage = {change.stage: change for change in changes}
    try:
        places = tuple(
            changed_place(place, by_stage[stage], target)
            if (stage := place.destination.stage) in by_stage
            else place
            for place in target.places
        )
    except TargetError:
        return None
    return replace(target, places=places)


def changed_place(place: Place, change: StageChange, target: Target) -> Place:
    """Return the stage of `place`, changed. Raises TargetError for an unknown image."""
    destination = place.destination
    if not change.image:
        libraries = destination.libraries.also(change.packages, destination.image)
        return replace(place, destination=replace(destination, libraries=libraries))
    image = parse_image(change.image)
    asked = destination.python is not None and destination.python != place.python
    destination = replace(
        destination,
        image=image,
        python=None if destination.python is None else image.python,
        libraries=destination.libraries.on(image, destination.image).also(change.packages, image),
    )
    python = place.python if asked else destination.python or target.python
    moved = _on(place, with_image(place.platform, image), python)
    return replace(moved, destination=destination)


def moved_along(target: Target, before: Target) -> Target:
    """Return `target`, which was `before`, with the stages that were on the same machine moved."""
    return replace(target, places=tuple(_along(each, target, before) for each in target.places))


def _along(place: Place, target: Target, before: Target) -> Place:
    destination, image = place.destination, target.image
    python = target.python if place.python == before.python else place.python
    platform = place.platform
    if destination.platform is None:
        platform = replace(platform, architecture=target.platform.architecture)
    place = _on(place, platform, python)
    if image is None or before.image is None or image.reference == before.image.reference:
        return place
    if destination.image.reference != before.image.reference:
        return place
    change = StageChange(stage=destination.stage, image=image.reference)
    return changed_place(place, change, target)


def _on(place: Place, platform: Platform, python: Python) -> Place:
    return replace(place, platform=platform, python=python, support=supported(platform, python))
