"""Base images: the distribution, the Python and the tools that an image name stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.distributions import (
    ALMA,
    ALPINE,
    AMAZON,
    DEBIAN,
    FEDORA,
    RED_HAT,
    ROCKY,
    UBUNTU,
    Distribution,
    Manager,
)
from poetry_arch_check.errors import TargetError, did_you_mean
from poetry_arch_check.platforms import Os
from poetry_arch_check.pythons import Python, parse_python, python
from poetry_arch_check.toolchain import CXX, NOTHING, C, Toolchain

if TYPE_CHECKING:
    from collections.abc import Callable

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a base image brings.

    `distribution` is None for Windows images. `own_python` says that the Python is not
    the distribution's package and comes with its headers. `moves` is a sentence where the
    tag follows new releases.
    """

    reference: str
    distribution: Distribution | None
    python: Python | None
    own_python: bool
    toolchain: Toolchain = NOTHING
    moves: str = ""

    @property
    def os(self) -> Os:
        """The operating system of the image."""
        return Os.LINUX if self.distribution else Os.WINDOWS


_REFERENCE = re.compile(
    r"(?P<repository>[\w.-]+(?::\d+(?=/))?(?:/[\w.-]+)*)"
    r"(?::(?P<tag>[\w][\w.-]*))?(?:@(?P<digest>\w+:[0-9a-fA-F]+))?",
    re.ASCII,
)
# What Docker puts in front of official images, and mirrors of them.
_OFFICIAL = re.compile(
    r"^(?:docker\.io/|index\.docker\.io/|registry-1\.docker\.io/|public\.ecr\.aws/docker/|mirror\.gcr\.io/)?"
    r"(?:library/)?"
)


def parse_image(reference: str) -> Image:
    """Return what the image `reference` (`python:3.12-slim`) brings.

    Raises TargetError for images that are not known; nothing is ever asked of a registry.
    """
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        raise TargetError(f'"{reference}" is not an image reference', cure=_CURE)
    repository = _OFFICIAL.sub("", match["repository"])
    tag = match["tag"] or ("latest" if match["digest"] is None else "")
    for pattern, read in _FAMILIES:
        if pattern.fullmatch(repository):
            if not tag:
                raise TargetError(
                    f'"{reference}": a digest alone does not tell the release',
                    cure="keep the tag beside the digest: python:3.12-slim-bookworm@sha256:…",
                )
            return read(reference.strip(), tag)
    raise TargetError(
        f'unknown image "{reference}"{did_you_mean(repository, _EXAMPLES)}',
        cure="name the platform and the Python instead: -t manylinux_2_36_aarch64 --python 3.12",
    )


_CURE = "write it as in a Dockerfile: python:3.12-slim-bookworm, debian:12, alpine:3.20"


def _unknown_tag(reference: str, known: str) -> TargetError:
    return TargetError(
        f'image "{reference}": the tag does not tell the release', cure=f"known are {known}"
    )


# --- the official python images -------------------------------------------------------

NEWEST_PYTHON = 15
# Debian of an unpinned tag, by the time the images of a Python version were last built
# (docker-library/python, versions.json): newest stable, frozen at the version's end.
_LAST_DEBIAN = {6: "bullseye", 7: "bookworm", 8: "bookworm"}


def _python_image(reference: str, tag: str) -> Image:
    words = [] if tag == "latest" else tag.split("-")
    version = words.pop(0) if words and words[0][:1].isdigit() else ""
    if words[:1] == ["rc"]:
        words.pop(0)
    read = _image_python(version, reference)
    stem = version or read.short
    slim = words[:1] == ["slim"]
    if slim:
        words.pop(0)
    base = words.pop(0) if words else ""
    if base in {"windowsservercore", "nanoserver"}:
        return Image(reference=reference, distribution=None, python=read, own_python=True)
    if words:
        raise _unknown_tag(reference, "3.12, 3.12-slim, 3.12-slim-bookworm, 3.12-alpine3.20")
    if base.startswith("alpine") and not slim:
        release = base.removeprefix("alpine")
        distribution = _release(ALPINE, release, reference) if release else ALPINE[-1]
        return Image(
            reference=reference,
            distribution=distribution,
            python=read,
            own_python=True,
            moves=""
            if release
            else _moves(reference, distribution, pin=f"python:{stem}-alpine{distribution.release}"),
        )
    pinned = base or _LAST_DEBIAN.get(read.minor, "")
    distribution = _release(DEBIAN, pinned, reference) if pinned else DEBIAN[-1]
    return Image(
        reference=reference,
        distribution=distribution,
        python=read,
        own_python=True,
        toolchain=NOTHING if slim else BUILDPACK_DEPS,
        moves=""
        if pinned
        else _moves(
            reference,
            distribution,
            pin=f"python:{stem}{'-slim' if slim else ''}-{distribution.codename}",
        ),
    )


def _image_python(version: str, reference: str) -> Python:
    if version in {"", "3"}:
        return python(NEWEST_PYTHON)
    number = re.match(r"3\.\d+(\.\d+)?", version)
    if number is None:
        raise _unknown_tag(reference, "3.12, 3.12-slim, 3.12-slim-bookworm, 3.12-alpine3.20")
    return parse_python(number[0])


def _moves(reference: str, distribution: Distribution, *, pin: str) -> str:
    return f"{reference} follows new releases: it is {distribution.label} now; {pin} does not move."


