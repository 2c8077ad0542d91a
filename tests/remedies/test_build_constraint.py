"""A build constraint is for a Poetry that knows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.origin import AtInstallStep
from poetry_arch_check.dockerfile import Build, install_steps_of
from poetry_arch_check.remedies.build_constraint import build_constraint, is_older
from poetry_arch_check.remedies.facts import Facts
from support.make import package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Remedy
    from poetry_arch_check.check.target import Target

TABLE = ("[tool.poetry.build-constraints]", 'demo = { setuptools = "<82" }')


@pytest.mark.parametrize(
    ("versions", "older"),
    [
        ("", False),
        ("==1.8.3", True),
        ("==1.8.*", True),
        ("~=2.2.0", True),
        ("<2", True),
        ("<2.3", True),
        ("==2.3.0", False),
        ("==2.3.*", False),
        ("~=2.1", False),
        (">=1.8,<3", False),
        (">=1.8", False),
    ],
)
def test_which_versions_are_older(versions: str, older: bool) -> None:
    """Than 2.3, all of them."""
    assert is_older(versions) is older


def on_dockerfile(poetry: str, python: str = "3.11") -> Target:
    """Return a target where a Dockerfile installs this Poetry and runs it."""
    on = target("linux/amd64", python)
    build = Build(platform=on.platform, host=on.platform, arguments={})
    text = f"FROM python:{python}-slim\nRUN pip install {poetry}\nRUN poetry install\n"
    (step,) = install_steps_of(text, "Dockerfile", build)
    return replace(on, origin=AtInstallStep(step=step))


def remedies(on: Target, *, known: bool = True) -> list[Remedy]:
    """Return the constraint for a package, where the Poetry at hand knows constraints or not."""
    facts = Facts(build_constraints=known)
    return list(build_constraint(package("demo-1.0.tar.gz"), ("setuptools<82",), on, facts))


def test_a_poetry_that_knows_it() -> None:
    """The table alone."""
    for on in (target(), on_dockerfile("poetry"), on_dockerfile("poetry==2.3.1")):
        (remedy,) = remedies(on)
        assert remedy.lines == TABLE


def test_an_older_poetry_is_updated_first() -> None:
    """It refuses a project with the table: the one at hand, or the Dockerfile's."""
    (remedy,) = remedies(target(), known=False)
    assert remedy.lines == ("poetry self update", *TABLE)
    (remedy,) = remedies(on_dockerfile("poetry==1.8.3"))
    assert "Dockerfile installs poetry==1.8.3: update it first" in remedy.text
    assert remedy.lines[1] == "RUN pip install 'poetry>=2.3'"
    assert remedy.lines[-2:] == TABLE


def test_a_python_for_which_there_is_no_such_poetry() -> None:
    """Poetry 2.3 takes Python 3.10."""
    assert remedies(on_dockerfile("poetry", "3.9")) == []
