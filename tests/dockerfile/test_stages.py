"""Dockerfiles → where they install, on what, with what, and what they choose."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from poetry_arch_check.dockerfile import Build, Choice, InstallStep, install_steps_of
from poetry_arch_check.dockerfile.variables import platform_values, printed_on
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.platforms.names import CONTAINER_ARCHITECTURES, parse_name
from poetry_arch_check.toolchains.toolchain import C, short_form

SLIM = "FROM python:3.11-slim-bookworm\n"
INSTALL = "RUN poetry install\n"


def read(
    text: str,
    platform: str = "linux/arm64",
    *,
    stage: str | None = None,
    image: str | None = None,
    **arguments: str,
) -> tuple[InstallStep, ...]:
    """Return where a Dockerfile installs."""
    build = Build(
        platform=parse_name(platform).platform,
        host=parse_name("linux/amd64").platform,
        arguments=arguments,
        image=image,
    )
    return install_steps_of(
        text, "Dockerfile", build, () if stage is None else tuple(stage.split(","))
    )


def only(text: str, platform: str = "linux/arm64", **more: str) -> InstallStep:
    """Return the one place where it installs."""
    (step,) = read(text, platform, **more)
    return step


def tools(step: InstallStep) -> set[str]:
    """Return the toolchain in short forms, without tools that no case is about."""
    noise = {
        "linux-headers",
        "pkg-config",
        "patch",
        "perl",
        "git",
        "m4",
        "autoconf",
        "automake",
        "expat",
    }
    return {short_form(each) for each in step.toolchain.dependencies} - noise


# --- mistakes ---


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("FROM x\nEOF\n", 2, 'unknown instruction "EOF"'),
        ("FROM\n", 1, "FROM takes an image"),
        ("FROM python:3.11 builder\n", 1, "FROM takes an image, and AS with a name"),
        ("RUN poetry install\nFROM python:3.11\n", 1, "RUN before the first FROM"),
        (f"{SLIM}RUN echo 'a && poetry install\n", 2, "unterminated `'`"),
        (f"{SLIM}RUN <<E\nset -e\necho 'x\nE\n", 4, "unterminated `'`"),
        ("FROM python:$V\nRUN poetry install\n", 1, "python:$V is empty"),
        ("FROM --platform=$P python:3.11\n", 1, "--platform=$P has no value"),
        (f"FROM python:{'9' * 600}\n", 1, "limit exceeded: an image name of more than 500"),
        (f"FROM nobody/knows:1\n{INSTALL}", 1, 'unknown image "nobody/knows:1"'),
        (f"FROM nobody/knows:1 AS a\nFROM a\n{INSTALL}", 1, 'unknown image "nobody/knows:1"'),
        (f"FROM python@sha256:{'0' * 64}\n{INSTALL}", 1, "a digest alone"),
    ],
)
def test_mistakes_have_their_line(text: str, line: int, why: str) -> None:
    """Where it is, and what."""
    with pytest.raises(DockerfileError) as caught:
        read(text)
    assert str(caught.value).startswith(f"Dockerfile:{line}: ")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("image", "similar"),
    [
        ("mirror.example/hub/python:3.11-bullseye", "--image python:3.11-bullseye,"),
        (f"mirror.example/debian:12@sha256:{'0' * 64}", "--image debian:12,"),
        ("nobody/knows:1", "--image python:3.12-slim-bookworm,"),
        ("mirror.example/python:own", "--image python:3.12-slim-bookworm,"),
    ],
)
def test_a_similar_image_has_the_same_name(image: str, similar: str) -> None:
    """A registry may pass official images on by names of its own."""
    with pytest.raises(DockerfileError) as caught:
        read(f"FROM {image}\n{INSTALL}")
    assert similar in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "file with no instructions"),
        ("# nothing\n\n", "file with no instructions"),
        ("ARG A=1\n", "no FROM instruction"),
        ("FROM x\n" + "#\n" * 200_000, "too large"),
        (f"{SLIM}RUN pip install flask\n", "no stage installs with Poetry"),
    ],
)
def test_files_that_do_not_tell(text: str, why: str) -> None:
    """No image, or nothing of Poetry."""
    with pytest.raises(DockerfileError, match=why):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\n" + "RUN <<E\n\\\nE\n" * 100,
        "FROM x\n" + "RUN <<E\nE\n" * 101,
        "FROM x\nRUN a " + "\\\n" * 9_990,
        "FROM x\nRUN " + "\\ " * 120_000,
        "FROM x\nRUN " + "<<a " * 60_000,
        "FROM x\nRUN " + "--a=b " * 40_000,
        "FROM x\nENV " + "A=$A$A\\\n" * 9_000,
        "FROM x\n" + "ARG A=$A$A$A$A\n" * 5_000 + INSTALL,
        "FROM a AS b\n" + "FROM b AS b\n" * 5_000 + INSTALL,
        f"{SLIM}RUN " + "poetry install && " * 10_000 + "true",
        f"{SLIM}RUN " + "(" * 100_000,
        "\ufeff" * 1_000,
        "ONBUILD " * 20_000,
        "FROM x\nRUN " + '"' * 100_001,
        "FROM x\nRUN [" + "[" * 100_000,
        "FROM x\nONBUILD\n",
        "FROM x\nENV A=" + "${a:-" * 300 + "}" * 300 + "\n",
        "FROM x AS a\nONBUILD FROM a\nFROM a\n",
        SLIM
        + "RUN for i in 1 2 3 4 5 6 7 8; do for j in 1 2 3 4 5 6 7 8; do ./a.sh; poetry install; done; done\n"
        * 50,
        SLIM + "ONBUILD RUN x\n" * 1_000 + "FROM a\n" * 1_000,
        SLIM + "RUN for i in" + " a" * 2_000 + "; do echo" + " bb" * 70_000 + "; done\n",
        SLIM + "RUN poetry install" + " --with a," * 20_000 + "\n",
        SLIM + "".join(f"ENV A{n}=1\n" for n in range(8_000)) + "RUN [ -f x ] && y\n" * 1_000,
        "FROM pyt\\\nhon:3.12-slim\nRUN poetry install\n",
    ],
    ids=range(24),
)
def test_hostile_files_are_read_quickly(text: str) -> None:
    """In a moment, with a DockerfileError at worst."""
    with contextlib.suppress(DockerfileError):
        assert read(text)


# --- stages ---


def test_the_example_of_story_1() -> None:
    """A slim image, the line that installs, and nothing to build with."""
    step = only(
        "FROM python:3.11-slim\nWORKDIR app/\nCOPY . .\nRUN pip install poetry\n"
        "RUN poetry install --no-interaction\n"
    )
    assert (step.where, step.stage) == ("Dockerfile:5", "")
    assert step.command == "poetry install --no-interaction"
    assert step.image.reference == "python:3.11-slim"
    assert step.python is not None
    assert (step.python.short, step.headers) == ("3.11", True)
    assert tools(step) == set()
    assert step.choice == Choice()


def test_arguments() -> None:
    """Before FROM and within a stage, with defaults, and those of the command line."""
    text = (
        "ARG VERSION=3.11 VARIANT\nARG IMAGE=python:${VERSION}${VARIANT:+-$VARIANT}\n"
        'FROM ${IMAGE}\nARG VERSION\nARG EXTRA=c\nENV ALL="$VERSION $EXTRA"\n'
        'RUN poetry install --extras "$ALL"\n'
    )
    assert only(text).image.reference == "python:3.11"
    assert only(text).choice.extras == ("3.11", "c")
    step = only(text, VARIANT="slim", EXTRA="d")
    assert (step.image.reference, step.choice.extras) == ("python:3.11-slim", ("3.11", "d"))
    # An argument before FROM is not there within a stage that does not ask for it.
    outside = only('ARG A=x\nFROM python:3.11\nRUN poetry install --extras "a$A"\n')
    assert outside.choice.unknown


def test_platforms() -> None:
    """What FROM fixes holds, whatever the target; the target's and the host's own are known."""
    fixed = only(f"FROM --platform=linux/amd64 python:3.11\n{INSTALL}")
    assert fixed.platform == "linux/amd64"
    assert "Dockerfile:1 sets the platform: linux/amd64." in fixed.notes
    base = "FROM --platform=linux/amd64 python:3.11 AS base\n"
    one, other = read(f"{base}FROM base\n{INSTALL}FROM --platform=linux/arm64 base\n{INSTALL}")
    assert "Dockerfile:1 sets the platform: linux/amd64." in one.notes
    assert "Dockerfile:4 sets the platform: linux/arm64." in other.notes
    assert only(f"FROM --platform=$TARGETPLATFORM python:3.11\n{INSTALL}").platform is None
    assert only(f"FROM --platform=linux/arm64 python:3.11\n{INSTALL}").platform == "linux/arm64"
    assert only(f"FROM --platform=${{BUILDPLATFORM}} python:3.11\n{INSTALL}").platform == (
        "linux/amd64"
    )
    text = "FROM python:3.11\nARG TARGETARCH TARGETVARIANT\nRUN poetry install -E $TARGETARCH$TARGETVARIANT\n"
    assert only(text, "linux/arm/v7").choice.extras == ("armv7",)


STAGES = f"""\
FROM python:3.11-slim-bookworm AS base
RUN apt-get update && apt-get install -y gcc
FROM base AS builder
RUN apt-get install -y libpq-dev
RUN poetry install --only main
FROM base AS Tests
{INSTALL}
FROM builder AS runtime
RUN apt-get purge -y gcc
FROM python:3.11-slim
COPY --from=builder /app /app
"""


def test_every_stage_that_installs() -> None:
    """Each with what its parents installed; `--stage` picks one, and those it is built from."""
    builder, tests = read(STAGES)
    assert (builder.stage, builder.line, tools(builder)) == (
        "builder",
        5,
        {"c", "libpq", "openssl"},
    )
    assert (tests.stage, tests.line, tools(tests)) == ("tests", 7, {"c"})
    assert [step.stage for step in read(STAGES, stage="tests")] == ["tests"]
    assert [step.stage for step in read(STAGES, stage="TESTS")] == ["tests"]
    assert [step.stage for step in read(STAGES, stage="2")] == ["tests"]
    assert [step.stage for step in read(STAGES, stage="runtime")] == ["builder"]
    assert [step.stage for step in read(STAGES, stage="4")] == ["builder"]
    assert [step.stage for step in read(STAGES, stage="")] == ["builder"], "the last one"
    every = [step.stage for step in read(STAGES)]
    assert [step.stage for step in read(f"{STAGES}FROM scratch\n", stage="")] == every
    assert [step.stage for step in read(STAGES, stage="tests,runtime")] == ["builder", "tests"]
    both = read(f"{STAGES}FROM tests\nCOPY --from=builder /x /x\n", stage="5")
    assert [step.stage for step in both] == ["builder", "tests"]
    with pytest.raises(DockerfileError, match="does not install") as caught:
        read(STAGES, stage="base")
    assert caught.value.hint == "stages that do: builder, tests"
    with pytest.raises(
        DockerfileError, match=r'there is no stage "test" \(did you mean "tests"\?\)'
    ):
        read(STAGES, stage="test")


def test_onbuild_triggers() -> None:
    """They are applied to the stages whose parent registers them, not before."""
    text = (
        f"{SLIM.strip()} AS base\nONBUILD RUN apt-get install -y g++\nONBUILD {INSTALL}"
        "FROM base\nRUN true\n"
    )
    step = only(text)
    assert (step.stage, tools(step)) == ("1", {"c", "c++"})


def test_an_image_that_is_named_instead() -> None:
    """It replaces an unknown base image."""
    text = f"FROM registry.example/own:7 AS app\n{INSTALL}"
    assert only(text, image="python:3.12-alpine3.20").image.reference == "python:3.12-alpine3.20"
    assert (
        only(f"ARG BASE\nFROM $BASE\n{INSTALL}", image="debian:12").image.reference == "debian:12"
    )


def test_several_commands_of_a_stage() -> None:
    """The first is returned of those that choose the same; the project may come later."""
    step = only(f"{SLIM}RUN poetry install --no-root\nRUN apt-get install -y gcc\n{INSTALL}")
    assert (step.line, step.choice.root, tools(step)) == (2, True, set())
    text = f"{SLIM}RUN poetry install --only main\nRUN poetry install --only main --no-root\n"
    assert [step.line for step in read(text)] == [2]
    text = f"{SLIM}RUN poetry install --only main\nRUN poetry install --only dev\n"
    assert [step.line for step in read(text)] == [2, 3]


# --- toolchains ---

TOOLCHAINS: dict[str, tuple[str, set[str]]] = {
    "nothing": (SLIM, set()),
    "the full image": ("FROM python:3.11-bookworm\n", {"c", "c++", "make", "libpq", "libffi"}),
    "build-essential": (f"{SLIM}RUN apt-get install -y build-essential\n", {"c", "c++", "make"}),
    "gcc, with what is recommended": (f"{SLIM}RUN apt-get install gcc\n", {"c"}),
    "gcc without the headers of the C library": (
        f"{SLIM}RUN apt-get install --no-install-recommends gcc\n",
        set(),
    ),
    "the same by an option": (
        f"{SLIM}RUN apt-get -o APT::Install-Recommends=0 install gcc\n",
        set(),
    ),
    "they come along with others": (
        f"{SLIM}RUN apt-get install --no-install-recommends gcc zlib1g-dev\n",
        {"c", "zlib"},
    ),
    "a C++ compiler brings one for C": (f"{SLIM}RUN apt-get install g++ -y\n", {"c", "c++"}),
    "versions and architectures": (
        f"{SLIM}RUN apt install -y gcc=4:12.2.0-3 libpq-dev/bookworm libffi-dev:arm64\n",
        {"c", "libpq", "openssl", "libffi"},
    ),
    "other names of a package": (
        f"{SLIM}RUN apt-get install libldap2-dev libmariadb-dev libjpeg62-turbo-dev\n",
        {"openldap", "libmysqlclient", "libjpeg", "openssl", "zlib"},
    ),
    "removed again": (
        f"{SLIM}RUN apt-get install -y gcc libpq-dev && apt-get purge -y gcc\n",
        {"libpq", "openssl"},
    ),
    "dependencies stay without autoremove": (
        f"{SLIM}RUN apt-get install -y build-essential && apt-get remove -y build-essential\n",
        {"c", "c++", "make"},
    ),
    "and goes with it": (
        f"{SLIM}RUN apt-get install -y build-essential && apt-get purge -y --auto-remove"
        " build-essential\n",
        set(),
    ),
    "what depends on it goes, too": (
        f"{SLIM}RUN apt-get install -y build-essential && apt-get remove -y --autoremove gcc\n",
        set(),
    ),
    "variables": (
        f"{SLIM}ARG DEPS='gcc libpq-dev'\nENV MORE=libffi-dev\nRUN apt-get install -y $DEPS ${{MORE}}\n",
        {"c", "libpq", "openssl", "libffi"},
    ),
    "Rust": (f"{SLIM}RUN apt-get install -y --no-install-recommends cargo\n", {"c", "rust"}),
    "Rust, which recommends LLVM's headers, which depend on others": (
        f"{SLIM}RUN apt-get install -y rustc\n",
        {"c", "rust", "icu", "libffi", "libxml2", "ncurses"},
    ),
    "rustup": (f"{SLIM}RUN curl -sSf https://sh.rustup.rs | sh -s -- -y\n", {"rust"}),
    "what pip has": (f"{SLIM}RUN pip install cmake==3.27 ninja\n", {"cmake", "ninja"}),
    "Alpine": (
        "FROM python:3.11-alpine3.20\nRUN apk add --no-cache build-base libffi-dev postgresql-dev\n",
        {"c", "c++", "make", "libffi", "libpq", "openssl"},
    ),
    "Alpine's compiler without the C library": (
        "FROM python:3.11-alpine3.20\nRUN apk add gcc\n",
        set(),
    ),
    "a virtual package": (
        "FROM python:3.11-alpine3.20\nRUN apk add --virtual .deps gcc musl-dev libffi-dev\n",
        {"c", "libffi"},
    ),
    "that is removed": (
        "FROM python:3.11-alpine3.20\nRUN apk add -t .deps gcc musl-dev && apk add libffi-dev"
        " && apk del .deps\n",
        {"libffi"},
    ),
    "versions on Alpine": (
        "FROM python:3.11-alpine3.20\nRUN apk add 'gcc>10' musl-dev~1.2 libffi-dev=3 g++@edge\n",
        {"c", "c++", "libffi"},
    ),
    "Fedora": (
        "FROM fedora:41\nRUN dnf -y install gcc-c++ python3-devel libpq-devel\n",
        {"c", "c++", "libpq"},
    ),
    "a group": (
        'FROM almalinux:9\nRUN dnf groupinstall -y "Development Tools" && dnf install -y python3-devel\n',
        {"c", "c++", "make", "libtool", "flex", "bison"},
    ),
    "microdnf": (
        "FROM redhat/ubi9-minimal\nRUN microdnf install -y gcc python3-devel && microdnf clean all\n",
        {"c"},
    ),
    "yum": ("FROM amazonlinux:2\nRUN yum install -y gcc python3-devel\n", {"c"}),
    "tdnf": (
        "FROM photon:5.0\nRUN tdnf install -y gcc glibc-devel linux-api-headers binutils"
        " python3-devel openssl-devel\n",
        {"c", "c++", "openssl"},
    ),
    "tdnf without the headers of the kernel": (
        "FROM photon:5.0\nRUN tdnf install -y gcc glibc-devel binutils python3-devel\n",
        set(),
    ),
    "what build-essential brings on Azure Linux": (
        "FROM mcr.microsoft.com/azurelinux/base/python:3.12\n"
        "RUN tdnf install -y build-essential python3-devel\n",
        {"c", "c++", "make", "libtool", "bison"},
    ),
    "zypper": ("FROM opensuse/leap:15.6\nRUN zypper -n in gcc python3-devel\n", {"c"}),
    "conda": (
        "FROM mambaorg/micromamba:1.5-jammy\nRUN micromamba install -y -n base -c conda-forge"
        " python=3.11 c-compiler cxx-compiler hdf5\n",
        {"c", "c++", "hdf5"},
    ),
    "sudo and its kind": (
        f"{SLIM}RUN sudo -E DEBIAN_FRONTEND=noninteractive apt-get install -y gcc\n",
        {"c"},
    ),
    "what python3-pip recommends": (
        "FROM debian:12\nRUN apt-get install -y python3-pip\n",
        {"c", "c++", "make", "zlib"},
    ),
    "a compiler of another version": (
        f"{SLIM}ENV CC=/usr/bin/gcc-12\nRUN apt-get install -y gcc-12\n",
        {"c"},
    ),
    "packages that are marked as automatic": (
        f"{SLIM}RUN apt-get install -y gcc libffi-dev && apt-mark auto '.*' && apt-mark manual"
        " libffi-dev && apt-get purge -y --auto-remove\n",
        {"libffi"},
    ),
    "Rust that is copied": (
        f"{SLIM}COPY --from=rust:1.80 /usr/local/cargo /usr/local/cargo\n"
        "COPY --from=rust:1.80 /usr/local/rustup /usr/local/rustup\n",
        {"rust"},
    ),
    "clang that is named": (
        f"{SLIM}ENV CC=clang\nRUN apt-get install --no-install-recommends clang\n",
        {"c", "clang"},
    ),
    "clang that nothing calls": (
        f"{SLIM}RUN apt-get install --no-install-recommends clang\n",
        {"clang"},
    ),
    "an argument that is empty": (
        f"{SLIM}ARG DEV\nRUN if [ $DEV = true ]; then apt-get install gcc; else apt-get install"
        " libffi-dev; fi\n",
        {"libffi"},
    ),
    "a predefined argument that no ARG declares": (
        f'{SLIM}RUN if [ "$TARGETARCH" = arm64 ]; then apt-get install gcc; fi\n',
        set(),
    ),
    "the exec form": (f'{SLIM}RUN ["apt-get", "install", "-y", "gcc"]\n', {"c"}),
    "a here-document": (f"{SLIM}RUN <<EOF\nset -e\napt-get install -y gcc\nEOF\n", {"c"}),
    "a here-document for bash": (f"{SLIM}RUN <<EOF bash\napt-get install -y gcc\nEOF\n", {"c"}),
    "a here-document for Python": (
        f"{SLIM}RUN <<EOF python3\napt-get install -y gcc\nEOF\n",
        set(),
    ),
    "a file, not a script": (f"{SLIM}RUN cat > /x <<EOF\napt-get install -y gcc\nEOF\n", set()),
    "on the target alone": (
        f'{SLIM}ARG TARGETARCH\nRUN if [ "$TARGETARCH" = arm64 ]; then apt-get install gcc; fi\n',
        {"c"},
    ),
    "on another": (
        f'{SLIM}RUN if [ "$(uname -m)" = x86_64 ]; then apt-get install gcc; fi\n',
        set(),
    ),
    "in another stage": (f"{SLIM}RUN apt-get install gcc\n{SLIM}", set()),
    "of another distribution": (f"{SLIM}RUN apk add gcc musl-dev\n", set()),
}


@pytest.mark.parametrize("name", TOOLCHAINS)
def test_toolchains(name: str) -> None:
    """What is there where it installs, by the lines before."""
    text, expected = TOOLCHAINS[name]
    found = tools(only(text + INSTALL))
    # The full image brings more than is worth naming here.
    assert (found >= expected) if name == "the full image" else (found == expected)


SEMANTICS: dict[str, tuple[str, set[str]]] = {
    "a here-document with a first line": (
        f"{SLIM}RUN <<EOF\n#!/usr/bin/env -S bash\napt-get install -y gcc\nEOF\n",
        set(),
    ),
    "that names a shell": (f"{SLIM}RUN <<EOF\n#!/bin/bash -e\napt-get install gcc\nEOF\n", {"c"}),
    "by env": (f"{SLIM}RUN <<EOF\n#!/usr/bin/env sh\napt-get install gcc\nEOF\n", {"c"}),
    "a shell that reads it": (f"{SLIM}RUN sh -eux <<EOF\napt-get install gcc\nEOF\n", {"c"}),
    "a command behind it": (
        f"{SLIM}RUN <<EOF cat > /x && apt-get install gcc\napt-get install g++\nEOF\n",
        {"c"},
    ),
    "a quoted name": (f"{SLIM}RUN <<'E O'\napt-get install gcc\nE O\n", {"c"}),
    "no here-document": (f'{SLIM}RUN echo $((1<<2)) "a <<EOF b" && apt-get install gcc\n', {"c"}),
    "a comment takes all that follows": (
        f"{SLIM}RUN apt-get update; # then \\\n apt-get install -y gcc\n",
        set(),
    ),
    "blanks behind the continuation": (
        f"{SLIM}RUN apt-get install gcc\\  \n  libffi-dev\n",
        {"c", "libffi"},
    ),
    "two backslashes are none": (f"{SLIM}RUN echo a\\\\\nRUN apt-get install gcc\n", {"c"}),
    "tabs": (f"{SLIM}ENV\tP\tgcc libffi-dev\nRUN apt-get install $P\n", {"c", "libffi"}),
    "an argument of what is there": (
        f"{SLIM}ENV P=gcc\nARG P\nRUN apt-get install $P\n",
        {"c"},
    ),
    "a shell in front of the shell": (
        f'{SLIM}SHELL ["/usr/bin/env", "bash", "-c"]\nRUN apt-get install gcc\n',
        {"c"},
    ),
    "a global argument instead of the platform": (
        f"ARG TARGETARCH=amd64\n{SLIM}ARG TARGETARCH\n"
        "RUN if [ $TARGETARCH = amd64 ]; then apt-get install gcc; fi\n",
        {"c"},
    ),
    "what a group of apk has and something else requires": (
        "FROM python:3.11-alpine3.20\nRUN apk add gcc musl-dev && apk add -t .b gcc make && apk del .b\n",
        {"c"},
    ),
}


@pytest.mark.parametrize("name", SEMANTICS)
def test_as_buildkit_reads_it(name: str) -> None:
    """Lines, here-documents, arguments."""
    text, expected = SEMANTICS[name]
    assert tools(only(text + INSTALL)) == expected


APT = "RUN apt-get update && apt-get install -y {}\n"
RUSTUP = "RUN curl https://sh.rustup.rs | sh -s -- -y\n"
OLD_RUST = {"rust": "1.63.0"}
# What is installed, and the versions of Rust and CMake that are known.
VERSIONS: dict[str, tuple[str, dict[str, str]]] = {
    "those of the release": (
        APT.format("rustc cargo cmake"),
        {"rust": "1.63.0", "cmake": "3.25.1"},
    ),
    "none is installed": ("", {}),
    "rustup": (RUSTUP, {"rust": "the newest"}),
    "rustup beside the distribution's": (
        APT.format("rustc cargo") + RUSTUP,
        {"rust": "the newest"},
    ),
    "a toolchain of rustup": (
        RUSTUP.replace("-y", "-y --profile minimal --default-toolchain 1.72.1"),
        {"rust": "1.72.1"},
    ),
    "another way to say so": (
        RUSTUP.replace("-y", "--default-toolchain=1.72 -y"),
        {"rust": "1.72"},
    ),
    "another toolchain later": (f"{RUSTUP}RUN rustup default 1.79\n", {"rust": "1.79"}),
    "a toolchain by an argument": (RUSTUP.replace("-y", "--default-toolchain $R"), {}),
    "a version that is none": (RUSTUP.replace("-y", f"--default-toolchain 1.{'9' * 5_000}"), {}),
    "a nightly one": (RUSTUP.replace("-y", "--default-toolchain nightly-2024-01-01"), {}),
    "pip": (APT.format("cmake rustc cargo") + "RUN pip install cmake\n", OLD_RUST),
    "another release": (APT.format("-t bookworm-backports rustc cargo"), {}),
    "another release, written otherwise": (
        APT.format("--target-release=bookworm-backports rustc cargo"),
        {},
    ),
    "a source that is written": (
        "RUN echo deb http://x bookworm main > /etc/apt/sources.list.d/x.list\n"
        + APT.format("rustc cargo"),
        {},
    ),
    "a source by a here-document": (
        "RUN cat <<EOF > /etc/apt/sources.list.d/x.list\ndeb\nEOF\n" + APT.format("rustc cargo"),
        {},
    ),
    "a source that is copied": ("COPY x.list /etc/apt/sources.list.d/\n", {}),
    "a repository": ("RUN add-apt-repository ppa:x\n" + APT.format("rustc cargo"), {}),
    "a package that brings a source": (
        "RUN wget http://x/a.deb && dpkg -i a.deb\n" + APT.format("rustc cargo"),
        {},
    ),
    "another mirror": (
        "RUN sed -i s/archive.example/mirror/ /etc/apt/sources.list.d/debian.sources\n"
        + APT.format("rustc cargo"),
        OLD_RUST,
    ),
    "another version of the package": (APT.format("rustc cargo rustc-1.85"), {}),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_versions(name: str) -> None:
    """A release's own packages have its versions; what comes from elsewhere is newer."""
    text, expected = VERSIONS[name]
    versions = only(SLIM + text + INSTALL).toolchain.versions
    found = {short_form(each): version for each, version in versions.items()}
    assert {key: found[key] for key in ("rust", "cmake") if key in found} == expected


