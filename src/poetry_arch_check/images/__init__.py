"""Base images: the distribution, the Python and the tools that an image name stands for."""

from __future__ import annotations

from poetry_arch_check.images.image import Image, contradiction
from poetry_arch_check.images.own import OwnImage, image_of, own_image
from poetry_arch_check.images.reference import parse_image
from poetry_arch_check.images.stand_in import stand_in

__all__ = [
    "Image",
    "OwnImage",
    "contradiction",
    "image_of",
    "own_image",
    "parse_image",
    "stand_in",
]
