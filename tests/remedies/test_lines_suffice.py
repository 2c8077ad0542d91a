"""Lines that are printed do, as they stand: nothing that a build takes is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poetry_arch_check.check.origin import AtInstallStep
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.dockerfile import Build, install_steps_of
from poetry_arch_check.remedies import rustup, windows
from poetry_arch_check.remedies.provision import provision_of
from poetry_arch_check.toolchains.package_managers.registry import APT, BREW
from poetry_arch_check.toolchains.toolchain import parse_toolchain
from support.make import finding, needs, package, target


def toolchain(name: str, *words: str, image: str | None = None, declared: str = "") -> Remedy:
    """Return how to install what `words` need on a target."""
    rules = Rules(requires={"demo": needs(*words)})
    there = parse_toolchain(declared.split())
    on = target(name, image=image, toolchain=there)
    found = finding(package("demo-1.0.tar.gz"), on, rules).remedies
    return next(each for each in found if each.kind is RemedyKind.TOOLCHAIN)


@pytest.mark.parametrize(
    ("words", "declared", "there"),
    [
        ("c++ cmake", "", True),
        ("c++ cmake ninja", "", False),
        ("c++ cmake", "ninja", False),
        ("c++ cmake", "make", False),
        ("c++", "", False),
    ],
)
def test_cmake_comes_with_what_it_runs(words: str, declared: str, there: bool) -> None:
    """With make, unless there is Ninja or make already."""
    on = target(image="debian:12", toolchain=parse_toolchain(declared.split()))
    found = provision_of(needs(*words.split()), APT, on, headers=None)
    assert ("make" in found.packages) is there
    assert "make" not in found.libraries


@pytest.mark.parametrize(
    ("user", "first", "last"),
    [("", "RUN apt-get update \\", "    && rm -rf"), ("USER app\n", "USER root", "USER app")],
)
def test_who_may_install_in_a_dockerfile(user: str, first: str, last: str) -> None:
    """Root, who hands over to the user that the Dockerfile has there."""
    on = target("linux/amd64", image="python:3.12-slim-bookworm")
    build = Build(platform=on.platform, host=on.platform, arguments={})
    text = f"FROM python:3.12-slim-bookworm\n{user}RUN poetry install\n"
    (step,) = install_steps_of(text, "Dockerfile", build)
    on = replace(on, origin=AtInstallStep(step=step))
    found = finding(package("demo-1.0.tar.gz"), on, Rules(requires={"demo": needs("c")})).remedies
    (lines,) = (each.lines for each in found if each.kind is RemedyKind.TOOLCHAIN)
    assert lines[0] == first
    assert lines[-1].startswith(last)


def test_a_keg_only_library_on_macos() -> None:
    """pkg-config, compilers and pg_config's callers have to be told."""
    lines = toolchain("macos/arm64", "c", "pkg-config", "libmysqlclient").lines
    assert lines[:2] == ("xcode-select --install", "brew install pkgconf mysql-client")
    assert any(line.startswith('export PKG_CONFIG_PATH="$(brew --prefix my') for line in lines)
    # Tools are found as they are.
    assert toolchain("macos/arm64", "c", "cmake").lines == (
        "xcode-select --install",
        "brew install cmake make",
    )


def test_rust_on_macos() -> None:
    """Rustup brings it; it links with the system's compiler."""
    found = toolchain("macos/arm64", "rust>=1.80")
    assert found.lines == ("xcode-select --install", rustup.install(rustup.STABLE), rustup.ACTIVATE)
    assert "rustc 1.80 or newer with rustup" in found.text
    assert provision_of(needs("rust"), BREW, target("macos/arm64"), headers=None).packages == ()


def test_windows() -> None:
    """Microsoft's workload installs neither compiler nor SDK without what is recommended."""
    (compilers,) = toolchain("windows/amd64", "c").lines
    assert compilers.endswith('VCTools --includeRecommended"')
    (arm,) = toolchain("windows/arm64", "c++").lines
    assert arm.endswith('VC.Tools.ARM64"')
    assert toolchain("windows/amd64", "rust", "git").lines == (
        compilers,
        rustup.WINDOWS,
        "winget install Git.Git",
    )
    partly = toolchain("windows/amd64", "c", "libpq")
    assert "(find the packages of the PostgreSQL client library (libpq))" in partly.text
    assert partly.lines == ()
    assert windows.not_covered(needs("c", "rust", "fortran")) == needs("fortran")


def test_rustup_brings_no_compiler_that_is_there() -> None:
    """The image has one already."""
    lines = toolchain(
        "linux/arm64", "rust>=1.78", image="python:3.11-slim-bookworm", declared="c"
    ).lines
    assert "install -y --no-install-recommends ca-certificates curl \\" in lines[1]
