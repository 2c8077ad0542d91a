"""Python images of vendors: Red Hat's UBI and AWS Lambda."""

from __future__ import annotations

import re
from dataclasses import replace

from poetry_arch_check.errors import TargetError
from poetry_arch_check.images.image import Image, release_of, unknown_tag
from poetry_arch_check.images.plain import plain_image
from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.platforms.python import parse_python, python
from poetry_arch_check.toolchains.distributions import AMAZON, RED_HAT
from poetry_arch_check.toolchains.package_managers.registry import MICRODNF
from poetry_arch_check.toolchains.toolchain import CXX, FORTRAN, NOTHING, C, Toolchain

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

# Of one release, those with nothing but the distribution.
_PLAIN = {"", "ubi", "ubi-minimal", "minimal", "ubi-init", "init"}


def ubi_image(reference: str, tag: str) -> Image:
    """Read `ubi9`, `ubi9/ubi-minimal`, `ubi9/python-312`: the release is in the repository."""
    del tag  # it counts builds of one release
    release, rest = re.findall(r"ubi(\d+)(?:[/-]([\w-]+))?", reference)[0]
    distribution = release_of(RED_HAT, release, reference)
    if "micro" in rest:
        raise TargetError(
            f'image "{reference}" has neither a Python nor a package manager',
            hint="check the stage that installs: ubi9/python-312, ubi9/ubi-minimal",
        )
    if version := re.fullmatch(r"python-3(\d{1,2})(-minimal)?", rest):
        minimal = bool(version[2])
        if minimal:
            distribution = replace(distribution, manager=MICRODNF)
        return Image(
            reference=reference,
            distribution=distribution,
            python=python(int(version[1])),
            own_python=not minimal,  # the minimal ones come without the headers
            toolchain=NOTHING if minimal else _S2I,
            user="USER 0",
            own_user="USER 1001",
            complete=True,
        )
    if rest not in _PLAIN:
        # They have tools and users of their own, and some have microdnf: not recorded.
        raise TargetError(
            f'image "{reference}": what it has is not recorded',
            hint="known are ubi9, ubi9/ubi-minimal, ubi9/python-312, …",
        )
    return plain_image(reference, distribution, minimal="minimal" in rest)


def lambda_image(reference: str, tag: str) -> Image:
    """Read AWS Lambda's images: the Python decides the Linux (docs.aws.amazon.com/lambda)."""
    version = re.match(r"3\.\d{1,2}(?![\d])", tag)
    if version is None:
        raise unknown_tag(reference, "3.9 to 3.14, with -arm64 or -x86_64 behind")
    read = parse_python(version[0])
    release = "1" if read.minor <= 7 else "2" if read.minor <= 11 else "2023"  # noqa: PLR2004
    distribution = release_of(AMAZON, release, reference)
    if release == "2023":
        distribution = replace(distribution, manager=MICRODNF)
    single = {"-arm64": Architecture.AARCH64, "-x86_64": Architecture.X86_64}
    return Image(
        reference=reference,
        distribution=distribution,
        python=read,
        own_python=True,
        architecture=next((a for end, a in single.items() if tag.endswith(end)), None),
        complete=True,
    )
