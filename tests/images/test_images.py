"""Base images: what a name stands for, as a table."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import contradiction, parse_image
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.platforms.platform import Architecture, Os
from poetry_arch_check.toolchains.package_managers.registry import MICRODNF
from poetry_arch_check.toolchains.toolchain import C, short_form


@pytest.mark.parametrize(
    ("reference", "release", "libc", "python", "compiler", "moves"),
    [
        ("python:3.11-slim", "Debian 13 (trixie)", (2, 41), "3.11", False, True),
        ("python:3.11-slim-bookworm", "Debian 12 (bookworm)", (2, 36), "3.11", False, False),
        ("python:3.11.4-slim-bookworm", "Debian 12 (bookworm)", (2, 36), "3.11", False, False),
        ("python:3.12", "Debian 13 (trixie)", (2, 41), "3.12", True, True),
        ("python:3.12-bullseye", "Debian 11 (bullseye)", (2, 31), "3.12", True, False),
        ("python:3.8-slim", "Debian 12 (bookworm)", (2, 36), "3.8", False, False),
        ("python:3.9-slim", "Debian 13 (trixie)", (2, 41), "3.9", False, False),
        ("python:3.6-slim", "Debian 11 (bullseye)", (2, 31), "3.6", False, False),
        ("python:3.12.4-slim", "Debian 12 (bookworm)", (2, 36), "3.12", False, False),
        ("python:3.12.12-slim", "Debian 13 (trixie)", (2, 41), "3.12", False, False),
        ("python:3.13.6-slim", "Debian 13 (trixie)", (2, 41), "3.13", False, False),
        ("python:3.8.11-slim", "Debian 11 (bullseye)", (2, 31), "3.8", False, False),
        ("python:3.6.5-slim", "Debian 9 (stretch)", (2, 24), "3.6", False, False),
        ("python:3.99-slim", "Debian 13 (trixie)", (2, 41), "3.99", False, True),
        ("python:3.10.4", "Debian 11 (bullseye)", (2, 31), "3.10", True, False),
        ("python:3.8.3-slim", "Debian 10 (buster)", (2, 28), "3.8", False, False),
        ("python:3-slim-bookworm", "Debian 12 (bookworm)", (2, 36), "3.15", False, True),
        ("python:3.12-slim@sha256:" + "0" * 64, "Debian 13 (trixie)", (2, 41), "3.12", False, False),
        ("registry.redhat.io/ubi9/python-312-minimal", "Red Hat UBI 9", (2, 34), "3.12", False, False),
        ("python:3.12-alpine", "Alpine 3.24", (1, 2), "3.12", False, True),
        ("python:3.12-alpine3.20", "Alpine 3.20", (1, 2), "3.12", False, False),
        ("python:slim", "Debian 13 (trixie)", (2, 41), "3.15", False, True),
        ("python", "Debian 13 (trixie)", (2, 41), "3.15", True, True),
        ("python:3.15-rc-slim-trixie", "Debian 13 (trixie)", (2, 41), "3.15", False, False),
        ("docker.io/library/python:3.12-slim-bookworm", "Debian 12 (bookworm)", (2, 36), "3.12", False, False),
        ("python:3.12-slim-bookworm@sha256:" + "0" * 64, "Debian 12 (bookworm)", (2, 36), "3.12", False, False),
        ("debian:12", "Debian 12 (bookworm)", (2, 36), "3.11", False, False),
        ("debian:bookworm-slim", "Debian 12 (bookworm)", (2, 36), "3.11", False, False),
        ("debian:12.5-slim", "Debian 12 (bookworm)", (2, 36), "3.11", False, False),
        ("debian:oldstable-slim", "Debian 12 (bookworm)", (2, 36), "3.11", False, True),
        ("debian", "Debian 13 (trixie)", (2, 41), "3.13", False, True),
        ("ubuntu:22.04", "Ubuntu 22.04 (jammy)", (2, 35), "3.10", False, False),
        ("ubuntu:jammy-20240808", "Ubuntu 22.04 (jammy)", (2, 35), "3.10", False, False),
        ("ubuntu", "Ubuntu 26.04 (resolute)", (2, 43), "3.14", False, True),
        ("alpine:3.20", "Alpine 3.20", (1, 2), "3.12", False, False),
        ("alpine:3.12", "Alpine 3.12", (1, 1), "3.8", False, False),
        ("amazonlinux:2", "Amazon Linux 2", (2, 26), "3.7", False, False),
        ("amazonlinux:2023", "Amazon Linux 2023", (2, 34), "3.9", False, False),
        ("fedora:43", "Fedora 43", (2, 42), "3.14", False, False),
        ("rockylinux:9-minimal", "Rocky Linux 9", (2, 34), "3.9", False, False),
        ("rockylinux/rockylinux:10", "Rocky Linux 10", (2, 39), "3.12", False, False),
        ("almalinux:8", "AlmaLinux 8", (2, 28), "3.6", False, False),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "Red Hat UBI 9", (2, 34), "3.9", False, False),
        ("registry.access.redhat.com/ubi9/python-311", "Red Hat UBI 9", (2, 34), "3.11", True, False),
        ("public.ecr.aws/lambda/python:3.11", "Amazon Linux 2", (2, 26), "3.11", False, False),
        ("public.ecr.aws/lambda/python:3.12-arm64", "Amazon Linux 2023", (2, 34), "3.12", False, False),
        ("amazon/aws-lambda-python:3.13.2025.01.01.00", "Amazon Linux 2023", (2, 34), "3.13", False, False),
    ],
)  # fmt: skip
def test_known_images(
    reference: str,
    release: str,
    libc: tuple[int, int],
    python: str,
    compiler: bool,
    moves: bool,
) -> None:
    """Distribution, C library, Python, compiler, and whether the tag moves."""
    image = parse_image(reference)
    assert image.distribution is not None
    assert image.distribution.label == release
    assert image.distribution.version == libc
    assert image.python is not None
    assert image.python.short == python
    assert (C in image.toolchain.dependencies) == compiler
    assert bool(image.moves) == moves
    if moves:
        assert image.distribution.label in image.moves or f"it has {python} now" in image.moves
        (stays,) = re.findall(r"(python:\S+) does not move", image.moves) or ("debian:trixie",)
        assert parse_image(stays).moves == ""


@pytest.mark.parametrize(
    ("reference", "release", "python", "tools"),
    [
        ("quay.io/centos/centos:stream9", "CentOS Stream 9", "3.9", ""),
        ("quay.io/centos/centos:stream10-minimal", "CentOS Stream 10", "3.12", ""),
        ("centos:7", "CentOS 7", "3.6", ""),
        ("registry.fedoraproject.org/fedora-minimal:43", "Fedora 43", "3.14", ""),
        ("oraclelinux:9", "Oracle Linux 9", "3.9", ""),
        ("oraclelinux:8-slim", "Oracle Linux 8", "3.6", ""),
        ("archlinux:base-devel", "Arch Linux", "3.14", "autoconf automake c c++ libtool make pkg-config"),
        ("archlinux/archlinux", "Arch Linux", "3.14", ""),
        ("openjdk:17-slim-bullseye", "Debian 11 (bullseye)", "3.9", "jdk"),
        ("eclipse-temurin:21-jdk-noble", "Ubuntu 24.04 (noble)", "3.12", "jdk"),
        ("eclipse-temurin:17-jre-jammy", "Ubuntu 22.04 (jammy)", "3.10", ""),
        ("openjdk:11.0.4-jre-slim-buster", "Debian 10 (buster)", "3.7", ""),
        ("quay.io/pypa/manylinux_2_28_aarch64", "AlmaLinux 8", None, "autoconf automake c c++ cmake fortran libtool make"),
        ("quay.io/pypa/manylinux2014_x86_64:2024.01.01", "CentOS 7", None, "autoconf automake c c++ cmake fortran libtool make"),
        ("mcr.microsoft.com/playwright/python:v1.50.0-noble", "Ubuntu 24.04 (noble)", "3.12", ""),
        ("quay.io/jupyter/base-notebook:ubuntu-24.04", "Ubuntu 24.04 (noble)", None, "?"),
        ("apache/airflow:2.10.4-python3.11", "Debian 12 (bookworm)", "3.11", ""),
        ("apache/airflow:slim-3.0.1-python3.12", "Debian 12 (bookworm)", "3.12", ""),
        ("bitnami/python:3.11.9-debian-12-r22", "Debian 12 (bookworm)", "3.11", "c c++ make openssl pkg-config sqlite"),
        ("bitnami/minideb:bookworm", "Debian 12 (bookworm)", "3.11", ""),
        ("mcr.microsoft.com/azure-functions/python:4-python3.11", "Debian 11 (bullseye)", "3.11", "?"),
        ("mcr.microsoft.com/azure-functions/python:4-python3.12-slim", "Debian 12 (bookworm)", "3.12", "?"),
        ("mcr.microsoft.com/devcontainers/base:jammy", "Ubuntu 22.04 (jammy)", "3.10", "?"),
        ("mcr.microsoft.com/devcontainers/base:1-debian-12", "Debian 12 (bookworm)", "3.11", "?"),
        ("ghcr.io/home-assistant/aarch64-base-python:3.13-alpine3.22", "Alpine 3.22", "3.13", ""),
        ("ghcr.io/home-assistant/amd64-base-debian:bookworm", "Debian 12 (bookworm)", "3.11", ""),
        ("rust:1.80-slim-bookworm", "Debian 12 (bookworm)", "3.11", "c rust"),
        ("golang:1.24-bookworm", "Debian 12 (bookworm)", "3.11", "c c++ go make pkg-config"),
        ("debian:testing-slim", "Debian testing (forky)", "3.14", ""),
        ("debian:sid", "Debian unstable (sid)", "3.14", ""),
        ("openjdk:17", "Oracle Linux 8", "3.6", "jdk"),
        ("openjdk:17-jdk-slim", "Debian 11 (bullseye)", "3.9", "jdk"),
        ("openjdk:11-jre-slim", "Debian 11 (bullseye)", "3.9", ""),
        ("openjdk:27-rc-jdk-oraclelinux10", "Oracle Linux 10", "3.12", "jdk"),
        ("eclipse-temurin:21-jdk", "Ubuntu 26.04 (resolute)", "3.14", "jdk"),
        ("eclipse-temurin:21-jre-alpine-3.22", "Alpine 3.22", "3.12", ""),
        ("eclipse-temurin:21-jdk-ubi9-minimal", "Red Hat UBI 9", "3.9", "jdk"),
        ("amazoncorretto:21-al2023-headless", "Amazon Linux 2023", "3.9", ""),
        ("amazoncorretto:17-alpine3.22-jdk", "Alpine 3.22", "3.12", "jdk"),
        ("pypy:3.11-slim", "Debian 13 (trixie)", "pypy3.11", ""),
        ("pypy:3.10-slim", "Debian 12 (bookworm)", "pypy3.10", ""),
        ("pypy:3.9-slim", "Debian 11 (bullseye)", "pypy3.9", ""),
        ("quay.io/pypa/manylinux_2_31_armv7l", "Ubuntu 20.04 (focal)", None, "autoconf automake c c++ cmake fortran libtool make"),
        ("quay.io/pypa/manylinux_2_39_riscv64", "Rocky Linux 10", None, "autoconf automake c c++ cmake fortran libtool make"),
        ("quay.io/pypa/musllinux_1_2_aarch64:2024.12.05-1", "Alpine 3.20", None, "autoconf automake c c++ cmake fortran libtool make"),
        ("quay.io/jupyter/scipy-notebook:python-3.12", "Ubuntu 24.04 (noble)", "3.12", "?"),
        ("quay.io/jupyter/base-notebook:2024-10-07", "Ubuntu 24.04 (noble)", "3.11", "?"),
        ("jupyter/base-notebook", "Ubuntu 22.04 (jammy)", "3.11", "?"),
        ("continuumio/miniconda3:24.7.1-0", "Debian 12 (bookworm)", "3.12", ""),
        ("continuumio/miniconda3:25.11.1-1", "Debian 13 (trixie)", "3.13", ""),
        ("condaforge/miniforge3:24.3.0-0", "Ubuntu 20.04 (focal)", None, ""),
        ("condaforge/miniforge3:25.9.1-0", "Ubuntu 24.04 (noble)", None, ""),
        ("tensorflow/tensorflow:latest-gpu", "Ubuntu 22.04 (jammy)", "3.11", "c c++ make pkg-config"),
        ("apache/airflow:2.7.3-python3.10", "Debian 11 (bullseye)", "3.10", ""),
        ("apache/airflow:slim-3.1.0", "Debian 12 (bookworm)", "3.12", ""),
        ("bitnami/python:3.11", "Debian 12 (bookworm)", "3.11", "c c++ make openssl pkg-config sqlite"),
        ("mcr.microsoft.com/devcontainers/base:ubuntu", "Ubuntu 26.04 (resolute)", "3.14", "?"),
        ("dhi.io/python:3.12-dev", "Debian 13 (trixie)", "3.12", ""),
        ("dhi.io/python:3.12-alpine", "Alpine 3.24", "3.12", ""),
        ("ghcr.io/home-assistant/base-python:latest", "Alpine 3.24", "3.14", ""),
        ("ghcr.io/home-assistant/base:3.22", "Alpine 3.22", "3.12", ""),
        ("node:18-alpine", "Alpine 3.21", "3.12", ""),
        ("node:20.9.0-alpine", "Alpine 3.18", "3.11", ""),
        ("node:22.16.0-alpine", "Alpine 3.22", "3.12", ""),
        ("node:20-slim", "Debian 12 (bookworm)", "3.11", ""),
        ("node:18.15.0-slim", "Debian 11 (bullseye)", "3.9", ""),
        ("node:16.20.2-slim", "Debian 10 (buster)", "3.7", ""),
        ("node:26.1-slim", "Debian 13 (trixie)", "3.13", ""),
        ("golang:1.22", "Debian 12 (bookworm)", "3.11", "c c++ go make pkg-config"),
        ("golang:1.24.6", "Debian 13 (trixie)", "3.13", "c c++ go make pkg-config"),
        ("golang:1.22-alpine", "Alpine 3.21", "3.12", "go"),
        ("golang:1.21.5-alpine3.19", "Alpine 3.19", "3.11", "go"),
        ("rust:1.80-slim", "Debian 12 (bookworm)", "3.11", "c rust"),
        ("rust:1.75-alpine3.19", "Alpine 3.19", "3.11", "rust"),
        ("rust:1.94-alpine3.23", "Alpine 3.23", "3.12", "c rust"),
        ("ghcr.io/astral-sh/uv:0.9.18-python3.12-alpine", "Alpine 3.23", "3.12", ""),
        ("ghcr.io/astral-sh/uv:python3.9-alpine", "Alpine 3.22", "3.9", ""),
        ("ghcr.io/astral-sh/uv:alpine3.22", "Alpine 3.22", None, ""),
        ("ghcr.io/astral-sh/uv:0.8.3-alpine", "Alpine 3.21", None, ""),
        ("ghcr.io/astral-sh/uv:0.8.3-debian-slim", "Debian 12 (bookworm)", None, ""),
        ("ghcr.io/astral-sh/uv:0.9.0-debian-slim", "Debian 13 (trixie)", None, ""),
        ("ghcr.io/prefix-dev/pixi:0.39.5", "Ubuntu 22.04 (jammy)", None, ""),
        ("ghcr.io/prefix-dev/pixi:0.47.0", "Ubuntu 24.04 (noble)", None, ""),
        ("ghcr.io/prefix-dev/pixi:0.40.0-bookworm-slim", "Debian 12 (bookworm)", None, ""),
        ("mambaorg/micromamba:1.5.8", "Debian 12 (bookworm)", None, ""),
        ("mambaorg/micromamba:2.3.2", "Debian 13 (trixie)", None, ""),
        ("mambaorg/micromamba:2-cuda12.1.1-ubuntu22.04", "Ubuntu 22.04 (jammy)", None, ""),
        ("mambaorg/micromamba:2.0.5-debian12-slim", "Debian 12 (bookworm)", None, ""),
        ("dhi.io/python:3.12-alpine3.22-dev", "Alpine 3.22", "3.12", "c"),
    ],
)  # fmt: skip
def test_images_of_vendors(reference: str, release: str, python: str | None, tools: str) -> None:
    """What their tags tell; `?` stands for tools that are not recorded."""
    image = parse_image(reference)
    assert image.distribution is not None
    assert image.distribution.label == release
    assert (image.python.short if image.python else None) == python
    found = " ".join(sorted(map(short_form, image.toolchain.dependencies)))
    assert ("?" if image.toolchain.unsure else found) == tools


def test_versions_of_tools_that_are_the_image_s_own() -> None:
    """They are not those of the distribution."""
    rust = "dep:virtual/compiler/rust"
    assert parse_image("rust:1.80.1-bookworm").versions[rust] == "1.80.1"
    assert rust not in parse_image("rust:1-bookworm").versions
    assert parse_image("quay.io/pypa/manylinux_2_28_aarch64").architecture is Architecture.AARCH64
    minimal = parse_image("oraclelinux:9-slim").distribution
    assert minimal is not None
    assert minimal.manager is MICRODNF


@pytest.mark.parametrize(
    ("reference", "release", "stays"),
    [
        ("mcr.microsoft.com/devcontainers/python:3.11", "Debian 13 (trixie)", "3.11-trixie"),
        ("mcr.microsoft.com/devcontainers/python:3-3.11", "Debian 13 (trixie)", ""),
        ("mcr.microsoft.com/devcontainers/python:1-3.11", "Debian 12 (bookworm)", ""),
        ("mcr.microsoft.com/devcontainers/python:3.8", "Debian 12 (bookworm)", ""),
        ("mcr.microsoft.com/devcontainers/python:1-3.11-bookworm", "Debian 12 (bookworm)", ""),
        ("pypy:3.11", "Debian 13 (trixie)", "pypy:3.11-trixie"),
        ("pypy:3.10", "Debian 12 (bookworm)", ""),
        ("tensorflow/tensorflow:latest", "Ubuntu 22.04 (jammy)", "a digest"),
        ("bitnami/python:3.11", "Debian 12 (bookworm)", "3.11-debian-12"),
        ("quay.io/jupyter/base-notebook:latest", "Ubuntu 24.04 (noble)", "a dated tag"),
        ("debian:testing", "Debian testing (forky)", "a digest"),
        ("node:22-slim", "Debian 12 (bookworm)", "22-bookworm-slim"),
        ("node:lts-alpine", "Alpine 3.24", "lts-alpine3.24"),
        ("node:20-alpine", "Alpine 3.23", ""),
        ("golang:1", "Debian 13 (trixie)", "1-trixie"),
        ("rust:slim", "Debian 13 (trixie)", "1-slim-trixie"),
        ("ghcr.io/astral-sh/uv:python3.12-alpine", "Alpine 3.23", "python3.12-alpine3.23"),
        ("ghcr.io/astral-sh/uv:debian-slim", "Debian 13 (trixie)", "trixie-slim"),
        ("ghcr.io/prefix-dev/pixi:latest", "Ubuntu 24.04 (noble)", "noble"),
        ("mambaorg/micromamba:latest", "Debian 13 (trixie)", "a digest"),
    ],
)
def test_tags_without_a_release_follow_the_vendor_s_default(
    reference: str, release: str, stays: str
) -> None:
    """It is known as of the row's date; a tag that moves is said to, and what does not."""
    image = parse_image(reference)
    assert image.distribution is not None
    assert image.distribution.label == release
    assert image.moves.endswith(f"{stays} does not move." if stays else "")
    assert bool(image.moves) == bool(stays)
    if stays:
        assert f"it is {release} now" in image.moves
        assert not parse_image(f"{reference}@sha256:{'0' * 64}").moves