def _release(table: tuple[Distribution, ...], name: str, reference: str) -> Distribution:
    """Return the release called `name` or a point release of it; TargetError if unknown."""
    for distribution in reversed(table):
        if name == distribution.codename or f"{name}.".startswith(f"{distribution.release}."):
            return distribution
    known = ", ".join(d.codename or d.release for d in table)
    raise TargetError(
        f'image "{reference}": release "{name}" is not known{did_you_mean(name, _names(table))}',
        cure=f"known are {known}",
    )


def _names(table: tuple[Distribution, ...]) -> tuple[str, ...]:
    return tuple(name for d in table for name in (d.codename, d.release) if name)


# --- distribution images --------------------------------------------------------------

# Tags that follow releases, as positions from the newest: `oldstable` is the one before.
_FLOATING = {"latest": -1, "stable": -1, "rolling": -1, "oldstable": -2, "oldoldstable": -3}


def _pin(distribution: Distribution) -> str:
    return distribution.codename or distribution.release


def _distribution_images(table: tuple[Distribution, ...]) -> Callable[[str, str], Image]:
    """Return a reader for tags of a distribution's plain images."""

    def read(reference: str, tag: str) -> Image:
        minimal = tag.endswith("minimal")
        name = tag.removesuffix("minimal").split("-")[0] or "latest"
        floating = name in _FLOATING or (name == "3" and table is ALPINE)
        offset = _FLOATING.get(name, -1)
        distribution = table[offset] if floating else _release(table, name, reference)
        return _plain(
            reference,
            distribution,
            moves=_moves(reference, distribution, pin=f"the tag {_pin(distribution)}")
            if floating
            else "",
            minimal=minimal,
        )

    return read


def _plain(
    reference: str, distribution: Distribution, *, moves: str = "", minimal: bool = False
) -> Image:
    if minimal and distribution.manager is Manager.DNF:
        distribution = replace(distribution, manager=Manager.MICRODNF)
    return Image(
        reference=reference,
        distribution=distribution,
        python=python(distribution.python_minor),
        own_python=False,
        moves=moves,
    )


def _ubi(reference: str, tag: str) -> Image:
    """Read `ubi9`, `ubi9/ubi-minimal`, `ubi9/python-311`: the release is in the repository."""
    match = re.search(r"ubi(?P<release>\d+)(?:[/-](?P<rest>[\w-]+))?", reference)
    if match is None:  # pragma: no cover - the family pattern has matched this already
        raise _unknown_tag(reference, "ubi8, ubi9, ubi9/ubi-minimal, ubi9/python-312")
    del tag  # the tag counts builds of one release
    distribution = _release(RED_HAT, match["release"], reference)
    rest = match["rest"] or ""
    if version := re.fullmatch(r"python-3(\d+)(-minimal)?", rest):
        return Image(
            reference=reference,
            distribution=distribution,
            python=python(int(version[1])),
            own_python=True,
            # The s2i images contain gcc and the headers of their Python
            # (sclorg/s2i-python-container); their minimal variants do not.
            toolchain=NOTHING if version[2] else Toolchain(dependencies=(C, CXX)),
        )
    return _plain(reference, distribution, minimal="minimal" in rest or "micro" in rest)


def _lambda(reference: str, tag: str) -> Image:
    """Read AWS Lambda's images: the Python decides the Linux (docs.aws.amazon.com/lambda)."""
    version = re.match(r"3\.\d+", tag)
    if version is None:
        raise _unknown_tag(reference, "3.9 to 3.14, with -arm64 or -x86_64 behind")
    read = parse_python(version[0])
    release = "1" if read.minor <= 7 else "2" if read.minor <= 11 else "2023"  # noqa: PLR2004
    distribution = _release(AMAZON, release, reference)
    if release == "2023":
        distribution = replace(distribution, manager=Manager.MICRODNF)
    return Image(reference=reference, distribution=distribution, python=read, own_python=True)


_FAMILIES: tuple[tuple[re.Pattern[str], Callable[[str, str], Image]], ...] = (
    (re.compile(r"python"), _python_image),
    (re.compile(r"debian"), _distribution_images(DEBIAN)),
    (re.compile(r"ubuntu"), _distribution_images(UBUNTU)),
    (re.compile(r"alpine"), _distribution_images(ALPINE)),
    (re.compile(r"(public\.ecr\.aws/amazonlinux/)?amazonlinux"), _distribution_images(AMAZON)),
    (
        re.compile(r"((quay\.io|registry\.fedoraproject\.org)/(fedora/)?)?fedora"),
        _distribution_images(FEDORA),
    ),
    (re.compile(r"((quay\.io/)?rockylinux/)?rockylinux"), _distribution_images(ROCKY)),
    (re.compile(r"((quay\.io/)?almalinux/)?almalinux"), _distribution_images(ALMA)),
    (re.compile(r"(registry\.(access\.)?redhat\.com/|redhat/)?ubi\d+([/-][\w-]+)?"), _ubi),
    (re.compile(r"public\.ecr\.aws/lambda/python|amazon/aws-lambda-python"), _lambda),
)
_EXAMPLES = (
    "python",
    "debian",
    "ubuntu",
    "alpine",
    "amazonlinux",
    "fedora",
    "rockylinux",
    "almalinux",
    "ubi9",
    "public.ecr.aws/lambda/python",
)
