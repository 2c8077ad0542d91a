"""Base images that the configuration knows: what they are like, and Dockerfiles that build them."""

from __future__ import annotations

import pytest

from poetry_arch_check.dockerfile import Build, Choice, InstallStep, install_steps_of
from poetry_arch_check.errors import ConfigurationError, DockerfileError
from poetry_arch_check.images import parse_image
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.settings.config import Config, read_config
from poetry_arch_check.toolchains.toolchain import short_form

ACME = {"like": "python:3.12-slim-bookworm", "toolchain": ["c", "libpq"]}
FILES = {
    "base/Dockerfile": "ARG V=3.11\nFROM python:$V-slim-bookworm AS first\nFROM first\nWORKDIR /app\n"
    "ENV EXTRA=x\nRUN apt-get install -y gcc && poetry install --only dev\nONBUILD ENV MORE=y\n",
    "loop": "FROM acme/loop\n",
    "wrong": "FROM nobody/knows:1\n",
}


def config_of(**images: object) -> Config:
    """Return the configuration with these own images; `_` stands for a slash."""
    return read_config(
        {"images": {name.replace("_", "/"): value for name, value in images.items()}}
    )


def only(text: str, config: Config) -> InstallStep:
    """Return the one place where a Dockerfile installs."""
    platform = parse_name("linux/arm64").platform
    build = Build(
        platform=platform,
        host=platform,
        arguments={},
        own_images=config.images,
        read=FILES.__getitem__,
    )
    (step,) = install_steps_of(text, "Dockerfile", build)
    return step


@pytest.mark.parametrize(
    ("pattern", "reference"),
    [
        ("ghcr.io/acme/base", "ghcr.io/acme/base"),
        ("ghcr.io/acme/base", "ghcr.io/acme/base:1.2"),
        ("ghcr.io/acme/base", "ghcr.io/acme/base:1.2@sha256:" + "0" * 64),
        ("ghcr.io/acme/*", "ghcr.io/acme/base:1.2"),
        ("*/base:3.*", "localhost:5000/base:3.12"),
        ("python:3.12-slim-bookworm", "python:3.12-slim-bookworm"),
    ],
)
def test_what_an_image_is_like(pattern: str, reference: str) -> None:
    """By its name, with or without a tag, or by a pattern; its toolchain is added."""
    config = read_config({"images": {pattern: ACME}})
    step = only(f"FROM {reference}\nRUN poetry install\n", config)
    assert step.image.distribution is not None
    assert step.image.distribution.release == "12"
    assert step.python is not None
    assert step.python.short == "3.12"
    assert {short_form(each) for each in step.found} >= {"c", "libpq"}
    assert (step.image.reference, step.image.moves) == (reference, "")


def test_other_images_are_as_they_were() -> None:
    """A name that is longer is another one."""
    config = read_config({"images": {"ghcr.io/acme/base": ACME}})
    with pytest.raises(DockerfileError, match="unknown image"):
        only("FROM ghcr.io/acme/base-2:1\nRUN poetry install\n", config)


def test_a_base_that_is_built_from_a_file() -> None:
    """Its last stage is what the stage begins with: packages, variables, what it has installed."""
    config = config_of(acme_base={"dockerfile": "base/Dockerfile"})
    step = only("FROM acme/base:1\n\nRUN poetry install -E $EXTRA$MORE\n", config)
    assert (step.line, step.choice) == (3, Choice(extras=("xy",)))
    assert step.installation.previous == (Choice(only=("dev",)),)
    assert {short_form(each) for each in step.toolchain.dependencies} >= {"c"}
    assert step.image.reference == "python:3.11-slim-bookworm"


@pytest.mark.parametrize(
    ("path", "why"),
    [("loop", "too many files"), ("wrong", 'wrong:1: unknown image "nobody/knows:1"')],
)
def test_files_that_build_no_base(path: str, why: str) -> None:
    """One that is built from itself, and one whose own base is not known."""
    name = "acme/loop" if path == "loop" else "acme/base"
    config = read_config({"images": {name: {"dockerfile": path}}})
    with pytest.raises(DockerfileError) as caught:
        only(f"FROM {name}\nRUN poetry install\n", config)
    assert why in str(caught.value)


def test_mistakes() -> None:
    """All of them, each with its full key."""
    with pytest.raises(ConfigurationError) as caught:
        read_config(
            {
                "images": {
                    "a/b": {"like": "nobody/knows:1", "toolchain": ["c", "!"], "x": 1},
                    "c": {},
                    "d": {"dockerfile": "", "like": "python:3.12"},
                    "e": 1,
                    "f": {"dockerfile": "x"},
                },
                "image": "f",
            }
        )
    keys = [problem.split(" ")[0] for problem in caught.value.problems]
    table = "tool.poetry-arch-check"
    assert keys == [
        f'{table}.images."a/b".x',
        f'{table}.images."a/b".like',
        f'{table}.images."a/b".toolchain[1]',
        f"{table}.images.c.like",
        f"{table}.images.d.like",
        f"{table}.images.d.dockerfile",
        f"{table}.images.e",
        f"{table}.image",
    ]
    config = read_config({"images": {"a/b": ACME}, "image": "a/b:1"})
    assert config.image == "a/b:1"


def test_the_image_of_the_command_line() -> None:
    """It may be an own one, in place of one that is not known, whose tag tells its Python."""
    platform = parse_name("linux/arm64").platform
    build = Build(
        platform=platform,
        host=platform,
        arguments={},
        image="acme/base",
        own_images=config_of(acme_base=ACME, acme_python=ACME).images,
    )
    text = "FROM {}\nRUN poetry install\n"
    (other,) = install_steps_of(text.format("nobody/python:3.11"), "Dockerfile", build)
    (own,) = install_steps_of(text.format("acme/python:3.11"), "Dockerfile", build)
    minors = [step.python.minor for step in (other, own) if step.python is not None]
    # What the configuration says of an image, its tag does not say otherwise.
    assert minors == [11, 12]
    assert {*map(short_form, other.toolchain.dependencies)} >= {"c", "libpq"}


def test_what_else_is_in_an_image() -> None:
    """An own image, or a vendor's, has more packages than what it is built on."""
    assert parse_image("python:3.12-slim-bookworm").complete
    own = only("FROM acme/base\nRUN poetry install\n", config_of(acme_base=ACME)).image
    assert not own.complete
    assert not parse_image("jupyter/base-notebook:ubuntu-22.04").complete