def test_full_images_of_rust_stand_on_buildpack_deps() -> None:
    """They have all its headers (rust-lang/docker-rust, Dockerfile-debian.template)."""
    rust = parse_image("rust:1.80-bookworm").toolchain.dependencies
    assert set(rust) > set(parse_image("buildpack-deps:bookworm").toolchain.dependencies)


def test_hardened_images_without_a_package_manager() -> None:
    """Only those for development have one (docker-hardened-images/catalog, image/python)."""
    assert parse_image("dhi.io/python:3.12-debian13").sealed
    assert parse_image("dhi.io/python:3.12").sealed
    assert not parse_image("dhi.io/python:3.12-debian13-dev").sealed
    assert not parse_image("dhi.io/python:3.12-dev").sealed


def test_uv_s_full_images_have_the_packages_of_buildpack_deps() -> None:
    """Shared libraries that these bring along are there."""
    assert "imagemagick" in parse_image("ghcr.io/astral-sh/uv:bookworm").packages
    assert not parse_image("ghcr.io/astral-sh/uv:bookworm-slim").packages


def test_windows_images() -> None:
    """They have no C library that wheels depend on."""
    for tag in ("3.12-windowsservercore", "3.12-windowsservercore-ltsc2022"):
        image = parse_image(f"python:{tag}")
        assert image.os is Os.WINDOWS
        assert image.python is not None
        assert image.python.short == "3.12"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("nginx", "unknown image"),
        ("pyhton:3.12", '"python"'),
        ("python:3.12-slim-bokworm", '"bookworm"'),
        ("python:3.12-alpine3.99", "3.24"),
        ("python:banana", "banana"),
        ("python@sha256:" + "0" * 64, "digest"),
        ("debian:13.x.y-foo-bar", None),
        ("ubuntu:12.04", "12.04"),
        ("python 3.12", "not an image reference"),
        ("", "not an image reference"),
        ("ghcr.io/org/python:3.12", "unknown image"),
        ("golang:1.99", "release"),
        ("node:99-alpine", "release"),
        ("buildpack-deps:alpine", "release"),
        ("registry.access.redhat.com/ubi9/nodejs-20", "not recorded"),
        ("registry.access.redhat.com/ubi9/openjdk-17", "not recorded"),
        ("ghcr.io/astral-sh/uv:trixie-dhi", "not recorded"),
        ("ghcr.io/astral-sh/uv:python3.12-dhi", "not recorded"),
        ("ghcr.io/astral-sh/uv:0.5.1-python3.12-alpine", "python:3.12-alpine"),
        ("tiangolo/uvicorn-gunicorn-fastapi:python3.11", "python:3.11-bookworm"),
        ("dhi.io/python:3.12-debian13-fips", "3.12-debian13"),
        ("apache/airflow:2.10.4", "release"),
        ("quay.io/centos/centos:stream8." + "1" * 200, "release"),
        ("python:3.13t-slim", "known are"),
        ("alpine:oldstable", "known are"),
        ("python:3.1234", "known are"),
        ("python:3.12foo-slim", "known are"),
        ("registry.access.redhat.com/ubi9/ubi-micro", "neither a Python nor"),
    ],
)
def test_unknown_images_are_refused(reference: str, said: str | None) -> None:
    """Never a guess: the message says what is known instead."""
    if said is None:
        parse_image(reference)
        return
    with pytest.raises(TargetError) as caught:
        parse_image(reference)
    assert said in f"{caught.value} {caught.value.hint}"


