"""What this machine can build with: found or not, and where."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pytest
from poetry.utils.env import SystemEnv

from guarded import any_compiler
from poetry_arch_check import host
from poetry_arch_check.distributions import of_os_release
from poetry_arch_check.host import look
from poetry_arch_check.inventory import CMAKE, PKG_CONFIG, Inventory
from poetry_arch_check.toolchain import CXX, FORTRAN, RUST, C

ENV = SystemEnv(Path(sys.prefix))


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all there is on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for variable in ("CC", "CXX", "FC", "CPATH", "C_INCLUDE_PATH"):
        monkeypatch.delenv(variable, raising=False)
    # sysconfig's own compiler may be named with its path.
    return folder


def put(folder: Path, name: str, script: str = "exit 0") -> str:
    """Put a program into a folder, and return its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def found(inventory: Inventory) -> dict[str, str]:
    """Return the path of each tool."""
    return {tool.dependency: tool.path for tool in inventory.tools}


def test_nothing_is_found_where_nothing_is(bare: Path) -> None:
    """Not even by a compiler that the interpreter knows by name."""
    del bare
    named = [Path((sysconfig.get_config_var(name) or "x").split()[0]) for name in ("CC", "CXX")]
    if any(path.is_absolute() for path in named):
        pytest.skip("this interpreter names its compiler with the path")
    inventory = look(ENV)
    assert inventory.tools == ()
    assert inventory.toolchain.missing([C, RUST, "dep:generic/libpq"]) == (C, RUST)
    assert inventory.toolchain.unknown([C, "dep:generic/libpq"]) == ("dep:generic/libpq",)


def test_each_program_is_found_by_its_name(bare: Path) -> None:
    """The usual names, and those of the distributions."""
    paths = {
        C: put(bare, "clang"),
        CXX: put(bare, "g++"),
        FORTRAN: put(bare, "gfortran"),
        CMAKE: put(bare, "cmake"),
        PKG_CONFIG: put(bare, "pkgconf"),
        RUST: put(bare, "rustc", "echo rustc 1.80"),
    }
    put(bare, "cargo")
    assert found(look(ENV)) == paths


def test_rust_is_a_compiler_and_cargo_that_answer(bare: Path) -> None:
    """Rustup leaves a rustc that has nothing behind it."""
    put(bare, "rustc", "echo rustc 1.80")
    assert RUST not in found(look(ENV))
    put(bare, "cargo")
    assert RUST in found(look(ENV))
    put(bare, "rustc", "echo 'rustup could not choose a version' >&2; exit 1")
    assert RUST not in found(look(ENV))


def test_the_variables_replace_everything_else(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they do in a build; a wrapper is not the compiler."""
    put(bare, "gcc")
    monkeypatch.setenv("CC", "/nowhere/gcc -pthread")
    inventory = look(ENV)
    assert C not in found(inventory)
    assert inventory.unanswered == {C: "CC=/nowhere/gcc -pthread"}
    own = put(bare, "my-cc")
    wrapper = put(bare, "ccache")
    put(bare, "env")
    commands = ("my-cc -O3", f"'{own}'", "ccache my-cc", f"{wrapper} my-cc -m64", "env A=1 my-cc")
    for command in commands:
        monkeypatch.setenv("CC", command)
        assert found(look(ENV))[C] == own
    for command in ('broken "quote', "sccache my-cc", "env A=1 no-cc"):
        monkeypatch.setenv("CC", command)
        assert C not in found(look(ENV))


def test_headers_are_those_of_the_interpreter() -> None:
    """Where its sysconfig says."""
    inventory = look(ENV)
    path = Path(sysconfig.get_path("include"), "Python.h")
    assert inventory.headers == (str(path) if path.is_file() else None)
    assert sysconfig.get_path("include") in inventory.include
    assert inventory.minor == sys.version_info[1]


def test_headers_may_lie_where_compilers_look_besides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CPATH and C_INCLUDE_PATH."""
    monkeypatch.setattr(host, "_SCRIPT", _without_headers())
    assert look(ENV).headers is None
    (tmp_path / "Python.h").touch()
    monkeypatch.setenv("CPATH", os.pathsep.join(["/nowhere", str(tmp_path)]))
    assert look(ENV).headers == str(tmp_path / "Python.h")


def _without_headers() -> str:
    return (
        "import sysconfig\nsysconfig.get_path = lambda name: '/nowhere/include'\n"
        "sysconfig.get_config_var = lambda name: None\n" + host._SCRIPT
    )


def test_a_compiler_without_headers_builds_nothing(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rust's bindings bring their own."""
    monkeypatch.setattr(host, "_SCRIPT", _without_headers())
    monkeypatch.setenv("CC", any_compiler(bare))
    put(bare, "rustc", "echo rustc 1.80")
    put(bare, "cargo")
    inventory = look(ENV)
    assert inventory.found == {C, RUST}
    assert inventory.toolchain.dependencies == (RUST,)
    assert inventory.toolchain.missing([C]) == (C,)


def test_the_stubs_of_macos_are_no_compilers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand in /usr/bin, and ask to install the tools that are not there."""
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert host._is_stub("/usr/bin/cc")
    assert not host._is_stub("/opt/homebrew/bin/gcc-14")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert not host._is_stub("/usr/bin/cc")


def test_an_interpreter_made_with_msvc_takes_nothing_else(bare: Path) -> None:
    """Visual Studio's compiler in this shell; vswhere cannot be run here."""
    put(bare, "gcc")
    facts = {"system": "win32", "CC": "", "CXX": ""}
    assert C not in {tool.dependency for tool in host._tools(facts)}
    path = put(bare, "cl")
    assert {tool.dependency: tool.path for tool in host._tools(facts)} == {C: path, CXX: path}
    # MSYS2's Python names its own compiler.
    facts = {"system": "win32", "CC": "gcc -pthread", "CXX": "g++"}
    assert {tool.dependency for tool in host._tools(facts)} == {C}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ({"ID": "debian", "VERSION_ID": "12"}, "Debian 12 (bookworm)"),
        ({"ID": "ubuntu", "VERSION_ID": "24.04"}, "Ubuntu 24.04 (noble)"),
        ({"ID": "alpine", "VERSION_ID": "3.20.3"}, "Alpine 3.20"),
        ({"ID": "rhel", "VERSION_ID": "9.4"}, "Red Hat UBI 9"),
        ({"ID": "rocky", "VERSION_ID": "9.4"}, "Rocky Linux 9"),
        ({"ID": "amzn", "VERSION_ID": "2023"}, "Amazon Linux 2023"),
        ({"ID": "debian"}, None),  # unstable
        ({"ID": "arch"}, None),
        ({}, None),
    ],
)
def test_distributions_by_os_release(text: dict[str, str], label: str | None) -> None:
    """As os-release(5) names them."""
    distribution = of_os_release(text)
    assert (distribution.label if distribution else None) == label
