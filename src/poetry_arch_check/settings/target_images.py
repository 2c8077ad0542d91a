"""Which image a target is based on, by the command line and the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import contradiction, image_of
from poetry_arch_check.platforms.names import CURRENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.settings.inputs import Inputs
    from poetry_arch_check.settings.target_config import TargetConfig

_PLAIN_PLATFORM = "use a platform without a C library: linux/amd64, linux/arm64, …"


def check_image(
    named: Sequence[TargetConfig], platform_of: Callable[[str], Platform], inputs: Inputs
) -> None:
    """Raise TargetError if the image of the command line fits none of the targets.

    `platform_of` returns what the name of a platform stands for.
    """
    if inputs.request.image is None:
        return
    image = image_of(inputs.request.image, inputs.config.images)
    contradictions = [
        f'target "{target.name}" {why}'
        for target in named
        if (why := image_contradiction(target, platform_of(target.platform), image))
    ]
    if len(contradictions) == len(named):
        raise TargetError(*contradictions, hint=_PLAIN_PLATFORM)


def image_for(named: TargetConfig, platform: Platform, inputs: Inputs) -> tuple[Image | None, str]:
    """Return the image of a target, and a note where the command line's does not fit it.

    Raises TargetError where that of its own configuration does not.
    """
    requested = inputs.request.image
    if named.image is not None and requested is None:
        image = image_of(named.image, inputs.config.images)
        if why := image_contradiction(named, platform, image):
            raise TargetError(f'target "{named.name}" {why}', hint=_PLAIN_PLATFORM)
        return image, ""
    reference = requested or inputs.config.image
    if reference is None:
        return None, ""
    image = image_of(reference, inputs.config.images)
    why = image_contradiction(named, platform, image)
    if why is None:
        return image, ""
    return None, f"It {why}: it is checked without." if requested else ""


def image_contradiction(named: TargetConfig, platform: Platform, image: Image) -> str | None:
    """Return why a target cannot have `image`, None if it can."""
    if named.platform == CURRENT:
        return "is the environment at hand: it has no image"
    return contradiction(platform, image)
