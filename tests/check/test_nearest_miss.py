"""The nearest miss: one wheel, and the one thing that keeps it out."""

from __future__ import annotations

import pytest

from poetry_arch_check.check.nearest_miss import Incompatibility, NearestMiss, nearest_miss
from poetry_arch_check.formats.nearest_miss import explain
from support.make import package, target

SDIST = "demo-1.0.tar.gz"


def nearest(name: str, python: str, *wheels: str) -> NearestMiss:
    """Return the nearest of some wheels for a target."""
    on = target(name, python)
    files = [f"demo-1.0-{wheel}.whl" for wheel in wheels]
    found = nearest_miss(package(*files).wheels, on.platform, on.python, on.support)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "python", "wheel", "reason", "words"),
    [
        ("linux/arm64", "3.11", "cp311-cp311-manylinux_2_34_aarch64", "libc-version", "needs glibc 2.34"),
        ("musllinux_1_1_x86_64", "3.11", "cp311-cp311-musllinux_1_2_x86_64", "libc-version", "musl 1.2"),
        ("alpine/amd64", "3.11", "cp311-cp311-manylinux_2_17_x86_64", "libc", "the target has musl"),
        ("linux/amd64", "3.11", "cp311-cp311-musllinux_1_2_x86_64", "libc", "needs musl 1.2"),
        ("linux/arm64", "3.11", "cp312-cp312-manylinux_2_17_aarch64", "python", "cp312"),
        ("linux/arm64", "3.11", "cp312-abi3-manylinux_2_17_aarch64", "python", "cp312"),
        ("linux/arm64", "3.11", "py2-none-any", "python", "py2"),
        ("linux/arm64", "3.11", "pp310-pypy310_pp73-manylinux_2_17_aarch64", "python", "pp310"),
        ("linux/arm64", "pypy3.10", "cp310-cp310-manylinux_2_17_aarch64", "python", "PyPy"),
        ("linux/arm64", "3.13t", "cp313-cp313-manylinux_2_17_aarch64", "abi", "CPython 3.13t"),
        ("linux/arm64", "3.13t", "cp38-abi3-manylinux_2_17_aarch64", "abi", "abi3"),
        ("linux/arm64", "3.13", "cp313-cp313t-manylinux_2_17_aarch64", "abi", "cp313t"),
        ("linux/arm64", "3.11", "cp36-abi3-manylinux2010_x86_64", "architecture", "for x86_64"),
        ("windows/arm64", "3.11", "cp311-cp311-win_amd64", "architecture", "x86_64"),
        ("macos/arm64", "3.11", "cp311-cp311-macosx_10_9_x86_64", "architecture", "x86_64"),
        ("macos/arm64", "3.11", "cp311-cp311-macosx_10_9_intel", "architecture", "x86_64"),
        ("macos/arm64", "3.11", "cp311-cp311-macosx_14_0_arm64", "os", "needs macOS 14.0"),
        ("macos/amd64", "3.11", "cp311-cp311-macosx_14_0_universal2", "os", "needs macOS 14.0"),
        ("linux/amd64", "3.11", "cp311-cp311-win_amd64", "os", "for Windows"),
        ("windows/amd64", "3.11", "cp311-cp311-strange_x", "os", "strange_x"),
        ("linux/arm64", "3.11", "cp311-cp311-manylinux_2_5_aarch64", "libc-version", "no Python"),
    ],
)  # fmt: skip
def test_each_reason(name: str, python: str, wheel: str, reason: str, words: str) -> None:
    """Every reason of the contract, with words that name both sides."""
    found = nearest(name, python, wheel)
    assert found.incompatibility.code == reason
    assert words in explain(found, target(name, python))


def test_an_assumed_c_library_is_called_so() -> None:
    """Where the verdict hangs on it, and nobody stated it."""
    found = nearest("linux/arm64", "3.11", "cp311-cp311-manylinux_2_34_aarch64")
    assert "glibc 2.28 (assumed)" in explain(found, target("linux/arm64"))
    assert "assumed" not in explain(found, target("manylinux_2_28_aarch64"))


def test_the_order_of_nearness() -> None:
    """A wheel with a nearer fault is shown before one with a graver."""
    wheels = [
        "cp311-cp311-win_amd64",
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp312-cp312-manylinux_2_17_aarch64",
        "cp311-cp311-musllinux_1_2_aarch64",
        "cp311-cp311-manylinux_2_34_aarch64",
    ]
    reasons = []
    while wheels:
        found = nearest("linux/arm64", "3.11", *wheels)
        reasons.append(found.incompatibility.code)
        wheels.remove(found.wheel.filename.removeprefix("demo-1.0-").removesuffix(".whl"))
    assert reasons == ["libc-version", "libc", "python", "architecture", "os"]
    assert [incompatibility.code for incompatibility in Incompatibility] == [
        "libc-version", "os", "libc", "python", "abi", "architecture", "os"
    ]  # fmt: skip


def test_free_threaded_builds() -> None:
    """A wheel that lacks only the build is nearer than one for another Python."""
    wheels = (
        "cp27-cp27m-manylinux2014_aarch64",
        "cp39-abi3-manylinux2014_aarch64",
        "cp312-cp312-manylinux2014_aarch64",
    )
    found = nearest("linux/arm64", "3.13t", *wheels)
    assert (found.incompatibility, found.tag.abi) == (Incompatibility.ABI, "abi3")
    found = nearest("linux/arm64", "3.13t", *wheels, "cp314-cp314t-manylinux2014_aarch64")
    assert (found.incompatibility, found.tag.abi) == (Incompatibility.PYTHON, "cp314t")


def test_one_fault_is_nearer_than_two_of_the_same_gravity() -> None:
    """Of two wheels for another architecture, the one for this Python is nearer."""
    found = nearest(
        "linux/arm64", "3.11", "cp27-cp27m-manylinux2010_x86_64", "cp36-abi3-manylinux2010_x86_64"
    )
    assert "cp36" in found.wheel.filename


def test_the_closest_version_is_nearest() -> None:
    """Among wheels for other Pythons the one a single version away."""
    found = nearest(
        "linux/arm64", "3.11", *(f"cp{m}-cp{m}-manylinux_2_17_aarch64" for m in (38, 39, 312))
    )
    assert "cp312" in found.wheel.filename


def test_the_commonest_architecture_stands_for_the_others() -> None:
    """A colleague on arm64 is told of x86_64, not of i686, whichever comes first."""
    found = nearest(
        "linux/arm64", "3.11", "cp36-abi3-manylinux2010_i686", "cp36-abi3-manylinux2010_x86_64"
    )
    assert found.wheel.filename.endswith("x86_64.whl")


def test_a_compressed_set_counts_by_its_closest_tag() -> None:
    """The tag that comes closest is the one that is explained."""
    found = nearest("linux/arm64", "3.11", "py2.py3-none-manylinux_2_40_aarch64.win_amd64")
    assert found.incompatibility is Incompatibility.LIBC_VERSION


def test_without_wheels_there_is_no_miss() -> None:
    """A package with an sdist alone has none."""
    on = target()
    assert nearest_miss(package(SDIST).wheels, on.platform, on.python, on.support) is None
