"""Which targets are checked: who states platform, image, Python and toolchain, and who wins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from poetry.utils._compat import tomllib

from poetry_arch_check.check.report import TargetReport
from poetry_arch_check.errors import TargetError
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.platforms.python import NEWEST_PATCH, parse_python
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.request import Context, DockerfileRef, Request
from poetry_arch_check.settings.selection import select
from poetry_arch_check.toolchains.inventory import Inventory, Tool
from poetry_arch_check.toolchains.toolchain import C, parse_toolchain
from support.make import target as make_target

if TYPE_CHECKING:
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.python import Python


GCC = Inventory(
    tools=(Tool(dependency=C, path="/usr/bin/gcc"),), headers="/usr/include/Python.h", minor=11
)


def context(
    *,
    platform: str | None = None,
    python: str = "3.11.7",
    minors: range = range(9, 14),
    machine: str = "",
) -> Context:
    """Return a machine: glibc 2.36 on arm64, with a Python, and a project that allows some."""

    def allows(python: Python) -> bool:
        return python.minor in minors

    return Context(
        current=lambda: make_target("manylinux_2_36_aarch64", python),
        inventory=lambda: GCC,
        pythons=tuple(parse_python(f"3.{minor}") for minor in minors),
        allows=allows,
        default_platform=platform,
        machine=machine,
    )


def chosen(toml: str = "", where: Context | None = None, **request: object) -> list[Target]:
    """Return the targets for a configuration and wishes."""
    return list(select(read_config(tomllib.loads(toml)), Request(**request), where or context()))  # type: ignore[arg-type]


def said(targets: list[Target]) -> list[tuple[str, str, str]]:
    """Return name, best platform and Python of each."""
    return [(t.name, t.platform.tag, t.python.short) for t in targets]


def test_nothing_named_is_the_environment() -> None:
    """`current`, unless DOCKER_DEFAULT_PLATFORM says what containers are run for."""
    assert said(chosen()) == [("current", "manylinux_2_36_aarch64", "3.11")]
    assert said(chosen(where=context(platform="linux/amd64"))) == [
        ("linux/amd64", "manylinux_2_28_x86_64", "3.11")
    ]


@pytest.mark.parametrize(("machine", "name"), [("AMD64", "linux/amd64"), ("e2k", "linux/arm64")])
def test_an_image_is_for_this_machine(machine: str, name: str) -> None:
    """The environment's, whose interpreter may not start, only where the system does not tell."""
    found = chosen(where=context(machine=machine), images=("debian:12",))
    assert [target.name for target in found] == [name]


def test_the_configuration_counts_where_the_command_line_is_silent() -> None:
    """All configured targets, before DOCKER_DEFAULT_PLATFORM; a name on the command line alone."""
    toml = 'targets = ["linux/arm64", "windows/amd64"]'
    names = [t.name for t in chosen(toml, context(platform="linux/s390x"))]
    assert names == ["linux/arm64", "windows/amd64"]
    assert [t.name for t in chosen(toml, targets=("macos/arm64",))] == ["macos/arm64"]


def test_all_is_the_common_eight() -> None:
    """As a target on the command line or in the configuration."""
    assert len(chosen(targets=("all",))) == 8
    assert len(chosen('targets = ["all", "linux/arm64"]')) == 8


def test_the_machine_is_looked_at_where_nothing_is_declared() -> None:
    """For `current`, by whatever name; a declaration counts instead, an empty one too."""
    (current,) = chosen(targets=("current",))
    assert current.inventory == GCC
    assert current.toolchain.dependencies == (C,)
    (here,) = chosen('targets = { here = { platform = "current" } }')
    assert (here.name, here.inventory) == ("here", GCC)
    for toml in (
        "toolchain = []",
        'targets = { here = { platform = "current", toolchain = ["libpq"] } }',
    ):
        (declared,) = chosen(toml, targets=() if "here" in toml else ("current",))
        assert declared.inventory is None
        assert C not in declared.toolchain.dependencies
    (elsewhere,) = chosen(targets=("linux/arm64",))
    assert elsewhere.inventory is None
    assert elsewhere.toolchain.dependencies == ()


def test_a_named_target_has_what_its_table_says() -> None:
    """Image, C library, Python, tools; the same name on the command line picks it."""
    toml = """
    [targets]
    graviton = { platform = "linux/arm64", image = "python:3.12-slim-bookworm", toolchain = ["c"] }
    alpine = { platform = "linux/amd64", image = "python:3.12-alpine3.20" }
    """
    (graviton,) = chosen(toml, targets=("graviton",))
    assert said([graviton]) == [("graviton", "manylinux_2_36_aarch64", "3.12")]
    assert graviton.toolchain.dependencies == (C,)
    assert not graviton.platform.assumed
    (alpine,) = chosen(toml, targets=("alpine",))
    assert said([alpine]) == [("alpine", "musllinux_1_2_x86_64", "3.12")]