def test_versions_of_compilers() -> None:
    """An image has those of its distribution; CC names another one."""
    full = "FROM python:3.11-bookworm\n"
    assert only(full + INSTALL).toolchain.versions[C] == "12.2.0"
    another = APT.format("gcc-11") + "ENV CC=gcc-11\n"
    assert C not in only(full + another + INSTALL).toolchain.versions
    assert C not in only(full + APT.format("gcc-11 gcc") + "ENV CC=gcc-11\n" + INSTALL).versions


def test_what_comes_later_does_not_count() -> None:
    """The order of lines is that of the build."""
    assert tools(only(f"{SLIM}{INSTALL}RUN apt-get install gcc\n")) == set()


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("FROM debian:12\nRUN apt-get install -y gcc python3\n", False),
        ("FROM debian:12\nRUN apt-get install -y gcc python3-dev\n", True),
        ("FROM debian:12\nRUN apt-get install -y gcc libpython3.11-dev\n", True),
        ("FROM debian:12\nRUN apt-get install -y gcc python3.12 python3-dev\n", False),
        ("FROM debian:12\nRUN apt-get install -y gcc python3.12 python3.12-dev\n", True),
        (
            "FROM debian:12\nRUN apt-get install -y gcc && [ -f x ] && apt-get install python3-dev\n",
            None,
        ),
        ("FROM debian:12\nRUN uv python install 3.12\n", True),
        ("FROM debian:12\nRUN pyenv install 3.12.4\n", True),
        ("FROM python:3.11-slim\nRUN apt-get install -y gcc python3\n", True),
        ("FROM alpine:3.20\nRUN apk add python3 gcc musl-dev\n", False),
        ("FROM alpine:3.20\nRUN apk add python3-dev gcc musl-dev\n", True),
    ],
)
def test_the_headers_of_a_packaged_python(text: str, headers: bool | None) -> None:
    """They are a package of their own; without them, a compiler builds no extension."""
    step = only(text + INSTALL)
    assert step.headers is headers
    if headers is False:
        assert "c" not in tools(step)
        assert "dep:virtual/compiler/c" in step.found
    if headers is None:
        assert "dep:virtual/compiler/c" in step.toolchain.unsure


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("FROM python:3.12.4-slim\n", "3.12"),
        ("FROM debian:12\nRUN apt-get install -y python3\n", "3.11"),
        ("FROM ubuntu:22.04\nRUN apt-get install -y python3.12 python3.12-venv\n", "3.12"),
        ("FROM ubuntu:22.04\nRUN uv python install 3.13\n", "3.13"),
        ("FROM redhat/ubi8\nRUN dnf install -y python39 python39-devel\n", "3.9"),
        ("FROM redhat/ubi9\nRUN dnf install -y python3.12\n", "3.12"),
        ("FROM mambaorg/micromamba:1.5-jammy\nRUN micromamba create -n x python=3.10\n", "3.10"),
        ("FROM python:3.11\nRUN poetry env use 3.12\n", "3.12"),
        ("FROM python:3.11-slim\nRUN apt-get install -y python3.9\n", "3.11"),
        ("FROM ghcr.io/astral-sh/uv:python3.13-bookworm-slim\n", "3.13"),
        ("FROM ghcr.io/astral-sh/uv:bookworm-slim\n", None),
        ("FROM pypy:3.10-slim-bookworm\n", "pypy3.10"),
        ("FROM debian:12\nRUN uv python install pypy@3.11\n", "pypy3.11"),
        ("FROM debian:12\nCOPY --from=python:3.13-slim /usr/local /usr/local\n", "3.13"),
        ("FROM python:3.12 AS a\nFROM debian:12\nCOPY --from=a /usr/local /usr/local\n", "3.12"),
    ],
)
def test_pythons(text: str, python: str | None) -> None:
    """The image's, or the one that its lines install."""
    found = only(text + INSTALL).python
    assert (found.short if found else None) == python


