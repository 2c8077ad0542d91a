"""Values in the words of this tool at keys, with every mistake collected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from poetry_arch_check.images import OwnImage, image_of, own_image
from poetry_arch_check.platforms.names import CURRENT, parse_name
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.settings.modes import Mode
from poetry_arch_check.settings.values import Mistakes, described, indexed
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.toolchain import (
    EVERYTHING,
    NOTHING,
    Toolchain,
    parse_toolchain,
)
from poetry_arch_check.toolchains.words import stated_offer

if TYPE_CHECKING:
    from collections.abc import Callable


ALL_PYTHONS = "all"


def read_mode(mistakes: Mistakes, key: str, value: object) -> Mode:
    """Read one of the words `off`, `warn` and `abort`."""
    words = [mode.value for mode in Mode]
    if value in words:
        return Mode(value)
    near = did_you_mean(value, words) if isinstance(value, str) else ""
    mistakes.add(key, f"must be one of {', '.join(words)}, not {described(value)}{near}")
    return Mode.WARN


def read_pythons(mistakes: Mistakes, key: str, value: object) -> tuple[str, ...]:
    """Read an array of versions of Python, each a known one or `all`."""
    pythons = mistakes.strings(key, value)
    for at, python in indexed(key, value, pythons):
        if python != ALL_PYTHONS:
            mistakes.accepts(at, partial(parse_python, python))
    return pythons


def read_image(
    mistakes: Mistakes, own: tuple[OwnImage, ...], key: str, value: object
) -> str | None:
    """Read the reference of an image that is known, or of one of `own`."""
    if value is None:
        return None
    image = mistakes.string(key, value)
    if image is not None:
        found = own_image(image, own)
        if found is not None and found.dockerfile:
            mistakes.add(key, "is built from a Dockerfile: it is for FROM alone")
        else:
            mistakes.accepts(key, partial(image_of, image, own))
    return image


def read_toolchain(mistakes: Mistakes, key: str, value: object) -> Toolchain | None:
    """Read what targets can build with: words, true for everything, false for nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return EVERYTHING if value else NOTHING
    return parse_toolchain(read_words(mistakes, key, value, stated_offer))


def read_words(
    mistakes: Mistakes, key: str, value: object, parse: Callable[[str], object]
) -> list[str]:
    """Return the strings of an array that `parse` accepts."""
    return [
        item
        for at, item in indexed(key, value, mistakes.strings(key, value))
        if mistakes.accepts(at, partial(parse, item))
    ]


def read_platform(mistakes: Mistakes, key: str, name: str) -> None:
    """Record why `name` is no platform, if it is not."""
    if name != CURRENT:
        mistakes.accepts(key, partial(parse_name, name))
