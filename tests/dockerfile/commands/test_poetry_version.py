"""Which Poetry a Dockerfile installs."""

from __future__ import annotations

import pytest

from poetry_arch_check.dockerfile import Build, install_steps_of
from poetry_arch_check.platforms.names import parse_name

AMD64 = parse_name("linux/amd64").platform
BUILD = Build(platform=AMD64, host=AMD64, arguments={})


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        ("RUN pip install poetry==1.8.3", "==1.8.3"),
        ("RUN pip install 'poetry>=1.5,<2'", "<2,>=1.5"),
        ("RUN python3 -m pip install --no-cache-dir poetry", ""),
        ("RUN pip install poetry-core==1.9", ""),
        ("RUN pipx install poetry==1.7.1", "==1.7.1"),
        ("RUN uv tool install 'poetry~=1.8'", "~=1.8"),
        ("ARG V=1.8.2\nRUN pip install poetry==$V", "==1.8.2"),
        ("ARG V\nRUN pip install poetry==$V", ""),
        (
            "ENV POETRY_VERSION=1.6.1\nRUN curl -sSL https://install.python-poetry.org | python3 -",
            "==1.6.1",
        ),
        (
            "RUN curl -sSL https://install.python-poetry.org | POETRY_VERSION=1.4.0 python3 -",
            "==1.4.0",
        ),
        (
            "RUN curl -sSL https://install.python-poetry.org | python3 - --version 1.3.2",
            "==1.3.2",
        ),
        ("RUN curl -sSL https://install.python-poetry.org | python3 -", ""),
        ("RUN pip install poetry==1.8.3\nRUN pip install -U poetry", ""),
    ],
)
def test_the_version_of_poetry(lines: str, versions: str) -> None:
    """As pip, pipx, uv or Poetry's installer are told."""
    text = f"FROM python:3.11-slim-bookworm\n{lines}\nCOPY . .\nRUN poetry install\n"
    (step,) = install_steps_of(text, "Dockerfile", BUILD)
    assert step.installation.poetry == versions


@pytest.mark.parametrize(
    ("line", "replaceable"),
    [
        ("RUN apk upgrade --no-cache", False),
        ("RUN apk add git", False),
        ("RUN apk update", False),
        ("RUN pip install wheel", True),
    ],
)
def test_a_base_image_under_lines_of_its_distribution(line: str, replaceable: bool) -> None:
    """It cannot be replaced: the lines would fail on another."""
    text = f"FROM python:3.11-alpine3.20\n{line}\nRUN pip install poetry\nRUN poetry install\n"
    (step,) = install_steps_of(text, "Dockerfile", BUILD)
    assert (step.base is not None) is replaceable
