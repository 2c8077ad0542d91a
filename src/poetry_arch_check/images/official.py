"""The official python images: `python:3.12-slim-bookworm`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.platforms.python import python
from poetry_arch_check.toolchains.distributions import DEBIAN

if TYPE_CHECKING:
    from poetry_arch_check.platforms.python import Python

import re

from poetry_arch_check.images.image import Image, follows, release_of, unknown_tag
from poetry_arch_check.platforms.python import Python, parse_python
from poetry_arch_check.toolchains.distributions import ALPINE
from poetry_arch_check.toolchains.toolchain import CXX, NOTHING, C, Toolchain

# What buildpack-deps installs, on which the full python images stand
# (docker-library/buildpack-deps, Dockerfile.template): compilers, make and these headers.
BUILDPACK_DEPS = Toolchain(
    dependencies=(
        C,
        CXX,
        *(
            f"dep:generic/{name}"
            for name in (
                "bzip2",
                "curl",
                "glib",
                "gmp",
                "imagemagick",
                "krb5",
                "libevent",
                "libffi",
                "libjpeg",
                "libpng",
                "libpq",
                "libwebp",
                "libxml2",
                "libxslt",
                "libyaml",
                "make",
                "mysqlclient",
                "ncurses",
                "openssl",
                "pkg-config",
                "readline",
                "sqlite3",
                "xz",
                "zlib",
            )
        ),
    )
)

NEWEST_PYTHON = 15
# From which patch release of 3.x on the images without a Debian in their tag were last built
# on it (docker-library/python, history of versions.json). Older ones stand on buster.
_DEBIAN_SINCE = {
    "trixie": {9: 23, 10: 18, 11: 13, 12: 11, 13: 7, 14: 0, 15: 0},
    "bookworm": {7: 17, 8: 17, 9: 17, 10: 12, 11: 4, 12: 0, 13: 0},
    "bullseye": {6: 15, 7: 12, 8: 12, 9: 7, 10: 0, 11: 0},
}
# The last patch releases of 3.x whose images were no longer built when Alpine 3.13 came with
# musl 1.2, and the newest Alpine when 3.x ended (release dates of both).
_LAST_ON_MUSL_1_1 = {6: 11, 7: 8, 8: 6, 9: 0}
_LAST_ALPINE = {6: "3.15", 7: "3.18", 8: "3.20", 9: "3.22"}
# Python 3.x up to this one has ended: its images are no longer built.
NEWEST_ENDED_MINOR = 9
_PYTHON_TAGS = "3.12, 3.12-slim, 3.12-slim-bookworm, 3.12-alpine3.20"


def python_image(reference: str, tag: str) -> Image:
    """Read `3.12`, `3.12.4-slim`, `3.12-alpine3.20`, `3.12-windowsservercore-ltsc2022`."""
    words = [] if tag == "latest" else tag.split("-")
    version = words.pop(0) if words and words[0][:1].isdigit() else ""
    if words[:1] == ["rc"]:
        words.pop(0)
    read = _image_python(version, reference)
    slim = words[:1] == ["slim"]
    if slim:
        words.pop(0)
    base = words.pop(0) if words else ""
    if base == "windowsservercore":
        return Image(
            reference=reference,
            distribution=None,
            python=read,
            own_python=True,
            architecture=Architecture.X86_64,
        )
    if words:
        raise unknown_tag(reference, _PYTHON_TAGS)
    alpine = base.startswith("alpine") and not slim
    pinned = base.removeprefix("alpine") if alpine else base
    if alpine:
        distribution = release_of(ALPINE, pinned or _default_alpine(read), reference)
        suffix = f"alpine{distribution.release}"
    else:
        distribution = release_of(DEBIAN, pinned or _default_debian(read), reference)
        suffix = f"{'slim-' if slim else ''}{distribution.codename}"
    image = Image(
        reference=reference,
        distribution=distribution,
        python=read,
        own_python=True,
        toolchain=NOTHING if slim or alpine else BUILDPACK_DEPS,
    )
    moves = _python_moves(image, version, f"python:{read.short}-{suffix}", pinned=bool(pinned))
    return replace(image, moves=moves)


def _default_alpine(read: Python) -> str:
    """Return the Alpine of a tag that names none: the newest when its Python was built last."""
    if read.patch <= _LAST_ON_MUSL_1_1.get(read.minor, -1):
        return "3.12"
    return _LAST_ALPINE.get(read.minor, ALPINE[-1].release)


def _default_debian(read: Python) -> str:
    """Return the Debian of a tag that names none."""
    return next(
        (
            codename
            for codename, first in _DEBIAN_SINCE.items()
            if first.get(read.minor, NEVER) <= read.patch
        ),
        "trixie" if read.minor > NEWEST_PYTHON else "buster",
    )


NEVER = 1_000


def _python_moves(image: Image, version: str, stays: str, *, pinned: bool) -> str:
    """Return what a tag follows: new Pythons, new releases of the distribution, or nothing.

    A digest never moves; the tag of a patch release, or of a Python that has ended, stays
    where it was built last.
    """
    assert image.python is not None  # noqa: S101 - for the type checker
    assert image.distribution is not None  # noqa: S101 - as above
    ended = image.python.minor <= NEWEST_ENDED_MINOR
    if "@" in image.reference or version.count(".") > 1 or ended:
        return ""
    if "." not in version:
        now = image.python.short
        return f"{image.reference} follows new Pythons: it has {now} now; {stays} does not move."
    return "" if pinned else follows(image.reference, image.distribution, pin=stays)


def _image_python(version: str, reference: str) -> Python:
    if version in {"", "3"}:
        return python(NEWEST_PYTHON)
    number = re.fullmatch(r"(3\.\d{1,2}(?:\.\d{1,2})?)(?:a\d+|b\d+|rc\d+)?", version)
    if number is None:
        raise unknown_tag(reference, _PYTHON_TAGS)
    return parse_python(number[1])


_EVERYWHERE = frozenset(Architecture)


# The Debian releases that the official python images are built on, oldest first: the first
# Python that each was built for, and the architectures (docker-library/official-images).
IMAGE_DEBIANS = {
    "bookworm": (
        7,
        frozenset(
            {
                Architecture.X86_64,
                Architecture.AARCH64,
                Architecture.ARMV7L,
                Architecture.I686,
                Architecture.PPC64LE,
            }
        ),
    ),
    "trixie": (9, _EVERYWHERE),
}