# --- what installs, and what it chooses ---

CHOICES: dict[str, Choice] = {
    "poetry install": Choice(),
    "poetry sync --no-root": Choice(root=False),
    "/opt/poetry/bin/poetry install": Choice(),
    "$POETRY_HOME/bin/poetry install": Choice(),
    "python3 -m poetry install": Choice(),
    "pipx run poetry==2.1 install": Choice(),
    "uvx --with poetry-plugin-export poetry@$V install": Choice(),
    "poetry --no-ansi -C . install": Choice(),
    "poetry install --only main,ci --only docs": Choice(only=("main", "ci", "docs")),
    "poetry install --with dev --without=docs": Choice(including=("dev",), excluding=("docs",)),
    "poetry install --no-dev": Choice(only=("main",)),
    "poetry install -E pg --extras 'a b'": Choice(extras=("pg", "a", "b")),
    "poetry install --all-extras --all-groups": Choice(all_extras=True, all_groups=True),
    "poetry install $ARGS": Choice(unknown=True),
    'poetry install $(test "$X" = production && echo --only=main)': Choice(unknown=True),
    "poetry bundle venv --only=main /venv": Choice(only=("main",)),
    "poetry config installer.no-binary psutil && poetry install": Choice(no_binary="psutil"),
    "POETRY_INSTALLER_ONLY_BINARY=:all: poetry install": Choice(only_binary=":all:"),
    "poetry export -o r.txt && pip install -r r.txt": Choice(only=("main",), root=False),
    "poetry export --with dev > r.txt; pip install --no-deps -r /app/r.txt": Choice(
        only=("main", "dev"), root=False
    ),
    "poetry export -f requirements.txt | pip install -r /dev/stdin": Choice(
        only=("main",), root=False
    ),
    "poetry export -o r.txt && pip wheel --only-binary :all: -r r.txt": Choice(
        only=("main",), root=False, only_binary=":all:"
    ),
    "poetry export -o r.txt --without-hashes && uv pip sync r.txt": Choice(
        only=("main",), root=False
    ),
    "pip install .": Choice(only=("main",), solved=True),
    "pip3 install --no-cache-dir '.[pg]'": Choice(only=("main",), extras=("pg",), solved=True),
    "python -m pip install -e .": Choice(only=("main",), solved=True),
    "uv pip install --system -r pyproject.toml --extra pg --extra x": Choice(
        only=("main",), extras=("pg", "x"), solved=True, root=False
    ),
    "uv pip sync --all-extras ./pyproject.toml": Choice(
        only=("main",), all_extras=True, solved=True, root=False
    ),
    "poetry export | grep -v x > r.txt; mv r.txt /b.txt; pip install -r b.txt": Choice(
        only=("main",), root=False
    ),
    "poetry export | tee r.txt && pip install -r r.txt": Choice(only=("main",), root=False),
    "poetry install --only-root": Choice(dependencies=False),
    "poetry build && pip install dist/*.tar.gz": Choice(only=("main",), root=False, solved=True),
    "poetry build && pip install dist/*.whl": Choice(only=("main",), root=False, solved=True),
    "conda run -n x poetry install": Choice(),
    "su app -c 'poetry install'": Choice(),
}


