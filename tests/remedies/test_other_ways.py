"""Other ways out that people take: only where they lead somewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version
from poetry.utils._compat import tomllib

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.releases import File, Release
from poetry_arch_check.check.requirement import Requirement
from poetry_arch_check.data.tables import table
from poetry_arch_check.remedies.no_way_out import no_way_out
from poetry_arch_check.remedies.piwheels import piwheels
from poetry_arch_check.remedies.replacements import replacement_of, replacement_with_wheel
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.upgrades.candidates import newest_fitting
from support.make import finding, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Remedy

PLACE = "pyproject.toml:6"
PSYCOPG2 = package("psycopg2-2.9.9.tar.gz", name="psycopg2", version="2.9.9")


def by_kind(*files: str, name: str, python: str = "3.11") -> dict[str, Remedy]:
    """Return the remedies for a package with `files`, by kind."""
    found = finding(package(*files), target(name, python)).remedies
    return {remedy.kind.value: remedy for remedy in found}


def test_a_package_in_place_of_another() -> None:
    """Its name is said; whether it has a wheel, only the index tells."""
    found = {each.kind.value: each for each in finding(PSYCOPG2, target()).remedies}
    assert "psycopg2-binary is imported as psycopg2 is" in found["replacement"].text
    assert "--suggest asks the index" in found["replacement"].text
    assert found["replacement"].lines == ()
    # What another package requires stays required.
    assert replacement_of(replace(PSYCOPG2, direct=False)) is None
    assert replacement_of(package("demo-1.0.tar.gz")) is None


def test_a_replacement_with_a_wheel() -> None:
    """The newest release that has one on all targets; not one that was taken back."""

    def release(version: str, tag: str, *, yanked: bool = False) -> Release:
        name = f"psycopg2_binary-{version}-cp311-cp311-{tag}.whl"
        return Release(
            version=Version(version), files=(File(artifact=parse_artifact(name), yanked=yanked),)
        )

    arm = "manylinux_2_17_aarch64"
    releases = [
        release("2.9.8", arm),
        release("2.9.9", arm),
        release("2.9.10", "manylinux_2_17_x86_64"),
        release("2.9.11", arm, yanked=True),
        release("3.0rc1", arm),
    ]
    assert newest_fitting(releases, [target("linux/arm64")]) == Version("2.9.9")
    assert newest_fitting(releases, [target("linux/arm64"), target("linux/amd64")]) is None


@pytest.mark.parametrize(
    ("standing", "lines", "said"),
    [
        (
            Requirement(place=PLACE, constraint=">=2.9"),
            ("poetry add 'psycopg2-binary>=2.9'", "poetry remove psycopg2"),
            "on linux/arm64.",
        ),
        (
            Requirement(place=PLACE, constraint=">=2.9", group="db"),
            ("poetry add --group db 'psycopg2-binary>=2.9'", "poetry remove --group db psycopg2"),
            "on linux/arm64.",
        ),
        # `poetry remove` does not look into extras.
        (
            Requirement(place=PLACE, constraint=">=2.9", extra="postgres"),
            ("poetry add --optional postgres 'psycopg2-binary>=2.9'",),
            "on linux/arm64. Delete psycopg2 (extra postgres, pyproject.toml:6), then:",
        ),
        (
            Requirement(place=PLACE, constraint=">=2.9", plain=False),
            (),
            "on linux/arm64; pyproject.toml:6 requires psycopg2.",
        ),
    ],
)
def test_commands_for_the_table_of_the_requirement(
    standing: Requirement, lines: tuple[str, ...], said: str
) -> None:
    """They reach the table where it stands; `poetry add` would drop a marker."""
    remedy = replacement_with_wheel(PSYCOPG2, "2.9.9", "on linux/arm64", ">=2.9", [standing])
    assert remedy.lines == lines
    assert remedy.text.endswith(said)
    several = replacement_with_wheel(PSYCOPG2, "2.9.9", "here", ">=2.9", [standing, standing])
    assert several.lines == ()


def test_the_table_of_replacements() -> None:
    """Normalized names, each with its source."""
    for name, row in table("replacements")["rows"].items():
        assert (name, row["by"]) == (canonicalize_name(name), canonicalize_name(row["by"]))
        assert row["source"]


def test_a_newer_macos() -> None:
    """The oldest that has a wheel, where nothing but the version keeps it out."""
    wheel = "demo-1.0-cp311-cp311-macosx_{}_0_{}.whl".format
    found = by_kind(wheel(14, "arm64"), wheel(15, "universal2"), name="macosx_12_0_arm64")
    assert "macOS 14.0 or newer" in found["platform"].text
    assert found["platform"].lines == ("poetry arch-check -t macosx_14_0_arm64",)
    assert "platform" not in by_kind(wheel(14, "x86_64"), name="macosx_12_0_arm64")
    assert "platform" not in by_kind(wheel(14, "arm64"), name="macosx_12_0_arm64", python="3.12")


@pytest.mark.parametrize(
    ("name", "python", "image", "there"),
    [
        ("linux/arm/v7", "3.11", None, True),
        ("linux/arm/v6", "3.13", None, True),
        ("linux/arm/v7", "3.11", "python:3.11-slim-bookworm", True),
        ("linux/arm/v7", "3.11", "python:3.11-slim-bullseye", False),
        ("linux/arm/v7", "3.12", None, False),
        ("linux/arm/v7", "3.11", "python:3.11-alpine3.20", False),
        ("linux/arm64", "3.11", None, False),
    ],
)
def test_piwheels(name: str, python: str, image: str | None, there: bool) -> None:
    """For the Pythons and the C libraries of Debian's releases, on 32 bits."""
    found = list(piwheels(package("demo-1.0.tar.gz"), target(name, python, image=image)))
    assert bool(found) is there


def test_no_way_out_is_said() -> None:
    """With the entry that ignores the problem, which the configuration takes."""
    locked = package("demo-1.0-cp27-cp27m-manylinux_2_17_aarch64.whl")
    (remedy,) = finding(locked, target("linux/arm64"), allowed=(11,)).remedies
    assert remedy == no_way_out(locked, target("linux/arm64"))
    read = tomllib.loads("\n".join(remedy.lines))["tool"]["poetry-arch-check"]
    (ignore,) = read_config(read).ignores
    assert ignore.covers("demo", target("linux/arm64"))
    # Where there is one, it is not.
    assert "ignore" not in by_kind("demo-1.0.tar.gz", name="linux/arm64")