@given(
    st.text(max_size=80) | st.from_regex(r"(python|debian|alpine):[a-z0-9.-]{0,30}", fullmatch=True)
)
def test_any_text_is_an_image_or_a_target_error(text: str) -> None:
    """Nothing else comes out."""
    with suppress(TargetError):
        parse_image(text)


@pytest.mark.parametrize(
    ("reference", "distribution", "python", "tools"),
    [
        ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "Debian 12", "3.12", 0),
        ("ghcr.io/astral-sh/uv:0.8.3-python3.12-bookworm", "Debian 12", "3.12", 2),
        ("ghcr.io/astral-sh/uv:python3.13-alpine3.21", "Alpine 3.21", "3.13", 0),
        ("ghcr.io/astral-sh/uv:bookworm-slim", "Debian 12", None, 0),
        ("acidrain/python-poetry:3.12-alpine3.20", "Alpine 3.20", "3.12", 0),
        ("python:3.8.3-alpine", "Alpine 3.12", "3.8", 0),
        ("python:3.9.0-alpine", "Alpine 3.12", "3.9", 0),
        ("python:3.9.1-alpine", "Alpine 3.13", "3.9", 0),
        ("python:3.9-alpine", "Alpine 3.22", "3.9", 0),
        ("python:3.12.4-alpine", "Alpine 3.20", "3.12", 0),
        ("python:3.6.0-alpine", "Alpine 3.9", "3.6", 0),
        ("python:3.6-alpine", "Alpine 3.15", "3.6", 0),
        ("pfeiffermax/uvicorn-poetry:3.2.0-python3.12.2-slim-bookworm", "Debian 12", "3.12", 0),
        ("mcr.microsoft.com/devcontainers/python:1-3.12-bookworm", "Debian 12", "3.12", 2),
        ("nikolaik/python-nodejs:python3.11-nodejs20-bullseye", "Debian 11", "3.11", 2),
        ("nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04", "Ubuntu 22.04", "3.10", 2),
        ("nvcr.io/nvidia/cuda:12.4.1-runtime-rockylinux9", "Rocky Linux 9", "3.9", 0),
        ("gcr.io/distroless/python3-debian12:nonroot", "Debian 12", "3.11", 0),
        ("pypy:3.10-slim-bookworm", "Debian 12", "pypy3.10", 0),
        ("buildpack-deps:jammy", "Ubuntu 22.04", "3.10", 2),
        ("buildpack-deps:bookworm-scm", "Debian 12", "3.11", 0),
        ("node:20-bookworm-slim", "Debian 12", "3.11", 0),
        ("node:20-alpine3.20", "Alpine 3.20", "3.12", 0),
        ("mambaorg/micromamba:1.5-jammy", "Ubuntu 22.04", None, 0),
        ("opensuse/leap:15.6", "openSUSE Leap 15.6", "3.6", 0),
        ("public.ecr.aws/sam/build-python3.12", "Amazon Linux 2023", "3.12", 2),
        ("dhi.io/python:3.12-debian13-dev", "Debian 13", "3.12", 0),
        ("registry.example:5000/proxy/library/python:3.12-slim-bookworm", "Debian 12", "3.12", 0),
        ("registry.hub.docker.com/library/python:3.12-slim-bookworm", "Debian 12", "3.12", 0),
    ],
)
def test_images_that_stand_on_others(
    reference: str, distribution: str, python: str | None, tools: int
) -> None:
    """Their tags name what they stand on; full ones have compilers for C and C++."""
    image = parse_image(reference)
    assert image.distribution is not None
    assert image.distribution.label.startswith(distribution)
    assert (image.python.short if image.python else None) == python
    compilers = [each for each in image.toolchain.dependencies if "compiler" in each]
    assert len(compilers) == tools


