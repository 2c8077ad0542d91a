"""An image that a user names in place of one that is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.images.own import image_of
from poetry_arch_check.platforms.python import parse_python

if TYPE_CHECKING:
    from collections.abc import Collection

    from poetry_arch_check.images.image import Image
    from poetry_arch_check.images.own import OwnImage

# `bitnami/python:3.9`, `registry.example/team/python:3.11.4-internal`
_NAMES_PYTHON = re.compile(r"(?:.*/)?python:(?P<version>3\.\d{1,2}(?:\.\d{1,2})?)(?![\d.]).*")


def stand_in(reference: str, unknown: str, own: Collection[OwnImage] = ()) -> Image:
    """Return the image `reference` in place of the one that a file names `unknown`.

    If that is no image that is known, its tag still tells its Python. Raises TargetError where
    `reference` is not known. Either may be known by configuration: `own`.
    """
    image = image_of(reference, own)
    match = _NAMES_PYTHON.fullmatch(unknown)
    if match is None or image.python is None or _is_known(unknown, own):
        return image
    named = parse_python(match["version"])
    return image if named.minor == image.python.minor else replace(image, python=named)


def _is_known(reference: str, own: Collection[OwnImage]) -> bool:
    try:
        image_of(reference, own)
    except ArchCheckError:
        return False
    return True
