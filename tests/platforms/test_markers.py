"""Marker environments: what a machine would say of itself, in a form Poetry accepts."""

from __future__ import annotations

import pytest
from packaging.markers import default_environment
from poetry.core.version.markers import parse_marker

from poetry_arch_check.platforms.markers import marker_environment
from poetry_arch_check.platforms.names import KNOWN_NAMES, parse_name
from poetry_arch_check.platforms.python import parse_python

NAMES = sorted(set(KNOWN_NAMES) - {"current", "all"})


def environment(name: str, python: str = "3.11") -> dict[str, str]:
    """Return the environment of a target name."""
    return marker_environment(parse_name(name).platform, parse_python(python))


def test_the_variables_are_those_of_pep_508() -> None:
    """All of them, and no others."""
    assert environment("linux/arm64").keys() == default_environment().keys()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linux/arm64", ("linux", "Linux", "aarch64", "posix")),
        ("linux/386", ("linux", "Linux", "i686", "posix")),
        ("windows/amd64", ("win32", "Windows", "AMD64", "nt")),
        ("windows/arm64", ("win32", "Windows", "ARM64", "nt")),
        ("macos/arm64", ("darwin", "Darwin", "arm64", "posix")),
        ("macos/amd64", ("darwin", "Darwin", "x86_64", "posix")),
    ],
)
def test_a_target_reports_what_its_machine_would(name: str, expected: tuple[str, ...]) -> None:
    """On Windows the machine is AMD64 or ARM64, elsewhere as `uname -m`."""
    found = environment(name)
    keys = ("sys_platform", "platform_system", "platform_machine", "os_name")
    assert tuple(found[key] for key in keys) == expected


def test_a_version_without_a_patch_is_the_newest() -> None:
    """`python_full_version < "3.11.3"` is false for "3.11"."""
    marker = parse_marker('python_full_version < "3.11.3"')
    assert not marker.validate(environment("linux/arm64"))
    assert marker.validate(environment("linux/arm64", "3.11.2"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("variable", ["platform_release", "platform_version"])
def test_poetry_can_compare_every_value(name: str, variable: str) -> None:
    """An empty or odd value would raise ParseConstraintError inside Poetry."""
    parse_marker(f'{variable} >= "20.0"').validate(environment(name))


def test_darwin_runs_ahead_of_macos() -> None:
    """Darwin 22 is macOS 13, 23 is 14, 25 is 26: pyobjc's markers depend on it."""
    releases = {
        name: environment(name)["platform_release"].split(".")[0]
        for name in (
            "macosx_10_15_x86_64",
            "macosx_13_0_arm64",
            "macosx_14_0_arm64",
            "macosx_26_0_arm64",
        )
    }
    assert list(releases.values()) == ["19", "22", "23", "25"]


def test_windows_has_a_build_number() -> None:
    """`platform_version` is the build there, `platform_release` is not."""
    found = environment("windows/arm64")
    assert found["platform_version"].startswith("10.0.")
    assert found["platform_release"] == "10"


def test_pypy_says_so() -> None:
    """`platform_python_implementation` decides what cffi and greenlet bring in."""
    found = environment("linux/amd64", "pypy3.10")
    assert found["platform_python_implementation"] == "PyPy"
    assert found["implementation_name"] == "pypy"