@pytest.mark.parametrize(
    "reference",
    [
        "ghcr.io/astral-sh/uv:latest",
        "tiangolo/uvicorn-gunicorn-fastapi:latest",
        "tiangolo/uvicorn-gunicorn-fastapi:python3.11-slim",
        "mcr.microsoft.com/vscode/devcontainers/python:0-3.9",
        "ghcr.io/astral-sh/uv:0.5.1-python3.12-alpine",
        "nvidia/cuda:12.4.1-devel",
        "node:20.99.0-alpine",
        "node:18.12-alpine",
        "pypy:3.10-7.3.11",
        "mambaorg/micromamba:2.3.0-alpine3.22",
        "ghcr.io/prefix-dev/pixi:0.40.0",
        "gcr.io/distroless/python3",
        "dhi.io/python:3.12.4",
        "mcr.microsoft.com/devcontainers/python:0-3.11",
        "continuumio/miniconda3",
        "tensorflow/tensorflow:2.16.1",
        "apache/airflow:latest",
        "cimg/python:3.14",
        "ubuntu:26.10",
        "fedora:45",
        "library.example/python-own:3.12",
    ],
)
def test_tags_that_do_not_tell_what_they_stand_on(reference: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(TargetError):
        parse_image(reference)


def test_images_for_a_single_architecture() -> None:
    """By the name of their owner."""
    image = parse_image("arm64v8/python:3.12-slim")
    assert contradiction(parse_name("linux/arm64").platform, image) is None
    assert contradiction(parse_name("linux/amd64").platform, image) is not None
