"""Image references as they stand in a Dockerfile, and which reader knows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.distributions import ALMA, ALPINE, AMAZON, DEBIAN, FEDORA, ROCKY, UBUNTU
from poetry_arch_check.errors import TargetError, did_you_mean
from poetry_arch_check.images.official import python_image
from poetry_arch_check.images.plain import distribution_images
from poetry_arch_check.images.vendors import lambda_image, ubi_image

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