@pytest.mark.parametrize(
    ("toml", "asked", "pythons"),
    [
        ("", {}, ["3.11"]),
        ('python = ["3.12", "3.13"]', {}, ["3.12", "3.13"]),
        ('python = "3.12"\nimage = "python:3.10-slim"', {}, ["3.12"]),
        ('image = "python:3.10-slim"', {}, ["3.10"]),
        ('python = "3.12"', {"images": ("python:3.10-slim",)}, ["3.10"]),
        ('python = "3.12"', {"pythons": ("3.9", "3.13t")}, ["3.9", "3.13t"]),
        ("", {"images": ("ubuntu:22.04",)}, ["3.10"]),
        ("", {"pythons": ("all",)}, ["3.9", "3.10", "3.11", "3.12", "3.13"]),
    ],
)
def test_the_nearest_word_names_the_python(
    toml: str, asked: dict[str, Any], pythons: list[str]
) -> None:
    """Option, own image, default, default image, environment."""
    found = chosen(toml, targets=("linux/arm64",), **asked)
    assert [t.python.short for t in found] == pythons


def test_a_cibuildwheel_name_keeps_its_python() -> None:
    """Unless an option says otherwise."""
    assert chosen('python = "3.9"', targets=("cp312-win32",))[0].python.short == "3.12"
    assert chosen(targets=("cp312-win32",), pythons=("3.10",))[0].python.short == "3.10"


def test_a_python_that_the_image_does_not_have_is_noted() -> None:
    """It is checked all the same: somebody wants to know what a move would cost."""
    (found,) = chosen(
        targets=("linux/arm64",), images=("python:3.10-slim-bookworm",), pythons=("3.12",)
    )
    assert found.python.short == "3.12"
    assert any("has Python 3.10" in note for note in found.notes)


def test_an_environment_that_the_project_does_not_allow() -> None:
    """The nearest Python that it does is taken for other targets, and the report says so."""
    where = context(python="3.14.1", minors=range(9, 13))
    (found,) = chosen(where=where, targets=("linux/arm64",))
    assert found.python.short == "3.12"
    assert "3.12 is checked" in found.notes[0]
    (found,) = chosen(
        where=context(python="3.11.1", minors=range(12, 15)), targets=("linux/arm64",)
    )
    assert found.python.short == "3.12"
    assert chosen(where=where, targets=("current",))[0].python.short == "3.14"


def test_toolchains() -> None:
    """An option replaces what is declared, and adds to what the image brings."""
    toml = 'toolchain = ["rust"]\n[targets]\na = { platform = "linux/arm64", toolchain = [] }'
    assert chosen('toolchain = ["c"]')[0].toolchain.dependencies == (C,)
    assert chosen(toml)[0].toolchain.dependencies == ()
    assert chosen(toml, toolchain=parse_toolchain(["c"]))[0].toolchain.dependencies == (C,)
    full = chosen(
        targets=("linux/arm64",), images=("python:3.12",), toolchain=parse_toolchain(["rust"])
    )
    assert {C, "dep:virtual/compiler/rust", "dep:generic/libpq"} < set(
        full[0].toolchain.dependencies
    )
    assert chosen("toolchain = true")[0].toolchain.everything


def test_an_image_alone_runs_on_this_architecture() -> None:
    """As `docker run` would."""
    assert said(chosen(images=("python:3.12-alpine3.20",))) == [
        ("linux/arm64", "musllinux_1_2_aarch64", "3.12")
    ]


def test_a_default_image_is_for_targets_it_can_be_meant_for() -> None:
    """Linux targets that do not state a C library."""
    toml = """
    targets = ["linux/arm64", "macos/arm64", "manylinux_2_17_x86_64", "alpine/arm64"]
    image = "python:3.12-slim-bookworm"
    python = "3.12"
    """
    assert [t.image is not None for t in chosen(toml)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("name", "image", "words"),
    [
        ("macos/arm64", "python:3.12-slim", "is macOS"),
        ("linux/arm64", "python:3.12-windowsservercore", "is for Windows"),
        ("manylinux_2_17_x86_64", "python:3.12-slim", "states it too"),
        ("linux/amd64", "public.ecr.aws/lambda/python:3.12-arm64", "is x86_64"),
        ("windows/arm64", "python:3.12-windowsservercore", "is aarch64"),
        ("alpine/arm64", "python:3.12-slim", "has musl, image python:3.12-slim has glibc"),
        ("current", "python:3.12-slim", "has no image"),
    ],
)
def test_contradictions_are_errors(name: str, image: str, words: str) -> None:
    """A target and an image that cannot belong together."""
    with pytest.raises(TargetError) as caught:
        chosen(targets=(name,), images=(image,))
    assert words in str(caught.value)


def test_an_alpine_image_goes_with_an_alpine_target() -> None:
    """They say the same."""
    assert (
        chosen(targets=("alpine/arm64",), images=("python:3.12-alpine3.20",))[0].image is not None
    )


