"""The official python images: `python:3.12-slim-bookworm`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.images.image import Image, follows, release_of, unknown_tag
from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.platforms.python import NEWEST_ENDED_MINOR, Python, parse_python, python
from poetry_arch_check.toolchains.distributions import ALPINE, DEBIAN
from poetry_arch_check.toolchains.toolchain import CXX, NOTHING, C, Toolchain

if TYPE_CHECKING:
    from collections.abc import Mapping

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

# What else is installed there, and in the full python images, that brings libraries along.
BUILDPACK_PACKAGES = (
    *("curl", "gnupg", "wget", "git", "mercurial", "openssh-client", "subversion", "procps"),
    *("imagemagick", "libdb-dev", "libgdbm-dev", "libmagickwand-dev", "libmaxminddb-dev"),
    *("default-libmysqlclient-dev", "libbluetooth-dev", "tk-dev", "uuid-dev"),
)
# What the interpreter of the python images links to (docker-library/python, Dockerfile templates).
PYTHON_LIBRARIES = frozenset(
    f"dep:generic/{name}"
    for name in (
        *("bzip2", "expat", "gdbm", "libffi", "ncurses", "openssl", "readline", "sqlite3"),
        *("uuid", "xz", "zlib"),
    )
)

_ROWS = table("images")["rows"]
NEWEST_PYTHON: int = _ROWS["newest"]


def _since(name: str) -> dict[str, dict[int, int]]:
    """Return the first patch of each 3.x that stands on a release, newest release first."""
    return {
        release: {int(minor): int(patch) for _, minor, patch in (v.split(".") for v in versions)}
        for release, versions in _ROWS[name].items()
    }


# By the release, from which patch of 3.x on the images without one in their tag stand on it.
_DEBIAN_SINCE = _since("debian_since")
_ALPINE_SINCE = _since("alpine_since")
# The Debian releases that the official python images are built on, oldest first: the first
# Python that each was built for, and the architectures.
IMAGE_DEBIANS = {
    codename: (int(row["first"]), frozenset(map(Architecture, row["architectures"])))
    for codename, row in _ROWS["debians"].items()
}
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
        distribution = release_of(ALPINE, pinned or _default(read, _ALPINE_SINCE), reference)
        suffix = f"alpine{distribution.release}"
    else:
        distribution = release_of(DEBIAN, pinned or _default(read, _DEBIAN_SINCE), reference)
        suffix = f"{'slim-' if slim else ''}{distribution.codename}"
    image = Image(
        reference=reference,
        distribution=distribution,
        python=read,
        own_python=True,
        toolchain=NOTHING if slim or alpine else BUILDPACK_DEPS,
        packages=() if slim or alpine else BUILDPACK_PACKAGES,
        libraries=PYTHON_LIBRARIES,
        complete=True,
    )
    moves = _python_moves(image, version, f"python:{read.short}-{suffix}", pinned=bool(pinned))
    return replace(image, moves=moves)


def has_patch(codename: str, minor: int, patch: int) -> bool:
    """Return whether there is an image of Python 3.`minor`.`patch` on a Debian release.

    Images are built on those of `IMAGE_DEBIANS`, from the patch on that was the newest at first,
    for Pythons that came later from their first one.
    """
    since = _DEBIAN_SINCE.get(codename)
    if since is None or codename not in IMAGE_DEBIANS or minor < IMAGE_DEBIANS[codename][0]:
        return False
    return patch >= since.get(minor, 0)


def _default(read: Python, since: Mapping[str, Mapping[int, int]]) -> str:
    """Return the release of a tag that names none: the one its Python was built on last.

    What is newer than the table stands on the newest release, what is older on the oldest.
    """
    for release, first in since.items():
        if read.minor in first and first[read.minor] <= read.patch:
            return release
    newest, *_, oldest = since
    return newest if read.minor > NEWEST_PYTHON else oldest


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
