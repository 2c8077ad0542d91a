"""Images of vendors whose tags name what they stand on, as `data/vendor_images.json` has them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from poetry_arch_check.data.tables import table
from poetry_arch_check.images.image import Image, follows, release_of, unknown_tag
from poetry_arch_check.images.plain import plain_image
from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.toolchains.distributions import releases_of
from poetry_arch_check.toolchains.toolchain import (
    CXX,
    MAKE,
    C,
    Toolchain,
    parse_dependency,
    parse_toolchain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MACHINES = {
    "amd64": Architecture.X86_64,
    "i386": Architecture.I686,
    "armv7": Architecture.ARMV7L,
    "armhf": Architecture.ARMV6L,
    **{each.value: each for each in Architecture},
}
# What an image may have, where nothing is recorded.
_NOT_RECORDED = Toolchain(unsure=(C, CXX, MAKE))
# Longer tags are not allowed.
_MAX_TAG = 128


@cache
def _families() -> tuple[tuple[re.Pattern[str], tuple[Mapping[str, Any], ...]], ...]:
    return tuple(
        (re.compile(repository, re.ASCII), tuple(rows))
        for repository, rows in table("vendor_images")["rows"].items()
    )


def vendor_image(
    reference: str, repository: str, tag: str, parse: Callable[[str], Image]
) -> Image | None:
    """Return what an image of `repository` brings, None if no row is about it and its tag.

    `parse` reads the images that rows name (`like`).
    """
    if len(tag) > _MAX_TAG:
        return None
    for pattern, rows in _families():
        if (named := pattern.fullmatch(repository)) is None:
            continue
        for row in rows:
            # Compiled when it is needed: most images are of one family, or of none.
            if (found := re.fullmatch(row["tag"], tag, re.ASCII)) is not None:
                return _image(reference, row, _told(named, found), parse)
    return None


def check_known(reference: str, repository: str) -> None:
    """Raise TargetError for an image of a repository in the table, whose tag does not tell."""
    if any(pattern.fullmatch(repository) for pattern, _ in _families()):
        raise unknown_tag(reference, "those that name the release of the distribution")


def _told(*matches: re.Match[str]) -> dict[str, str]:
    """Return what the groups tell. A pattern that has one twice has `_` behind the second."""
    return {
        name.rstrip("_"): value
        for match in matches
        for name, value in match.groupdict().items()
        if value is not None
    }


def _image(
    reference: str,
    row: Mapping[str, Any],
    told: Mapping[str, str],
    parse: Callable[[str], Image],
) -> Image:
    named = defaultdict(str, told)
    image = (
        replace(parse(row["like"].format_map(named)), reference=reference)
        if "like" in row
        else _stated(reference, row, told)
    )
    if "pin" not in row:
        return image
    assert image.distribution is not None  # noqa: S101 - rows are about Linux
    pin = row["pin"].format_map(named)
    return replace(image, moves=follows(reference, image.distribution, pin=pin))


def _stated(reference: str, row: Mapping[str, Any], told: Mapping[str, str]) -> Image:
    release = row.get("release") or told.get("release") or ""
    releases = releases_of(row["distribution"])
    # What rolls has one release, without a name.
    distribution = release_of(releases, release, reference) if release else releases[-1]
    image = plain_image(reference, distribution, minimal=row.get("minimal", False))
    if not release:
        image = replace(image, moves=follows(reference, distribution, pin="a digest"))
    machine = row.get("machine") or told.get("machine") or ""
    return replace(
        image,
        python=_python(row, told, image),
        own_python=row.get("own_python", False),
        toolchain=_toolchain(row, told.get("version") or ""),
        architecture=_MACHINES.get(machine),
        user="USER root" if "user" in row else "",
        own_user=row.get("user", ""),
        # A vendor's packages are not in the table.
        complete=False,
    )


def _python(row: Mapping[str, Any], told: Mapping[str, str], image: Image) -> Any:
    """Return the Python: that of the tag, that of the distribution, or none that is known."""
    version = row.get("python", told.get("python"))
    if version is None:
        return image.python
    return parse_python(version) if version else None


def _toolchain(row: Mapping[str, Any], version: str) -> Toolchain:
    """Return the toolchain, with the `version` of what is not the distribution's."""
    words = row.get("toolchain", [])
    if words is None:
        return _NOT_RECORDED
    own = dict.fromkeys(map(parse_dependency, row.get("own", ())), version)
    return replace(parse_toolchain([*words, *row.get("own", ())]), versions=own)