@pytest.mark.parametrize("command", CHOICES)
def test_what_installs(command: str) -> None:
    """In the words of `poetry install`."""
    step = only(f"{SLIM}RUN {command}\n")
    assert step.choice == CHOICES[command]


@pytest.mark.parametrize(
    "command",
    [
        "poetry install --dry-run",
        "pip install poetry",
        "pip install -r requirements.txt",
        "poetry export -o r.txt",
        "poetry build && pip install --no-deps dist/*.whl",
        "pip install dist/*.whl",
        "poetry export -o r.txt && pip install --no-index --find-links /wheels -r r.txt",
        "poetry export -o r.txt && pip install --dry-run -r r.txt",
        "echo poetry install",
        "poetry --version",
        "pipx install poetry",
    ],
)
def test_what_installs_nothing_that_is_locked(command: str) -> None:
    """Poetry itself, files that were not exported, or nothing at all."""
    with pytest.raises(DockerfileError, match="no stage installs"):
        read(f"{SLIM}RUN {command}\n")


def test_a_file_that_was_exported_in_another_stage() -> None:
    """By its name, also under another one that COPY gives it."""
    text = (
        f"{SLIM.strip()} AS deps\nRUN poetry export --only main,web -o /tmp/requirements.txt\n{SLIM}"
        "COPY --from=deps /tmp/requirements.txt /app/prod.txt\nRUN pip install -r /app/prod.txt\n"
    )
    step = only(text)
    assert (step.line, step.choice) == (5, Choice(only=("main", "web"), root=False))


