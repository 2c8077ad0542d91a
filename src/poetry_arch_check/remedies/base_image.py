"""The official image of the same Python on another Debian."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.images.official import has_patch

if TYPE_CHECKING:
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.distributions import Distribution

# `python:3.12.4-alpine3.20` pins a patch release.
_PINNED = re.compile(r"(?:docker\.io/library/)?python:3\.(?P<minor>\d+)\.(?P<patch>\d+)\b.*")


def slim_image(target: Target, debian: Distribution) -> str | None:
    """Return the slim image with the target's Python on `debian`, with its patch if it is pinned.

    None where the patch release has no image there: it is not dropped on the quiet.
    """
    minor = target.python.minor
    pinned = _PINNED.fullmatch(target.image.reference) if target.image else None
    if pinned is None or int(pinned["minor"]) != minor:
        return f"python:3.{minor}-slim-{debian.codename}"
    patch = int(pinned["patch"])
    if not has_patch(debian.codename, minor, patch):
        return None
    return f"python:3.{minor}.{patch}-slim-{debian.codename}"
