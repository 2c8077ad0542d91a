"""Image references as they stand in a Dockerfile, and which reader knows them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError
from poetry_arch_check.images.derived import (
    buildpack_image,
    conda_image,
    cuda_image,
    derived_image,
    distroless_image,
    hardened_image,
    pypy_image,
    sam_image,
    suse_image,
    uv_image,
    windows_image,
)
from poetry_arch_check.images.official import python_image
from poetry_arch_check.images.plain import distribution_images
from poetry_arch_check.images.vendor_table import check_known, vendor_image
from poetry_arch_check.images.vendors import lambda_image, ubi_image
from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.distributions import (
    ALMA,
    ALPINE,
    AMAZON,
    DEBIAN,
    FEDORA,
    ROCKY,
    UBUNTU,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.images.image import Image

_REFERENCE = re.compile(
    r"(?P<repository>[\w.-]+(?::\d+(?=/))?(?:/[\w.-]+)*)"
    r"(?::(?P<tag>[\w][\w.-]*))?(?:@(?P<digest>\w+:[0-9a-fA-F]+))?",
    re.ASCII,
)
# What Docker puts in front of official images, and mirrors of them.
_OFFICIAL = re.compile(
    r"^(?:docker\.io/|index\.docker\.io/|registry-1\.docker\.io/|registry\.hub\.docker\.com/"
    r"|public\.ecr\.aws/docker/|mirror\.gcr\.io/)?"
    r"(?:library/)?"
)
# A registry that passes official images on, and their names for a single architecture.
_PASSED_ON = re.compile(r"^[\w.-]+(?::\d+)?/(?:[\w.-]+/)*library/")
_SINGLE = {
    "amd64": Architecture.X86_64,
    "arm64v8": Architecture.AARCH64,
    "arm32v7": Architecture.ARMV7L,
    "i386": Architecture.I686,
    "ppc64le": Architecture.PPC64LE,
    "s390x": Architecture.S390X,
    "riscv64": Architecture.RISCV64,
}


def parse_image(reference: str) -> Image:
    """Return what the image `reference` (`python:3.12-slim`) brings.

    Raises TargetError for images that are not known; nothing is ever asked of a registry.
    """
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        raise TargetError(f'"{reference}" is not an image reference', hint=_CURE)
    repository = _OFFICIAL.sub("", _PASSED_ON.sub("", match["repository"]))
    owner, _, rest = repository.partition("/")
    architecture = _SINGLE.get(owner) if "/" not in rest else None
    if architecture:
        repository = rest
    tag = match["tag"] or ("latest" if match["digest"] is None else "")
    named = vendor_image(reference.strip(), repository, tag, parse_image)
    if named is not None:
        return replace(named, architecture=architecture) if architecture else named
    for pattern, read in _FAMILIES:
        if pattern.fullmatch(repository):
            if not tag:
                raise TargetError(
                    f'"{reference}": a digest alone does not tell the release',
                    hint="keep the tag beside the digest: python:3.12-slim-bookworm@sha256:…",
                )
            image = read(reference.strip(), tag)
            return replace(image, architecture=architecture) if architecture else image
    check_known(reference.strip(), repository)
    raise TargetError(
        f'unknown image "{reference}"{did_you_mean(repository, _EXAMPLES)}',
        hint=f"that is a tag: --image python:{reference.strip()}"
        if _TAG.fullmatch(reference.strip())
        else "name a similar image (python:3.12-slim-bookworm, debian:12), or say in pyproject.toml"
        " what it is like: [tool.poetry-arch-check.images]",
    )


# What many call an image: `slim`, `3.12`, `3.12-slim-bookworm`, `bookworm`.
_TAG = re.compile(r"(\d+(\.\d+)*)?-?(slim|alpine[\d.]*)?(-?(bullseye|bookworm|trixie))?")

_CURE = "write it as in a Dockerfile: python:3.12-slim-bookworm, debian:12, alpine:3.20"


_FAMILIES: tuple[tuple[re.Pattern[str], Callable[[str, str], Image]], ...] = (
    (re.compile(r"python"), python_image),
    (re.compile(r"debian"), distribution_images(DEBIAN)),
    (re.compile(r"ubuntu"), distribution_images(UBUNTU)),
    (re.compile(r"alpine"), distribution_images(ALPINE)),
    (re.compile(r"(public\.ecr\.aws/amazonlinux/)?amazonlinux"), distribution_images(AMAZON)),
    (
        re.compile(r"((quay\.io|registry\.fedoraproject\.org)/(fedora/)?)?fedora"),
        distribution_images(FEDORA),
    ),
    (re.compile(r"((quay\.io/)?rockylinux/)?rockylinux"), distribution_images(ROCKY)),
    (re.compile(r"((quay\.io/)?almalinux/)?almalinux"), distribution_images(ALMA)),
    (
        re.compile(r"(registry\.(access\.redhat\.com|redhat\.io)/|redhat/)?ubi\d+([/-][\w-]+)?"),
        ubi_image,
    ),
    (re.compile(r"public\.ecr\.aws/lambda/python|amazon/aws-lambda-python"), lambda_image),
    (re.compile(r"public\.ecr\.aws/sam/build-python3\.\d+"), sam_image),
    (re.compile(r"ghcr\.io/astral-sh/uv|astral/uv"), uv_image),
    (re.compile(r"(nvcr\.io/)?nvidia/cuda(-arm64)?"), cuda_image),
    (re.compile(r"gcr\.io/distroless/[\w-]+"), distroless_image),
    (re.compile(r"pypy"), pypy_image),
    (re.compile(r"buildpack-deps|node"), buildpack_image),
    (re.compile(r"mambaorg/micromamba"), conda_image),
    (re.compile(r"(registry\.opensuse\.org/)?opensuse/leap"), suse_image),
    (re.compile(r"mcr\.microsoft\.com/windows/\w+"), windows_image),
    (re.compile(r"dhi\.io/python"), hardened_image),
    (re.compile(r"mcr\.microsoft\.com/(vscode/)?devcontainers/python"), derived_image),
    (
        re.compile(
            r"tiangolo/(uvicorn-gunicorn|uvicorn-gunicorn-fastapi|meinheld-gunicorn"
            r"|uvicorn-gunicorn-starlette|meinheld-gunicorn-flask|uwsgi-nginx(-flask)?)"
        ),
        derived_image,
    ),
    (re.compile(r"nikolaik/python-nodejs"), derived_image),
    (
        re.compile(
            r"(ghcr\.io/)?(acidrain|duffn|weastur|pfeiffermax|thehale|owl-corp|chrislovering)/"
            r"(python-poetry(-base)?|poetry|uvicorn-poetry|uvicorn-gunicorn-poetry)"
        ),
        derived_image,
    ),
    (re.compile(r"ghcr\.io/br3ndonland/inboard"), derived_image),
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
    "ghcr.io/astral-sh/uv",
    "nvidia/cuda",
    "buildpack-deps",
    "pypy",
)
