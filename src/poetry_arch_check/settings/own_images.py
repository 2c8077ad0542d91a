"""`[tool.poetry-arch-check.images]`: what images of one's own are like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from poetry_arch_check.images import OwnImage, parse_image
from poetry_arch_check.settings.values import described, joined
from poetry_arch_check.toolchains.toolchain import parse_toolchain
from poetry_arch_check.toolchains.words import stated_offer

if TYPE_CHECKING:
    from poetry_arch_check.settings.words import Words


def read_own_images(words: Words, key: str, value: object) -> tuple[OwnImage, ...]:
    """Return the images that the project describes, without those that are wrong."""
    if not isinstance(value, dict):
        words.mistakes.add(key, f"must be a table, not {described(value)}")
        return ()
    found = (_own_image(words, joined(key, name), name, each) for name, each in value.items())
    return tuple(each for each in found if each is not None)


def _own_image(words: Words, key: str, name: str, value: object) -> OwnImage | None:
    """Read what an image is like, or the Dockerfile that it is built from."""
    table = words.mistakes.table(key, value, ("like", "toolchain", "dockerfile"))
    if not isinstance(value, dict):
        return None
    if "dockerfile" in table:
        for other in ("like", "toolchain"):
            if other in table:
                words.mistakes.add(f"{key}.{other}", "excludes dockerfile, which tells all")
        path = words.mistakes.string(f"{key}.dockerfile", table["dockerfile"])
        return OwnImage(pattern=name, dockerfile=path) if path else None
    if "like" not in table:
        words.mistakes.add(f"{key}.like", 'is missing: for example "python:3.12-slim-bookworm"')
        return None
    like = words.mistakes.string(f"{key}.like", table["like"])
    if like is not None:
        words.mistakes.accepts(f"{key}.like", partial(parse_image, like))
    stated = words.words(f"{key}.toolchain", table.get("toolchain", []), stated_offer)
    return OwnImage(pattern=name, like=like, toolchain=parse_toolchain(stated)) if like else None
