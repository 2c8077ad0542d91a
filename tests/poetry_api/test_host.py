"""What this machine can build with: found or not, and where."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from pathlib import Path

import pytest
from poetry.utils.env import SystemEnv

from poetry_arch_check.poetry_api import host, programs
from poetry_arch_check.poetry_api.host import look
from poetry_arch_check.toolchains.distributions import of_os_release
from poetry_arch_check.toolchains.inventory import Inventory, MissingCompiler
from poetry_arch_check.toolchains.toolchain import (
    CMAKE,
    CXX,
    FORTRAN,
    GO,
    MAKE,
    NINJA,
    PKG_CONFIG,
    RUST,
    C,
)
from support.make import needs
from support.place import any_compiler

ENV = SystemEnv(Path(sys.prefix))


class Saying(SystemEnv):
    """The environment at hand, with an interpreter that answers something else."""

    answer: str

    def run_python_script(self, content: str, **kwargs: object) -> str:
        """Return the answer."""
        del content, kwargs
        return self.answer


def saying(**facts: object) -> Saying:
    """Return an environment whose interpreter states `facts`."""
    env = Saying(Path(sys.prefix))
    plain = {"system": "linux", "minor": 11, "prefix": "/opt", "include": [], "CC": "", "CXX": ""}
    env.answer = json.dumps({**plain, **facts})
    return env


ENV_WITHOUT_COMPILER = saying()


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all there is on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for variable in ("CC", "CXX", "FC", "CPATH", "C_INCLUDE_PATH"):
        monkeypatch.delenv(variable, raising=False)
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
    """Of what is not looked for, nothing is known."""
    del bare
    inventory = look(ENV_WITHOUT_COMPILER)
    assert inventory.tools == ()
    wanted = needs("c", "rust", "libpq")
    assert inventory.toolchain.missing(wanted) == wanted[:2]
    assert inventory.toolchain.unknown(wanted) == wanted[2:]


def test_each_program_is_found_by_its_name(bare: Path) -> None:
    """The usual names, and those of the distributions."""
    paths = {
        C: put(bare, "clang"),
        CXX: put(bare, "g++"),
        FORTRAN: put(bare, "gfortran"),
        CMAKE: put(bare, "cmake"),
        GO: put(bare, "go"),
        MAKE: put(bare, "gmake"),
        NINJA: put(bare, "ninja-build"),
        PKG_CONFIG: put(bare, "pkgconf"),
        RUST: put(bare, "rustc", "echo rustc 1.80"),
    }
    put(bare, "cargo")
    assert found(look(ENV_WITHOUT_COMPILER)) == paths
    for name in ("make", "ninja", "pkg-config", "cc"):
        put(bare, name)
    better = found(look(ENV_WITHOUT_COMPILER))
    assert {Path(better[key]).name for key in (MAKE, NINJA, PKG_CONFIG, C)} == {
        "make", "ninja", "pkg-config", "cc",
    }  # fmt: skip


def test_a_build_calls_what_the_interpreter_was_built_with(bare: Path) -> None:
    """Setuptools asks sysconfig, and no other compiler takes its place."""
    cc, cxx = put(bare, "gcc"), put(bare, "own-c++")
    env = saying(CC="clang -pthread", CXX="own-c++ -O2")
    inventory = look(env)
    assert found(inventory) == {CXX: cxx}
    assert inventory.missing_compilers == {
        C: MissingCompiler(
            setting="this Python calls clang", variable="CC", chosen=False, instead=cc
        )
    }
    clang = put(bare, "clang")
    assert found(look(env)) == {C: clang, CXX: cxx}


def test_the_interpreter_is_asked() -> None:
    """Its sysconfig names what it was built with, and where its headers are."""
    facts = json.loads(ENV.run_python_script(host._SCRIPT))
    assert facts["CC"] == (sysconfig.get_config_var("CC") or "")
    assert facts["CXX"] == (sysconfig.get_config_var("CXX") or "")
    assert sysconfig.get_path("include") in facts["include"]
    assert sysconfig.get_path("platinclude") in facts["include"]
    assert facts["prefix"] == sys.base_prefix


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
    assert inventory.missing_compilers[C] == MissingCompiler(
        setting="CC=/nowhere/gcc -pthread",
        variable="CC",
        chosen=True,
        instead=str(bare / "gcc"),
    )
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
    for wrapper in ("sccache", "distcc"):
        put(bare, wrapper)
        monkeypatch.setenv("CC", f"{wrapper} my-cc")
        assert found(look(ENV))[C] == own


def test_headers_are_those_of_the_interpreter() -> None:
    """Where its sysconfig says."""
    inventory = look(ENV)
    path = Path(sysconfig.get_path("include"), "Python.h")
    assert inventory.headers == (str(path) if path.is_file() else None)
    assert sysconfig.get_path("include") in inventory.include
    assert inventory.minor == sys.version_info[1]


@pytest.mark.parametrize("variable", ["CPATH", "C_INCLUDE_PATH"])
def test_headers_may_lie_where_compilers_look_besides(
    bare: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """By the environment."""
    assert look(saying(include=["/nowhere"])).headers is None
    (bare / "Python.h").touch()
    monkeypatch.setenv(variable, os.pathsep.join(["/nowhere", str(bare)]))
    assert look(saying(include=["/nowhere"])).headers == str(bare / "Python.h")


def test_a_compiler_without_headers_builds_nothing(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rust's bindings bring their own."""
    monkeypatch.setenv("CC", any_compiler(bare))
    put(bare, "rustc", "echo rustc 1.80")
    put(bare, "cargo")
    inventory = look(saying())
    assert inventory.found == {C, RUST}
    assert inventory.toolchain.dependencies == (RUST,)
    assert inventory.toolchain.missing(needs("c")) == needs("c")