def test_files_of_one_name() -> None:
    """The one that COPY brings is the one that counts."""
    text = (
        f"{SLIM.strip()} AS deps\nRUN poetry export -o /prod/r.txt && poetry export --with dev -o"
        f" /dev/r.txt\n{SLIM}COPY --from=deps /prod/r.txt .\nRUN pip install -r r.txt\n"
    )
    assert only(text).choice.only == ("main",)
    assert only(text.replace("/prod/r.txt .", "/dev/r.txt /")).choice.only == ("main", "dev")


def test_a_wheel_that_another_stage_builds() -> None:
    """It is installed where it is copied to; a file that was not exported is named."""
    text = (
        f"{SLIM.strip()} AS build\nWORKDIR /app\nRUN poetry install --only main && poetry build\n"
        f"{SLIM}COPY --from=build /app/dist/*.whl ./\nRUN pip install *.whl\n"
    )
    assert [step.line for step in read(text)] == [3, 6]
    step = only(
        f"{SLIM.strip()} AS build\nRUN poetry install\n{SLIM}RUN pip install -r requirements.txt\n"
    )
    assert step.notes == (
        "Not checked: Dockerfile:4: requirements.txt, which nothing here exports.",
    )
    step = only(f"{SLIM.strip()} AS a\nRUN pip install -r tools.txt\nFROM a\nRUN poetry install\n")
    assert step.notes == (
        "Not read, so what it installs is not known: Dockerfile:2: tools.txt, which nothing here"
        " exports.",
    )


