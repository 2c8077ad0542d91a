"""Images that others build on the official python ones, or on a distribution that the tag names."""

from __future__ import annotations

import re
from dataclasses import replace

from poetry_arch_check.errors import TargetError
from poetry_arch_check.images.image import Image, release_of, unknown_tag
from poetry_arch_check.images.official import (
    BUILDPACK_DEPS,
    BUILDPACK_PACKAGES,
    PYTHON_LIBRARIES,
    python_image,
)
from poetry_arch_check.images.plain import plain_image
from poetry_arch_check.images.vendors import lambda_image
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.toolchains.distributions import ALPINE, DEBIAN, RED_HAT, ROCKY, SUSE, UBUNTU
from poetry_arch_check.toolchains.toolchain import CXX, MAKE, NOTHING, C, Toolchain

_PYTHON = re.compile(r"(?:^|[-_])(?:python|py)-?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])")
_BARE_PYTHON = re.compile(r"(?:^|[-_])(3\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])")
_CODENAME = re.compile(r"(?:^|[-_])(stretch|buster|bullseye|bookworm|trixie)(?=[-_]|$)")
_ALPINE = re.compile(r"(?:^|[-_])alpine(3\.\d+)?(?=[-_]|$)")
_SLIM = re.compile(r"(?:^|[-_])slim(?=[-_]|$)")
_TOOLS = Toolchain(dependencies=(C, CXX, MAKE))


def derived_image(reference: str, tag: str) -> Image:
    """Read `python3.11-slim`, `1.8.2-python3.12.2-slim-bookworm`, `1-3.12-bookworm`.

    These stand on the official image of that Python: slim, alpine or full, with the same
    distribution.
    """
    version = _PYTHON.search(tag) or _BARE_PYTHON.search(tag)
    if version is None:
        raise unknown_tag(reference, "those with a Python: 3.12, python3.12-slim")
    alpine, codename = _ALPINE.search(tag), _CODENAME.search(tag)
    if not codename and not (alpine and alpine[1]):
        # When it was built last is not known, nor on which release.
        like = "alpine3.22" if alpine else "slim-bookworm" if _SLIM.search(tag) else "bookworm"
        raise TargetError(
            f'image "{reference}": the tag does not tell the release of its distribution',
            hint=f"say what it is like: --image python:{version[1]}-{like}",
        )
    if alpine and alpine[1]:
        image = python_image(reference, f"{version[1]}-alpine{alpine[1]}")
    else:
        slim = "slim-" if _SLIM.search(tag) else ""
        image = python_image(reference, f"{version[1]}-{slim}{codename[1] if codename else ''}")
    return replace(image, complete=False)


def uv_image(reference: str, tag: str) -> Image:
    """Read uv's images: `python3.12-bookworm-slim`, `0.8.3-python3.12-alpine3.21`, `bookworm`."""
    known = "known are those like python3.12-bookworm-slim, python3.12-alpine3.23, bookworm-slim"
    if tag.endswith("-dhi"):
        # They stand on Docker's hardened images, which have less.
        raise TargetError(f'image "{reference}": what it has is not recorded', hint=known)
    if _PYTHON.search(tag):
        return replace(derived_image(reference, tag), complete=True)
    codename, alpine = _CODENAME.search(tag), _ALPINE.search(tag)
    # Their Python is the one that uv is told to install.
    if codename:
        image = plain_image(reference, release_of(DEBIAN, codename[1], reference))
        if _SLIM.search(tag):
            return replace(image, python=None)
        toolchain, packages = BUILDPACK_DEPS, BUILDPACK_PACKAGES
        return replace(image, python=None, toolchain=toolchain, packages=packages)
    if alpine and alpine[1]:
        image = plain_image(reference, release_of(ALPINE, alpine[1], reference))
        return replace(image, python=None)
    raise TargetError(
        f'image "{reference}" has no Python, and its tag names no distribution', hint=known
    )


def cuda_image(reference: str, tag: str) -> Image:
    """Read `12.4.1-cudnn-devel-ubuntu22.04`; the devel ones have the compilers that nvcc takes."""
    match = re.search(r"-(ubuntu|rockylinux|ubi|debian)(\d+(?:\.\d+)?)$", tag)
    if match is None:
        raise unknown_tag(reference, "12.4.1-devel-ubuntu22.04, 12.4.1-runtime-rockylinux9, …")
    tables = {"ubuntu": UBUNTU, "rockylinux": ROCKY, "ubi": RED_HAT, "debian": DEBIAN}
    distribution = release_of(tables[match[1]], match[2], reference)
    image = plain_image(reference, distribution)
    toolchain = _TOOLS if "-devel-" in tag else NOTHING
    return replace(image, toolchain=toolchain, complete=False)


