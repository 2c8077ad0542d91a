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
from poetry_arch_check.platforms import Architecture, Libc, Os, Platform
from poetry_arch_check.pythons import Python, parse_python, python
from poetry_arch_check.toolchain import CXX, FORTRAN, NOTHING, C, Toolchain

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
    tag follows new releases. `architecture` is that of an image for a single one; `user` is
    the line that makes installing possible where the image does not run as root.
    """

    reference: str
    distribution: Distribution | None
    python: Python | None
    own_python: bool
    toolchain: Toolchain = NOTHING
    moves: str = ""
    architecture: Architecture | None = None
    user: str = ""

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
# From which patch release of 3.x on the images without a Debian in their tag were last built
# on it (docker-library/python, history of versions.json). Older ones stand on buster.
_DEBIAN_SINCE = {
    "trixie": {9: 23, 10: 18, 11: 13, 12: 11, 13: 7, 14: 0, 15: 0},
    "bookworm": {7: 17, 8: 17, 9: 17, 10: 12, 11: 4, 12: 0, 13: 0},
    "bullseye": {6: 15, 7: 12, 8: 12, 9: 7, 10: 0, 11: 0},
}
# Python 3.x up to this one has ended: its images are not built any more.
NEWEST_ENDED_MINOR = 9
_PYTHON_TAGS = "3.12, 3.12-slim, 3.12-slim-bookworm, 3.12-alpine3.20"


def _python_image(reference: str, tag: str) -> Image:
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
        raise _unknown_tag(reference, _PYTHON_TAGS)
    alpine = base.startswith("alpine") and not slim
    pinned = base.removeprefix("alpine") if alpine else base
    if alpine:
        distribution = _release(ALPINE, pinned, reference) if pinned else ALPINE[-1]
        suffix = f"alpine{distribution.release}"
    else:
        distribution = _release(DEBIAN, pinned or _default_debian(read), reference)
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
    return "" if pinned else _moves(image.reference, image.distribution, pin=stays)


def _image_python(version: str, reference: str) -> Python:
    if version in {"", "3"}:
        return python(NEWEST_PYTHON)
    number = re.fullmatch(r"(3\.\d{1,2}(?:\.\d{1,2})?)(?:a\d+|b\d+|rc\d+)?", version)
    if number is None:
        raise _unknown_tag(reference, _PYTHON_TAGS)
    return parse_python(number[1])


def _moves(reference: str, distribution: Distribution, *, pin: str) -> str:
    if "@" in reference:
        return ""
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
_FLOATING = {"latest": -1, "stable": -1, "oldstable": -2, "oldoldstable": -3}


def _pin(distribution: Distribution) -> str:
    return distribution.codename or distribution.release


def _distribution_images(table: tuple[Distribution, ...]) -> Callable[[str, str], Image]:
    """Return a reader for tags of a distribution's plain images."""

    def read(reference: str, tag: str) -> Image:
        minimal = tag.endswith("minimal")
        name = tag.removesuffix("minimal").split("-")[0] or "latest"
        floating = (
            name == "latest"
            or (name in _FLOATING and table is DEBIAN)
            or (name == "3" and table is ALPINE)
        )
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


# Of sclorg/s2i-base-container and s2i-python-container: what the full python images bring.
_S2I = Toolchain(
    dependencies=(
        C,
        CXX,
        FORTRAN,
        *(
            f"dep:generic/{name}"
            for name in (
                "krb5",
                "libffi",
                "libpq",
                "libxml2",
                "libxslt",
                "make",
                "openssl",
                "sqlite3",
                "zlib",
            )
        ),
    )
)


def _ubi(reference: str, tag: str) -> Image:
    """Read `ubi9`, `ubi9/ubi-minimal`, `ubi9/python-312`: the release is in the repository."""
    del tag  # it counts builds of one release
    release, rest = re.findall(r"ubi(\d+)(?:[/-]([\w-]+))?", reference)[0]
    distribution = _release(RED_HAT, release, reference)
    if "micro" in rest:
        raise TargetError(
            f'image "{reference}" has neither a Python nor a package manager',
            cure="check the stage that installs: ubi9/python-312, ubi9/ubi-minimal",
        )
    if version := re.fullmatch(r"python-3(\d{1,2})(-minimal)?", rest):
        minimal = bool(version[2])
        if minimal:
            distribution = replace(distribution, manager=Manager.MICRODNF)
        return Image(
            reference=reference,
            distribution=distribution,
            python=python(int(version[1])),
            own_python=not minimal,  # the minimal ones come without the headers
            toolchain=NOTHING if minimal else _S2I,
            user="USER 0",
        )
    return _plain(reference, distribution, minimal="minimal" in rest)


def _lambda(reference: str, tag: str) -> Image:
    """Read AWS Lambda's images: the Python decides the Linux (docs.aws.amazon.com/lambda)."""
    version = re.match(r"3\.\d{1,2}(?![\d])", tag)
    if version is None:
        raise _unknown_tag(reference, "3.9 to 3.14, with -arm64 or -x86_64 behind")
    read = parse_python(version[0])
    release = "1" if read.minor <= 7 else "2" if read.minor <= 11 else "2023"  # noqa: PLR2004
    distribution = _release(AMAZON, release, reference)
    if release == "2023":
        distribution = replace(distribution, manager=Manager.MICRODNF)
    single = {"-arm64": Architecture.AARCH64, "-x86_64": Architecture.X86_64}
    return Image(
        reference=reference,
        distribution=distribution,
        python=read,
        own_python=True,
        architecture=next((a for end, a in single.items() if tag.endswith(end)), None),
    )


def contradiction(platform: Platform, image: Image) -> str | None:
    """Return why `image` cannot run on `platform`, None if it can."""
    if image.os is not platform.os:
        return f"is {platform.os.value}, image {image.reference} is for {image.os.value}"
    if image.architecture not in {None, platform.architecture}:
        assert image.architecture is not None  # noqa: S101 - for the type checker
        return f"is {platform.architecture.value}, image {image.reference} is not"
    if image.distribution is None:
        return None
    libc = image.distribution.libc
    if platform.libc is Libc.MUSL and libc is not Libc.MUSL:
        return f"has musl, image {image.reference} has {libc.value}"
    if not platform.assumed:
        return f"states {platform.system}, image {image.reference} states it too"
    return None


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
    (
        re.compile(r"(registry\.(access\.redhat\.com|redhat\.io)/|redhat/)?ubi\d+([/-][\w-]+)?"),
        _ubi,
    ),
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