def test_what_was_installed_before() -> None:
    """In the same stage, in what it goes on from, in an environment that it copies."""
    main, everything = Choice(only=("main",)), Choice()
    text = f"{SLIM.strip()} AS a\nRUN poetry install --only main\n"
    for more in (
        INSTALL,
        f"FROM a\n{INSTALL}",
        f"{SLIM}COPY --from=a /app/.venv /app/.venv\n{INSTALL}",
        f"{SLIM}COPY --from=0 /usr/local/lib/python3.11/site-packages /x\n{INSTALL}",
    ):
        first, second = read(text + more)
        assert (first.choice, second.choice) == (main, everything)
        assert (first.installation.previous, second.installation.previous) == ((), (main,))
    _, second = read(f"{text}{SLIM}COPY --from=a /app/static /app\n{INSTALL}")
    assert second.installation.previous == ()


def test_a_child_has_what_its_parent_has() -> None:
    """Its platform, its variables, its notes."""
    text = (
        "FROM --platform=linux/amd64 python:3.11-slim AS a\nENV P=gcc\nRUN poetry lock\n"
        f"FROM a\nRUN apt-get install -y $P\n{INSTALL}"
    )
    step = only(text)
    assert (step.platform, tools(step)) == ("linux/amd64", {"c"})
    assert any("`poetry lock`" in note for note in step.notes)
    # All of one ENV see what was there before it.
    step = only(f"{SLIM}ENV A=1\nENV A=2 B=$A\nRUN poetry install -E $A$B\n")
    assert step.choice.extras == ("21",)