def distroless_image(reference: str, tag: str) -> Image:
    """Read `gcr.io/distroless/python3-debian12`, in which nothing can be installed."""
    del tag
    release = re.search(r"-debian(\d+)", reference)
    if release is None:
        raise unknown_tag(reference, "gcr.io/distroless/python3-debian12, …")
    image = plain_image(reference, release_of(DEBIAN, release[1], reference))
    # Of these, python3 has an interpreter, with the libraries that it links to.
    libraries = PYTHON_LIBRARIES if "/python3" in reference else frozenset()
    return replace(image, libraries=libraries, sealed=True)


def pypy_image(reference: str, tag: str) -> Image:
    """Read `3.10-slim-bookworm`, `3.10-7.3.15-bullseye`."""
    version, codename = re.match(r"3\.\d{1,2}", tag), _CODENAME.search(tag)
    if version is None or codename is None:
        raise unknown_tag(reference, "those with a Python and a Debian: 3.10-slim-bookworm")
    return Image(
        reference=reference,
        distribution=release_of(DEBIAN, codename[1], reference),
        python=parse_python(f"pypy{version[0]}"),
        own_python=True,
        toolchain=NOTHING if _SLIM.search(tag) else BUILDPACK_DEPS,
    )


def buildpack_image(reference: str, tag: str) -> Image:
    """Read `bookworm`, `jammy-scm`, `20-bookworm-slim`: buildpack-deps, and what stands on it."""
    for table in (DEBIAN, UBUNTU):
        for distribution in table:
            if re.search(rf"(?:^|-){distribution.codename}(?=-|$)", tag):
                full = not re.search(r"-(slim|scm|curl)(?=-|$)", tag)
                image = plain_image(reference, distribution)
                toolchain = BUILDPACK_DEPS if full else NOTHING
                packages = BUILDPACK_PACKAGES if full else ()
                return replace(image, toolchain=toolchain, packages=packages, complete=False)
    alpine = _ALPINE.search(tag)
    if alpine and alpine[1]:
        return plain_image(reference, release_of(ALPINE, alpine[1], reference))
    raise unknown_tag(
        reference, "those that name a distribution: bookworm, bookworm-slim, alpine3.20"
    )


def conda_image(reference: str, tag: str) -> Image:
    """Read `mambaorg/micromamba:1.5-jammy`: its Python is the one that conda installs."""
    for table in (DEBIAN, UBUNTU):
        for distribution in table:
            if re.search(rf"(?:^|-){distribution.codename}(?=-|$)", tag):
                image = plain_image(reference, distribution)
                own = "USER $MAMBA_USER"
                image = replace(image, user="USER root", own_user=own)
                return replace(image, python=None, complete=False)
    raise unknown_tag(reference, "those that name a distribution: 1.5-jammy, 2.0-bookworm-slim")


def suse_image(reference: str, tag: str) -> Image:
    """Read `opensuse/leap:15.6`."""
    return plain_image(reference, release_of(SUSE, tag, reference))


def sam_image(reference: str, tag: str) -> Image:
    """Read `public.ecr.aws/sam/build-python3.12`: Lambda's image with compilers."""
    version = re.search(r"build-python(3\.\d+)", reference)
    if version is None:
        raise unknown_tag(reference, "public.ecr.aws/sam/build-python3.12")
    image = lambda_image(reference, version[1])
    del tag
    return replace(image, toolchain=_TOOLS)


def windows_image(reference: str, tag: str) -> Image:
    """Read `mcr.microsoft.com/windows/servercore`: without a Python."""
    del tag
    return Image(reference=reference, distribution=None, python=None, own_python=True)


def hardened_image(reference: str, tag: str) -> Image:
    """Read `dhi.io/python:3.12-debian13`, `3.12-alpine3.22-dev`.

    Only those for development have a package manager (docker-hardened-images/catalog,
    image/python); on Alpine, they have gcc as well.
    """
    found = re.fullmatch(r"(3\.\d+(?:\.\d+)?)-(debian\d+|alpine3\.\d+)(-dev)?", tag, re.ASCII)
    if found is None:
        raise unknown_tag(reference, "3.12-debian13, 3.12-alpine3.22-dev, …")
    version, base, development = found.groups()
    alpine = base.startswith("alpine")
    if not alpine:
        codename = release_of(DEBIAN, base.removeprefix("debian"), reference).codename
        base = f"slim-{codename}"
    image = python_image(reference, f"{version}-{base}")
    toolchain = Toolchain(dependencies=(C,)) if alpine and development else NOTHING
    return replace(image, toolchain=toolchain, sealed=not development)
