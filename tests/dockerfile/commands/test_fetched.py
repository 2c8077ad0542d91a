"""Tools and libraries that no package manager brings."""

from __future__ import annotations

import pytest

from poetry_arch_check.dockerfile.commands.fetched import (
    fetched_tool,
    installs_built,
    libraries_in,
    tools_of_image,
)
from poetry_arch_check.dockerfile.shell.command import Command
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, FORTRAN, GO, JDK, NINJA, RUST, C


@pytest.mark.parametrize(
    ("address", "tool"),
    [
        ("https://go.dev/dl/go1.24.2.linux-arm64.tar.gz", (GO, "1.24.2")),
        ("https://golang.org/dl/go1.21.linux-amd64.tar.gz", (GO, "1.21")),
        ("https://dl.google.com/go/go1.22.0.linux-amd64.tar.gz", (GO, "1.22.0")),
        ("https://storage.googleapis.com/golang/go1.9.linux-amd64.tar.gz", (GO, "1.9")),
        (
            "https://github.com/Kitware/CMake/releases/download/v3.28.1/cmake-3.28.1-linux-x86_64.sh",
            (CMAKE, "3.28.1"),
        ),
        (
            "https://github.com/ninja-build/ninja/releases/download/v1.11.1/ninja-linux.zip",
            (NINJA, "1.11.1"),
        ),
        ("https://static.rust-lang.org/dist/rust-1.75.0-x86_64-x.tar.gz", (RUST, "1.75.0")),
        ("https://api.adoptium.net/v3/binary/latest/17/ga/linux/x64/jdk", (JDK, "")),
        ("https://go.dev/dl/", None),
        ("https://x.example/go1.24.2.linux-arm64.tar.gz", None),
        ("go1.24.2.linux-arm64.tar.gz", None),
        ("https://go.dev/" + "x" * 10_000 + "/go1.24.linux-", None),
    ],
)
def test_tools_by_their_address(address: str, tool: tuple[str, str] | None) -> None:
    """Where an archive comes from says what is in it."""
    assert fetched_tool(("curl", "-L", None, address)) == tool


def test_tools_of_images() -> None:
    """Official images of compilers, by the folder that has them."""
    assert tools_of_image("golang:1.24-bookworm", "/usr/local/go") == {GO: "1.24"}
    assert tools_of_image("docker.io/library/golang@sha256:0", "/usr/local") == {GO: ""}
    assert tools_of_image("gcc:13.2", "/usr/local") == {C: "13.2", CXX: "13.2", FORTRAN: "13.2"}
    assert tools_of_image("eclipse-temurin:17-jre", "/opt/java/openjdk") == {JDK: "17"}
    assert tools_of_image("golang:1.24", "/go/bin/tool") == {}
    assert tools_of_image("python:3.12", "/usr/local") == {}


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("https://x.example/ta-lib/ta-lib-0.4.0-src.tar.gz", {"dep:generic/ta-lib"}),
        ("https://github.com/confluentinc/librdkafka.git", {"dep:generic/librdkafka"}),
        (
            "https://github.com/confluentinc/librdkafka/archive/refs/tags/v2.3.0.tar.gz",
            {"dep:generic/librdkafka"},
        ),
        ("https://x.example/geos-3.12.0.tar.bz2?raw=1", {"dep:generic/geos"}),
        ("ta-lib_0.6.4_amd64.deb", {"dep:generic/ta-lib"}),
        ("https://x.example/nothing-1.0.tar.gz", set()),
        ("geos-3.12.0.tar.bz2", set()),
    ],
)
def test_libraries_by_their_address(address: str, names: set[str]) -> None:
    """What the sources, or the package, of a library are called."""
    assert libraries_in((None, address)) == names


@pytest.mark.parametrize(
    ("line", "installs"),
    [
        ("make install", True),
        ("make -j4 -C x install", True),
        ("ninja install", True),
        ("cmake --install build", True),
        ("cmake --build . --target install", True),
        ("meson install -C build", True),
        ("make", False),
        ("cmake .", False),
        ("pip install x", False),
    ],
)
def test_what_installs_a_build(line: str, installs: bool) -> None:
    """The last step of building from sources."""
    command = Command(words=tuple(line.split()), values={}, certain=True, start=0)
    assert installs_built(command) is installs