@pytest.mark.parametrize(
    ("text", "line", "user", "joined"),
    [
        (f"{SLIM}WORKDIR /x\nCOPY . .\n{INSTALL}", 3, "", False),
        (f"{SLIM}USER app\nCOPY . .\n{INSTALL}", 4, "app", False),
        (f"{SLIM}COPY . .\nUSER app\n{INSTALL}", 2, "", False),
        (f"{SLIM}COPY --from=x a b\n{INSTALL}", 3, "", False),
        (f"{SLIM}RUN apt-get install -y curl\nCOPY . .\n{INSTALL}", 3, "", True),
        (f"{SLIM}RUN poetry install && apt-get install -y curl\n", 2, "", False),
        (f"{SLIM}RUN [ -f x ] && apt-get install -y curl\n{INSTALL}", 3, "", False),
        (
            f"{SLIM}COPY . .\nRUN apt-get install -y curl && apt-get purge -y curl\n{INSTALL}",
            4,
            "",
            False,
        ),
        ("FROM python:3.11-alpine3.20\nRUN apk add -t .x curl\n" + INSTALL, 3, "", False),
    ],
)
def test_where_packages_can_be_added(text: str, line: int, user: str, joined: bool) -> None:
    """Before the sources are copied, as root, or behind those that a command installs."""
    installation = read(text)[0].installation
    assert text.count("\n", 0, installation.insertion_offset) + 1 == line
    assert (installation.user, installation.insertion is not None) == (user, joined)


def test_settings_of_the_image() -> None:
    """ENV sets policies for what follows, and for what goes on from there."""
    text = (
        f"{SLIM.strip()} AS a\nENV POETRY_INSTALLER_NO_BINARY=six \\\n  PIP_NO_BINARY=x\n"
        f"FROM a\n{INSTALL}"
    )
    assert only(text).choice == replace(Choice(), no_binary="six")


# --- what is not known ---


def test_an_undecidable_condition() -> None:
    """Its packages may be there; an installation under it is checked, with a note."""
    step = only(f"{SLIM}ENV E=a\nRUN [ -f x ] && E=b; poetry install -E x$E\n")
    assert (step.choice.extras, step.choice.unknown) == ((), True)
    step = only(f"{SLIM}RUN [ -f /x ] && apt-get install -y gcc\n{INSTALL}")
    assert tools(step) == set()
    assert "dep:virtual/compiler/c" in step.toolchain.unsure
    step = only(f"{SLIM}RUN if [ -f /x ]; then poetry install; fi\n")
    assert step.notes == ("Dockerfile:2 installs under an undecidable condition.",)


def test_unknown_packages() -> None:
    """Anything may be among them."""
    step = only(f"FROM debian:12\nRUN apt-get install -y $BUILD_DEPS\n{INSTALL}")
    assert step.headers is None
    assert {"dep:virtual/compiler/c", "dep:generic/libpq"} <= set(step.toolchain.unsure)


def test_undeclared_and_missing_arguments() -> None:
    """The first is a note, the second is named if the image depends on it."""
    step = only(f"{SLIM}{INSTALL}", PYTHON_VERSON="3.12")
    assert step.notes == ("Build argument PYTHON_VERSON: no ARG in Dockerfile declares it.",)
    with pytest.raises(DockerfileError) as caught:
        read(f"ARG V\nFROM python:${{V}}-slim\n{INSTALL}")
    assert caught.value.hint == "ARG V has no value; --build-arg V=VALUE gives it one"


def test_what_is_not_read() -> None:
    """Scripts, make, packages whose names are not known: each with its line."""
    step = only(
        f"{SLIM}COPY x.sh /\nRUN /x.sh && curl x | bash\nRUN make setup && bash tools/y.bash && . ./env\n"
        f"RUN apt-get install -y $(cat packages.txt)\n{INSTALL}"
    )
    assert step.notes == (
        "Not read, so what it installs is not known: Dockerfile:3: /x.sh,"
        " Dockerfile:3: what curl fetches, Dockerfile:4: make setup, Dockerfile:4: tools/y.bash,"
        " Dockerfile:4: ./env,"
        " Dockerfile:5: packages whose names are not known.",
    )
    step = only(f'{SLIM}SHELL ["pwsh", "-c"]\nRUN Install-It\nSHELL ["sh", "-c"]\n{INSTALL}')
    assert "Dockerfile:3: a shell that is not supported" in step.notes[0]


def test_a_file_of_requirements_that_was_not_exported() -> None:
    """It may or may not be of the lock: it is named, and not checked."""
    with pytest.raises(DockerfileError) as caught:
        read(f"{SLIM}RUN pip install -r requirements.txt\n")
    assert caught.value.problems[1] == (
        "not read: Dockerfile:2: requirements.txt, which nothing here exports"
    )


