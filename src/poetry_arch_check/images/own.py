"""Images that are known by configuration: what they are like, or the file that builds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from poetry_arch_check.images.reference import parse_image
from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.images.image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnImage:
    """What `[tool.poetry-arch-check.images]` says of a name, or of a pattern (`*`, `?`).

    It is `like` an image that is known, with a `toolchain` beside what that brings; or it is built
    from `dockerfile`, a path relative to the project.
    """

    pattern: str
    like: str = ""
    toolchain: Toolchain = NOTHING
    dockerfile: str = ""

    def is_named(self, reference: str) -> bool:
        """Return whether this is about the image `reference`, with or without its tag."""
        name = reference.strip().partition("@")[0]
        folder, slash, last = name.rpartition("/")
        untagged = f"{folder}{slash}{last.partition(':')[0]}"
        return any(fnmatchcase(each, self.pattern) for each in (reference, name, untagged))


def own_image(reference: str, own: Iterable[OwnImage]) -> OwnImage | None:
    """Return what the configuration says of an image: the first entry that is about it."""
    return next((each for each in own if each.is_named(reference)), None)


def image_of(reference: str, own: Iterable[OwnImage]) -> Image:
    """Return what an image brings, by the configuration or by its name.

    Raises TargetError for one that is not known.
    """
    found = own_image(reference, own)
    if found is None or not found.like:
        return parse_image(reference)
    like = parse_image(found.like)
    toolchain = found.toolchain.together_with(like.toolchain)
    # It may well have more packages than what it is like.
    return replace(like, reference=reference, toolchain=toolchain, moves="", complete=False)
