"""Target names: every kind is accepted and means what it says."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.names import COMMON_EIGHT, KNOWN_NAMES, UV_NAMES, parse_name
from poetry_arch_check.platforms.platform import Architecture, Libc, Os
from poetry_arch_check.platforms.python import Implementation
from poetry_arch_check.platforms.tags import supported

SPECIAL = {"current", "all"}

# The forms of cibuildwheel's identifiers (cibuildwheel 4.3, build-platforms.toml).
LINUX = ("aarch64", "armv7l", "i686", "ppc64le", "riscv64", "s390x", "x86_64")
CIBUILDWHEEL = (
    *(f"cp{minor}-{libc}_{machine}"
      for minor in ("38", "39", "310", "311", "312", "313", "313t", "314", "314t", "315", "315t")
      for libc in ("manylinux", "musllinux") for machine in LINUX),
    *(f"cp313-{platform}" for platform in (
        "macosx_arm64", "macosx_universal2", "macosx_x86_64", "win32", "win_amd64", "win_arm64",
        "android_arm64_v8a", "android_x86_64", "ios_arm64_iphoneos", "ios_arm64_iphonesimulator",
        "ios_x86_64_iphonesimulator", "pyodide_wasm32")),
    *(f"pp311-{platform}" for platform in (
        "macosx_arm64", "macosx_x86_64", "manylinux_aarch64", "manylinux_i686",
        "manylinux_x86_64", "win_amd64")),
    *(f"gp312_250-{platform}" for platform in (
        "macosx_arm64", "manylinux_aarch64", "manylinux_x86_64", "win_amd64")),
)  # fmt: skip


def test_uv_has_46_values() -> None:
    """The list is that of uv 0.13, whole and without repetition."""
    assert len(UV_NAMES) == len(set(UV_NAMES)) == 46


@pytest.mark.parametrize("name", sorted({*UV_NAMES, *KNOWN_NAMES, *CIBUILDWHEEL} - SPECIAL))
def test_every_known_name_is_a_platform_with_tags(name: str) -> None:
    """A name stands for a platform whose best tag is among those that it takes."""
    read = parse_name(name)
    python = read.python or parse_name("cp312-win32").python
    assert python is not None
    assert read.platform.tag in supported(read.platform, python).platforms


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("linux/amd64", "manylinux_2_28_x86_64"),
        ("linux/amd64/v3", "manylinux_2_28_x86_64"),
        ("linux/arm64", "manylinux_2_28_aarch64"),
        ("linux/arm64/v8", "manylinux_2_28_aarch64"),
        ("linux/arm/v7", "manylinux_2_28_armv7l"),
        ("linux/arm/v6", "linux_armv6l"),
        ("linux/386", "manylinux_2_28_i686"),
        ("linux/riscv64", "manylinux_2_28_riscv64"),
        ("windows/amd64", "win_amd64"),
        ("windows/arm64", "win_arm64"),
        ("macos/arm64", "macosx_13_0_arm64"),
        ("darwin/amd64", "macosx_13_0_x86_64"),
        ("alpine", "musllinux_1_2_x86_64"),
        ("Linux/ARM64", "manylinux_2_28_aarch64"),
        ("linux", "manylinux_2_28_x86_64"),
        ("macos", "macosx_13_0_arm64"),
        ("aarch64-manylinux2014", "manylinux_2_17_aarch64"),
        ("x86_64-manylinux_2_40", "manylinux_2_40_x86_64"),
        ("aarch64-unknown-linux-musl", "musllinux_1_2_aarch64"),
        ("i686-pc-windows-msvc", "win32"),
        ("aarch64-linux-android", "android_24_arm64_v8a"),
        ("wasm32-pyodide2024", "pyemscripten_2024_0_wasm32"),
        ("cp312-pyodide_wasm32", "pyemscripten_2024_0_wasm32"),
        ("cp313-pyodide_wasm32", "pyemscripten_2025_0_wasm32"),
        ("pyemscripten_2025_0_wasm32", "pyemscripten_2025_0_wasm32"),
        ("arm64-apple-ios", "ios_13_0_arm64_iphoneos"),
        ("manylinux2014_x86_64", "manylinux_2_17_x86_64"),
        ("manylinux1_i686", "manylinux_2_5_i686"),
        ("musllinux_1_1_x86_64", "musllinux_1_1_x86_64"),
        ("macosx_14_0_arm64", "macosx_14_0_arm64"),
        ("win_arm64", "win_arm64"),
    ],
)
def test_a_name_means_one_platform(name: str, tag: str) -> None:
    """The most specific tag tells what a name was taken for."""
    assert parse_name(name).platform.tag == tag


def test_the_c_library_is_assumed_only_where_nobody_states_it() -> None:
    """`linux/arm64` says nothing of glibc, a platform tag does."""
    assert parse_name("linux/arm64").platform.assumed
    assert not parse_name("manylinux_2_28_aarch64").platform.assumed
    assert parse_name("alpine/arm64").platform.libc is Libc.MUSL


def test_a_cibuildwheel_identifier_names_a_python() -> None:
    """It is the only kind of name that does."""
    free = parse_name("cp313t-musllinux_aarch64")
    assert free.python is not None
    assert (free.python.short, free.python.free_threaded) == ("3.13t", True)
    assert free.platform.architecture is Architecture.AARCH64
    pypy = parse_name("pp311-manylinux_x86_64").python
    assert pypy is not None
    assert pypy.implementation is Implementation.PYPY
    assert parse_name("linux/arm64").python is None


def test_all_is_four_systems_on_both_architectures() -> None:
    """The common eight are linux with glibc and musl, macOS and Windows."""
    platforms = [parse_name(name).platform for name in COMMON_EIGHT]
    kinds = {(p.os, p.libc, p.architecture) for p in platforms}
    assert len(kinds) == 8
    assert {p.os for p in platforms} == {Os.LINUX, Os.MACOS, Os.WINDOWS}


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("linux/arm46", '"linux/arm64"'),
        ("linux/amd", '"linux/amd64"'),
        ("manylinx_2_28_aarch64", '"manylinux_2_28_aarch64"'),
        ("macos/riscv64", '"linux/riscv64"'),
        ("gravitn", '"graviton"'),
    ],
)
def test_an_unknown_name_lists_near_matches(name: str, near: str) -> None:
    """The configured names are among the candidates."""
    with pytest.raises(TargetError) as caught:
        parse_name(name, more=["graviton"])
    assert near in str(caught.value)
    assert caught.value.exit_code == 2


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_a_target_error(text: str) -> None:
    """Nothing else comes out."""
    with suppress(TargetError):
        parse_name(text)


@pytest.mark.parametrize("name", ["arm64", "amd64", "x86_64", "386"])
def test_an_architecture_alone_offers_the_container_platform(name: str) -> None:
    """That is what is meant most often."""
    with pytest.raises(TargetError, match=f'did you mean "linux/{name}"'):
        parse_name(name)
