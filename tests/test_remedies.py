"""Ways out: only what helps, the cheapest first, with lines that work when pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.markers import Marker

from make import ALLOWED, finding, package, target
from poetry_arch_check.check import Rules
from poetry_arch_check.report import Remedy, RemedyKind
from poetry_arch_check.toolchain import parse_toolchain

if TYPE_CHECKING:
    from poetry_arch_check.targets import Target

SDIST = "demo-1.0.tar.gz"


def remedies(*files: str, on: Target, rules: Rules = ALLOWED) -> dict[str, Remedy]:
    """Return the remedies for a package with `files` on a target, by kind."""
    found = finding(package(*files), on, rules).remedies
    order = [list(RemedyKind).index(remedy.kind) for remedy in found]
    assert order == sorted(order)
    return {remedy.kind.value: remedy for remedy in found}


def test_musl_gets_an_image_with_glibc() -> None:
    """The official image of the same Python, with a C library that is new enough."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    found = remedies(wheel, SDIST, on=target("linux/amd64", image="python:3.11-alpine3.20"))
    assert found["image"].lines == ("FROM python:3.11-slim-bookworm",)
    assert "platform" not in found


def test_an_old_glibc_gets_the_oldest_image_that_is_new_enough() -> None:
    """Bookworm has 2.36, trixie 2.41."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_{}_aarch64.whl".format
    on = target("manylinux_2_28_aarch64")
    assert remedies(wheel(34), on=on)["image"].lines == ("FROM python:3.11-slim-bookworm",)
    assert remedies(wheel(39), on=on)["image"].lines == ("FROM python:3.11-slim-trixie",)
    assert "image" not in remedies(wheel(44), on=on)


def test_no_image_is_offered_where_none_helps() -> None:
    """Another architecture, or a Python that has no official image of that kind."""
    assert "image" not in remedies("demo-1.0-cp311-cp311-win_amd64.whl", on=target())
    free = "demo-1.0-cp313-cp313t-manylinux_2_34_aarch64.whl"
    assert "image" not in remedies(free, on=target(python="3.13t"))


def test_another_python_is_the_nearest_that_is_allowed_and_has_a_wheel() -> None:
    """With the line of the Dockerfile where the image is an official one."""
    wheels = [f"demo-1.0-cp{m}-cp{m}-manylinux_2_17_aarch64.whl" for m in (39, 310, 313, 314)]
    on = target(image="python:3.12-slim-bookworm", python="3.12")
    found = remedies(*wheels, on=on)["python"]
    assert "3.13" in found.text
    assert found.lines == ("FROM python:3.13-slim-bookworm",)
    assert "3.10" in remedies(*wheels, on=on, rules=Rules(pythons=(9, 10, 12)))["python"].text
    assert "python" not in remedies(*wheels, on=on, rules=Rules(pythons=(12,)))


def test_a_free_threaded_python_gets_the_build_with_the_gil() -> None:
    """That is one letter away."""
    found = remedies("demo-1.0-cp313-cp313-manylinux_2_17_aarch64.whl", on=target(python="3.13t"))
    assert "3.13 with the GIL" in found["python"].text


def test_emulation_is_offered_where_amd64_has_a_wheel() -> None:
    """With DOCKER_DEFAULT_PLATFORM; never on amd64, nor outside of containers."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    lines = remedies(wheel, on=target())["platform"].lines
    assert "export DOCKER_DEFAULT_PLATFORM=linux/amd64" in lines
    assert "platform" not in remedies(wheel, on=target("windows/arm64"))
    newer = "demo-1.0-cp311-cp311-manylinux_2_39_x86_64.whl"
    assert "platform" not in remedies(newer, on=target())


@pytest.mark.parametrize(
    ("image", "line"),
    [
        (
            "python:3.11-slim-bookworm",
            "apt-get install -y --no-install-recommends gcc libc6-dev \\",
        ),
        ("debian:12", "gcc libc6-dev python3-dev"),
        ("ubuntu:24.04", "gcc libc6-dev python3-dev"),
        ("python:3.11-alpine3.20", "RUN apk add --no-cache gcc musl-dev"),
        ("fedora:44", "RUN dnf install -y gcc python3-devel"),
        (
            "registry.access.redhat.com/ubi9/ubi-minimal",
            "RUN microdnf install -y gcc python3-devel",
        ),
        ("public.ecr.aws/lambda/python:3.11", "RUN yum install -y gcc"),
    ],
)
def test_a_toolchain_in_the_words_of_the_distribution(image: str, line: str) -> None:
    """A distribution's own Python needs its headers too, an image's own has them."""
    found = remedies(SDIST, on=target(image=image))["toolchain"]
    assert line in "\n".join(found.lines)
    assert "--toolchain c" in found.text


def test_what_has_no_package_name_is_named_all_the_same() -> None:
    """A library we do not know is not left out."""
    rules = Rules(requires={"demo": ("dep:virtual/compiler/c", "dep:generic/libfoo")})
    found = remedies(SDIST, on=target(image="debian:12"), rules=rules)["toolchain"]
    assert "libfoo" in found.text
    assert "gcc" in "\n".join(found.lines)
    on = target(image="debian:12", toolchain=parse_toolchain(["c"]))
    assert remedies(SDIST, on=on, rules=rules)["toolchain"].lines == ()


@pytest.mark.parametrize(
    ("name", "word"), [("macos/arm64", "xcode-select"), ("windows/amd64", "winget")]
)
def test_other_systems_have_their_own_tools(name: str, word: str) -> None:
    """Xcode's on macOS, Microsoft's on Windows."""
    assert word in remedies(SDIST, on=target(name))["toolchain"].lines[0]


@pytest.mark.parametrize(
    ("wheels", "name", "inside", "outside"),
    [
        (["win_amd64", "win32"], "linux/amd64", "win32", "linux"),
        (["macosx_10_9_x86_64", "win_amd64"], "linux/amd64", "darwin", "linux"),
    ],
)
def test_a_package_for_other_systems_gets_a_marker(
    wheels: list[str], name: str, inside: str, outside: str
) -> None:
    """The marker holds where the package is published, and not here."""
    found = remedies(*(f"demo-1.0-cp311-cp311-{w}.whl" for w in wheels), on=target(name))["marker"]
    text = found.lines[0].split('--markers "')[1].rstrip('"')
    assert found.lines[0].startswith('poetry add "demo@1.0"')
    assert Marker(text).evaluate({"sys_platform": inside})
    assert not Marker(text).evaluate({"sys_platform": outside})


def test_a_package_for_another_architecture_gets_a_marker() -> None:
    """As mkl: published for amd64 only, on every system."""
    wheels = [f"demo-1.0-py2.py3-none-{w}.whl" for w in ("manylinux1_x86_64", "win_amd64")]
    text = remedies(*wheels, on=target())["marker"].lines[0].split('--markers "')[1].rstrip('"')
    assert not Marker(text).evaluate({"platform_machine": "aarch64"})
    assert Marker(text).evaluate({"platform_machine": "x86_64"})


def test_no_marker_for_what_could_be_built() -> None:
    """A marker is for what exists for one platform only."""
    assert "marker" not in remedies("demo-1.0-cp311-cp311-win_amd64.whl", SDIST, on=target())