def test_an_image_is_left_out_where_it_does_not_fit() -> None:
    """As long as it fits some target; the others are checked without it, and say so."""
    found = chosen(targets=("all",), images=("python:3.12-slim-bookworm",), pythons=("3.12",))
    fits = {target.name for target in found if target.image}
    assert fits == {"linux/amd64", "linux/arm64"}
    assert all(target.image or "is checked without" in target.notes[0] for target in found)


def test_no_python_to_check_is_an_error() -> None:
    """`--python all` of a project that allows none must not pass as checked."""
    with pytest.raises(TargetError):
        chosen(where=context(minors=range(0)), targets=("linux/arm64",), pythons=("all",))


@pytest.mark.parametrize(
    ("value", "name"), [("linux/arm64", "linux/arm64"), ("arm64", "linux/arm64")]
)
def test_docker_default_platform_in_dockers_words(value: str, name: str) -> None:
    """An architecture alone is Linux."""
    assert [t.name for t in chosen(where=context(platform=value))] == [name]


def test_a_bad_docker_default_platform_is_called_by_its_name() -> None:
    """The variable is named, because nobody typed the target."""
    with pytest.raises(TargetError, match="DOCKER_DEFAULT_PLATFORM"):
        chosen(where=context(platform="bogus"))


def test_a_distributions_own_python_is_noted() -> None:
    """Nobody asked for it."""
    (found,) = chosen(targets=("linux/arm64",), images=("almalinux:9",))
    assert any("that of AlmaLinux 9" in note for note in found.notes)


def test_targets_do_not_repeat() -> None:
    """The same name with the same Python, however written, is checked once."""
    same = ("3.11", "cp311", f"3.11.{NEWEST_PATCH[11]}")
    assert len(chosen(targets=("linux/arm64",), pythons=same)) == 1
    assert len(chosen(targets=("linux/arm64",), pythons=("3.10", "pypy3.10"))) == 2
    assert len(chosen(targets=("linux/arm64", "linux/arm64"), pythons=("3.11", "3.11"))) == 1


def test_a_moving_tag_is_noted() -> None:
    """The report says that it moves, and how to pin it."""
    (found,) = chosen(targets=("linux/arm64",), images=("python:3.12-slim",))
    assert any("python:3.12-slim-trixie does not move" in note for note in found.notes)


def test_several_images() -> None:
    """Each target with each image, which states its Python; one that is named twice is one."""
    images = ("python:3.12-slim", "python:3.13-alpine", "python:3.12-slim")
    found = chosen(images=images, targets=("linux/amd64", "linux/arm64"))
    assert [
        (each.name, each.image and each.image.reference, each.python.short) for each in found
    ] == [
        ("linux/amd64", "python:3.12-slim", "3.12"),
        ("linux/arm64", "python:3.12-slim", "3.12"),
        ("linux/amd64", "python:3.13-alpine", "3.13"),
        ("linux/arm64", "python:3.13-alpine", "3.13"),
    ]


def test_stages_with_several_images() -> None:
    """Each is called by its stage and its image."""
    text = "FROM python:3.11 AS a\nRUN poetry install\nFROM python:3.11 AS b\nRUN poetry install\n"
    found = chosen(
        where=replace(context(), read=lambda _: text),
        targets=("linux/arm64",),
        images=("python:3.12-slim", "python:3.12-alpine"),
        dockerfile=DockerfileRef(path="Dockerfile"),
    )
    assert labels([TargetReport(target=each, findings=()) for each in found]) == [
        "linux/arm64 a python:3.12-slim",
        "linux/arm64 b python:3.12-slim",
        "linux/arm64 a python:3.12-alpine",
        "linux/arm64 b python:3.12-alpine",
    ]


def test_images_of_several_pythons() -> None:
    """The image says which Python it is, if it is another one for each."""
    images = ("python:3.11-slim", "python:3.11-alpine", "python:3.12-slim")
    found = chosen(targets=("linux/arm64",), images=images)
    called = labels([TargetReport(target=each, findings=()) for each in found])
    assert called == [f"linux/arm64 {image}" for image in images]


def test_patches_of_one_python() -> None:
    """Two of one minor version are told apart, and what is asked for twice is checked once."""
    found = chosen(targets=("linux/arm64",), pythons=("3.12", "3.13", "3.12", "3.12.1"))
    assert labels([TargetReport(target=each, findings=()) for each in found]) == [
        "linux/arm64 3.12",
        "linux/arm64 3.13",
        "linux/arm64 3.12.1",
    ]


def test_of_several_images_those_that_fit() -> None:
    """A target that none fits is checked without, as with one image."""
    images = ("python:3.12-slim", "python:3.12-alpine")
    found = chosen(images=images, targets=("linux/amd64", "alpine/amd64", "macos/arm64"))
    assert [(each.name, each.image and each.image.reference) for each in found] == [
        ("linux/amd64", "python:3.12-slim"),
        ("macos/arm64", None),
        ("linux/amd64", "python:3.12-alpine"),
        ("alpine/amd64", "python:3.12-alpine"),
    ]
    assert "is checked without" in found[1].notes[0]
