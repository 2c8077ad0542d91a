"""Tags: the same lists that packaging and pip would make."""

from __future__ import annotations

import sys
from pathlib import Path

import packaging.tags
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.tags import Tag
from pip._internal.utils.compatibility_tags import get_supported
from poetry.utils.env import SystemEnv

from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.platforms.platform import MANYLINUX_ARCHITECTURES, Architecture, Libc
from poetry_arch_check.platforms.python import parse_python, python
from poetry_arch_check.platforms.tags import abi_of, platform_tags, supported
from poetry_arch_check.platforms.wheel_tags import linux
from poetry_arch_check.poetry_api.environment import current_target

minors = st.integers(6, 15)
architectures = st.sampled_from(
    [a for a in Architecture if a not in {Architecture.UNIVERSAL2, Architecture.WASM32}]
)


def test_current_is_packagings_own_list() -> None:
    """The project's environment has exactly the tags of `packaging.tags.sys_tags()`."""
    target = current_target(SystemEnv(Path(sys.prefix)))
    assert list(target.support.ranks) == list(packaging.tags.sys_tags())
    assert list(target.support.ranks.values()) == list(range(len(target.support.ranks)))


@given(architectures, st.integers(17, 45), minors)
def test_a_glibc_target_has_what_pip_has(arch: Architecture, glibc: int, minor: int) -> None:
    """Given the same platforms, pip's `get_supported` yields the same tags."""
    platforms = list(platform_tags(linux(arch, Libc.GLIBC, (2, glibc))))
    interpreter = python(minor)
    ours = list(supported(linux(arch, Libc.GLIBC, (2, glibc)), interpreter).ranks)
    theirs = get_supported(f"3{minor}", platforms, "cp", [abi_of(interpreter)])
    assert {str(tag) for tag in ours} == {str(tag) for tag in theirs}
    if arch not in {Architecture.X86_64, Architecture.I686}:
        # There pip pulls manylinux2010 and manylinux1 up behind manylinux2014.
        assert [str(tag) for tag in ours] == [str(tag) for tag in theirs]


@given(architectures, st.integers(0, 5), minors)
def test_a_musl_target_has_what_pip_has(arch: Architecture, musl: int, minor: int) -> None:
    """The same, in the same order, for musl."""
    platform = linux(arch, Libc.MUSL, (1, musl))
    interpreter = python(minor)
    theirs = get_supported(f"3{minor}", list(platform_tags(platform)), "cp", [abi_of(interpreter)])
    assert [str(tag) for tag in supported(platform, interpreter).ranks] == [str(t) for t in theirs]


@given(architectures, st.integers(17, 45), minors)
def test_a_newer_glibc_takes_every_wheel_of_an_older_one(
    arch: Architecture, glibc: int, minor: int
) -> None:
    """A wheel accepted for glibc 2.N is accepted for 2.N+1."""
    older = supported(linux(arch, Libc.GLIBC, (2, glibc)), python(minor))
    newer = supported(linux(arch, Libc.GLIBC, (2, glibc + 1)), python(minor))
    assert older.tags < newer.tags or arch not in MANYLINUX_ARCHITECTURES


def test_old_names_stand_beside_the_new_ones_down_to_the_floor() -> None:
    """PEP 600's legacy names are there, and nothing below the architecture's oldest glibc."""
    amd64 = list(platform_tags(parse_name("manylinux_2_28_x86_64").platform))
    assert amd64.index("manylinux2014_x86_64") == amd64.index("manylinux_2_17_x86_64") + 1
    assert amd64.index("manylinux2010_x86_64") == amd64.index("manylinux_2_12_x86_64") + 1
    assert amd64[-2:] == ["manylinux_2_5_x86_64", "manylinux1_x86_64"]
    arm64 = list(platform_tags(parse_name("linux/arm64").platform))
    assert arm64[-2:] == ["manylinux_2_17_aarch64", "manylinux2014_aarch64"]


def test_arm_v6_has_no_manylinux() -> None:
    """Packaging knows none for it: only the machine's own tag."""
    assert list(platform_tags(parse_name("linux/arm/v6").platform)) == ["linux_armv6l"]


def test_macos_takes_universal2_and_older_systems() -> None:
    """The list is `packaging.tags.mac_platforms`."""
    arm64 = list(platform_tags(parse_name("macosx_14_0_arm64").platform))
    assert arm64 == list(packaging.tags.mac_platforms((14, 0), "arm64"))
    assert {"macosx_11_0_universal2", "macosx_11_0_arm64"} < set(arm64)
    assert "macosx_11_0_x86_64" not in arm64


@pytest.mark.parametrize("name", ["windows/amd64", "windows/arm64", "windows/386"])
def test_windows_has_one_tag(name: str) -> None:
    """Three architectures, one platform tag each."""
    platform = parse_name(name).platform
    assert list(platform_tags(platform)) == [platform.tag]


def test_free_threaded_builds_take_neither_abi3_nor_the_plain_abi() -> None:
    """PEP 703: a wheel has to be built for them."""
    platform = parse_name("linux/amd64").platform
    support = supported(platform, parse_python("3.14t"))
    assert Tag("cp314", "cp314t", platform.tag) in support.tags
    assert Tag("cp314", "cp314", platform.tag) not in support.tags
    assert not {tag for tag in support.tags if tag.abi == "abi3"}
    assert Tag("py3", "none", "any") in support.tags


def test_pyodide_takes_the_tags_of_pep_783() -> None:
    """And those that Pyodide used before."""
    support = supported(parse_name("wasm32-pyodide2025").platform, parse_python("3.13"))
    assert {"pyemscripten_2025_0_wasm32", "pyodide_2025_0_wasm32"} < support.platforms


def test_pypy_takes_its_own_abi() -> None:
    """PyPy's wheels carry its release in the ABI."""
    support = supported(parse_name("linux/amd64").platform, parse_python("pypy3.10"))
    best = next(iter(support.ranks))
    assert (best.interpreter, best.abi) == ("pp310", "pypy310_pp73")
    assert not {tag for tag in support.tags if tag.abi == "abi3"}


def test_the_old_abi_flag_ends_with_3_7() -> None:
    """`cp37m`, then `cp38`."""
    assert abi_of(python(7)) == "cp37m"
    assert abi_of(python(8)) == "cp38"