def test_the_machine_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its distribution, whose Python it is, and whether packages can be installed."""
    release = {"ID": "debian", "VERSION_ID": "12"}
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: release)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    inventory = look(saying(prefix="/usr"))
    assert inventory.distribution is not None
    assert inventory.distribution.codename == "bookworm"
    assert (inventory.packaged, inventory.root) == (True, True)
    assert inventory.headers_package == "python3-dev"
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    inventory = look(saying(prefix="/usr/local"))
    assert (inventory.packaged, inventory.root) == (False, False)
    assert inventory.headers_package is None
    assert look(saying(system="darwin")).distribution is None

    def missing() -> dict[str, str]:
        raise OSError

    monkeypatch.setattr("platform.freedesktop_os_release", missing)
    assert look(saying()).distribution is None


def test_a_program_that_does_not_answer_is_left(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking takes no longer than that."""
    monkeypatch.setattr(programs, "MAX_SECONDS", 0.2)
    put(bare, "rustc", "/bin/sleep 30; echo rustc 1.80")
    put(bare, "cargo")
    assert RUST not in found(look(saying()))


@pytest.mark.parametrize(("tools", "stub"), [(None, True), ("/Library/Developer", False)])
def test_the_stubs_of_macos_are_no_compilers(
    monkeypatch: pytest.MonkeyPatch, tools: str | None, stub: bool
) -> None:
    """They stand in /usr/bin, and ask to install the tools that are not there."""
    asked: list[list[str]] = []

    def answers(command: list[str]) -> str | None:
        asked.append(command)
        return tools

    monkeypatch.setattr(programs, "answer", answers)
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert programs._is_stub("/usr/bin/cc") is stub
    assert asked == [["/usr/bin/xcode-select", "--print-path"]]
    assert not programs._is_stub("/opt/homebrew/bin/gcc-14")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert not programs._is_stub("/usr/bin/cc")


def test_an_interpreter_made_with_msvc_takes_nothing_else(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Visual Studio's compiler: in this shell, or where vswhere knows it."""
    put(bare, "gcc")
    env = saying(system="win32")
    assert C not in found(look(env))
    asked: list[list[str]] = []

    def answers(command: list[str]) -> str:
        asked.append(command)
        return r"C:\VS\2022"

    monkeypatch.setattr(host, "answer", answers)
    assert found(look(env)) == {C: r"C:\VS\2022", CXX: r"C:\VS\2022"}
    assert asked[0][0].endswith("vswhere.exe")
    assert "Microsoft.VisualStudio.Component.VC.Tools.x86.x64" in asked[0]
    path = put(bare, "cl")
    assert found(look(env)) == {C: path, CXX: path}
    # MSYS2's Python names its own compiler.
    assert set(found(look(saying(system="win32", CC="gcc -pthread", CXX="g++")))) == {C}


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
        ({"ID": "arch"}, "Arch Linux"),
        ({}, None),
    ],
)
def test_distributions_by_os_release(text: dict[str, str], label: str | None) -> None:
    """As os-release(5) names them."""
    distribution = of_os_release(text)
    assert (distribution.label if distribution else None) == label