def test_a_long_name_of_what_is_not_read() -> None:
    """Its beginning is shown."""
    with pytest.raises(DockerfileError) as caught:
        read(f"{SLIM}RUN /opt/{'a' * 60_000}\n")
    assert caught.value.problems[1] == f"not read: Dockerfile:2: /opt/{'a' * 194}…"


def test_a_script_that_no_shell_reads() -> None:
    """It is named with its line, and the rest of the file is read."""
    step = only(f"{SLIM}RUN if true; then \\\n  apt-get install gcc\n{INSTALL}")
    assert step.notes == (
        "Not read, so what it installs is not known: Dockerfile:4: unexpected end of script.",
    )


def test_a_lock_that_changes_within() -> None:
    """Then what is checked is not what is installed."""
    step = only(f"{SLIM}RUN poetry add gunicorn\n{INSTALL}")
    assert "Dockerfile:2: `poetry add` changes the lock within the image" in step.notes[0]


def test_an_environment_on_another_c_library() -> None:
    """What is copied to a stage with another one does not run there; a report has to say so."""
    text = (
        f"{SLIM.strip()} AS build\n{INSTALL}FROM python:3.11-alpine3.20\n"
        "COPY --from=build {} /app\n"
    )
    (note,) = only(text.format("/app/.venv")).notes
    assert note == (
        "Dockerfile:4 copies from python:3.11-slim-bookworm (glibc) into python:3.11-alpine3.20"
        " (musl): compiled packages do not run there."
    )
    assert only(text.replace("=build", "=0").format("/app/.venv")).notes == (note,)
    assert only(text.format("/deps/requirements.txt")).notes == ()
    assert only(text.replace("alpine3.20", "slim-trixie").format("/app")).notes == ()


def test_no_installation_but_scripts() -> None:
    """It may be that one of them installs: they are named."""
    with pytest.raises(DockerfileError) as caught:
        read(f"{SLIM}COPY . .\nRUN make install\n")
    assert caught.value.problems == (
        "Dockerfile: no stage installs with Poetry",
        "not read: Dockerfile:3: make install",
    )


@pytest.mark.parametrize("line", ["COPY --from=a", "COPY --from=a x", "ADD x", 'COPY ["x"]'])
def test_copies_without_a_destination(line: str) -> None:
    """BuildKit refuses them with the same words."""
    keyword = line.partition(" ")[0]
    with pytest.raises(
        DockerfileError, match=f"^Dockerfile:3: {keyword} requires at least two arguments$"
    ):
        read(f"FROM python:3.12-slim AS a\nFROM python:3.12-slim\n{line}\nRUN poetry install\n")


@pytest.mark.parametrize("name", CONTAINER_ARCHITECTURES)
def test_every_container_platform_is_called_something_inside(name: str) -> None:
    """TARGETARCH is the name that was asked for, and `uname -m` answers."""
    platform = parse_name(f"linux/{name}").platform
    values = platform_values("TARGET", platform)
    assert parse_name(str(values["TARGETPLATFORM"])).platform.architecture is platform.architecture
    assert printed_on(platform)["uname", "-m"]


@pytest.mark.parametrize(
    ("line", "fails"),
    [
        ("RUN apk add --no-cache gcc", True),
        ("RUN apt-get update && apt-get install -y gcc", False),
        ("RUN command -v apk && apk add gcc || apt-get install -y gcc", False),
        ("RUN if [ -f /etc/alpine-release ]; then apk add gcc; fi", False),
        ("RUN apk add gcc || true", False),
        ("RUN apk add gcc \\\n    || true", False),
        ("RUN apk add gcc \\\n    && true", True),
        ("RUN apk add gcc; true", False),
        ("RUN dnf install -y gcc", True),
    ],
)
def test_a_package_manager_of_another_distribution(line: str, *, fails: bool) -> None:
    """It is not there: the build of the image stops, unless the line is prepared for that."""
    step = only(f"FROM python:3.12-slim-bookworm\n{line}\nRUN poetry install\n")
    name = line.split()[1]
    note = f"Dockerfile:2: python:3.12-slim-bookworm has no {name}: building the image fails there."
    assert (note in step.notes) is fails


@pytest.mark.parametrize(
    "lines",
    [
        "RUN apt-get update && apt-get install -y dnf\nRUN dnf install -y gcc",
        "RUN apt-get install -y $(cat tools)\nRUN dnf install -y gcc",
        "RUN ./unknown.sh\nRUN dnf install -y gcc",
        "COPY --from=alpine:3.20 /sbin/apk /sbin/apk\nRUN apk add gcc",
        "COPY --from=alpine:3.20 / /\nRUN apk add gcc",
        "COPY --from=alpine:3.20 /sbin/ /opt/tools/\nENV PATH=/opt/tools:$PATH\nRUN apk add gcc",
        "COPY apk /usr/local/bin/\nRUN apk add gcc",
        "ADD rootfs.tar.gz /\nRUN apk add gcc",
        "RUN curl -L https://x.invalid/apk.static -o /sbin/apk && apk add gcc",
        "RUN <<EOF\napk add gcc\ntrue\nEOF",
        "RUN ! apk add gcc",
        "RUN apk add gcc | cat",
        "RUN apk add gcc & true",
        "RUN apk add gcc \\\n    # or not\n\n    || true",
        f"RUN apk add gcc {'g++ ' * 1000} || true",
    ],
)
def test_a_package_manager_that_may_have_come_or_may_fail(lines: str) -> None:
    """Nothing is said where it may be there, or where the build goes on without it."""
    step = only(f"FROM python:3.12-slim-bookworm\n{lines}\nRUN poetry install\n")
    assert not [note for note in step.notes if "building the image fails" in note]


@pytest.mark.parametrize(
    "lines",
    [
        "COPY . /app\nRUN apk add gcc",
        "RUN apt-get install -y curl\nRUN apk add gcc",
        "WORKDIR /app\nRUN --mount=type=cache,target=/var/cache/apk apk add gcc",
        "RUN apk update && \\\n    apk add gcc",
        "ENV PATH=/opt/tools:$PATH\nRUN apk add gcc",
    ],
)
def test_a_package_manager_that_cannot_have_come(lines: str) -> None:
    """What else the file does brings none."""
    step = only(f"FROM python:3.12-slim-bookworm\n{lines}\nRUN poetry install\n")
    note = "Dockerfile:3: python:3.12-slim-bookworm has no apk: building the image fails there."
    assert note in step.notes
