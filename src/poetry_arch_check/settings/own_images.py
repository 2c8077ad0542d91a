"""The images that only a project knows: `[tool.poetry-arch-check.images]`."""

from __future__ import annotations

from functools import partial

from poetry_arch_check.images import OwnImage, parse_image
from poetry_arch_check.settings.tool_values import read_words
from poetry_arch_check.settings.values import Mistakes, described, joined
from poetry_arch_check.toolchains.toolchain import (
    parse_toolchain,
)
from poetry_arch_check.toolchains.words import stated_offer


def read_own_images(mistakes: Mistakes, key: str, value: object) -> tuple[OwnImage, ...]:
    """Read the table of images that only this project knows."""
    if not isinstance(value, dict):
        mistakes.add(key, f"must be a table, not {described(value)}")
        return ()
    found = (
        _read_own_image(mistakes, joined(key, name), name, each) for name, each in value.items()
    )
    return tuple(each for each in found if each is not None)


def _read_own_image(mistakes: Mistakes, key: str, name: str, value: object) -> OwnImage | None:
    """Read what an image is like, or the Dockerfile that it is built from."""
    table = mistakes.table(key, value, ("like", "toolchain", "dockerfile"))
    if not isinstance(value, dict):
        return None
    if "dockerfile" in table:
        for other in ("like", "toolchain"):
            if other in table:
                mistakes.add(f"{key}.{other}", "excludes dockerfile, which tells all")
        path = mistakes.string(f"{key}.dockerfile", table["dockerfile"])
        return OwnImage(pattern=name, dockerfile=path) if path else None
    if "like" not in table:
        mistakes.add(f"{key}.like", 'is missing: for example "python:3.12-slim-bookworm"')
        return None
    like = mistakes.string(f"{key}.like", table["like"])
    if like is not None:
        mistakes.accepts(f"{key}.like", partial(parse_image, like))
    words = read_words(mistakes, f"{key}.toolchain", table.get("toolchain", []), stated_offer)
    return OwnImage(pattern=name, like=like, toolchain=parse_toolchain(words)) if like else None
