"""What builds need, looked for on this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.poetry_api import search
from poetry_arch_check.poetry_api.search import look_for
from poetry_arch_check.toolchains.inventory import Inventory, Tool
from poetry_arch_check.toolchains.toolchain import RUST, C
from support.make import needs

if TYPE_CHECKING:
    from pathlib import Path

LIBPQ = "dep:generic/libpq"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all there is on PATH, on a Linux without any library."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("PKG_CONFIG_PATH", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(search, "_PC_FOLDERS", ())
    monkeypatch.setattr(search, "_INCLUDE", ())
    monkeypatch.setattr(search, "_debian", lambda *_: ())
    return folder


def put(folder: Path, name: str, script: str) -> str:
    """Put a program into a folder, and return its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def found(*wanted: str, tools: tuple[Tool, ...] = (), include: tuple[str, ...] = ()) -> Inventory:
    """Return what there is of what is wanted."""
    inventory = Inventory(minor=11, headers="/Python.h", tools=tools, include=include)
    return look_for(inventory, needs(*wanted))


@pytest.mark.usefixtures("bare")
def test_a_library_that_is_not_there_is_missing() -> None:
    """Of one that nothing tells of, nothing is known."""
    inventory = found("libpq", "no-such-library")
    toolchain = inventory.toolchain
    assert toolchain.missing(needs("libpq", "no-such-library")) == needs("libpq")
    assert toolchain.unknown(needs("libpq", "no-such-library")) == needs("no-such-library")


def test_what_macos_has_is_not_known(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its libraries come without files of pkg-config; what is found is there all the same."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert found("libpq").toolchain.unknown(needs("libpq")) == needs("libpq")
    put(bare, "pg_config", "echo PostgreSQL 15.5")
    assert LIBPQ in found("libpq").found
    # Programs are looked for as on any system.
    assert found("swig").toolchain.missing(needs("swig")) == needs("swig")


def test_a_program_tells_of_its_library(bare: Path) -> None:
    """Its version is asked for only where it matters."""
    path = put(bare, "pg_config", f"touch {bare}/asked; echo PostgreSQL 15.5")
    assert found("libpq").tools == (Tool(dependency=LIBPQ, path=path),)
    assert not (bare / "asked").exists()
    (tool,) = found("libpq>=16").tools
    assert tool.version == "15.5"
    assert found("libpq>=16").toolchain.missing(needs("libpq>=16")) == needs("libpq>=16")


def test_pkg_config_tells_of_a_library(bare: Path) -> None:
    """Whether it is there, and its version."""
    put(bare, "pkg-config", '[ "$2" = libpq ] && echo 15.5 || exit 1')
    inventory = found("libpq>=14", "libxml2")
    assert inventory.toolchain.versions == {LIBPQ: "15.5"}
    assert inventory.toolchain.missing(needs("libpq>=14", "libxml2")) == needs("libxml2")


def test_what_pkg_config_would_tell(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are there without it."""
    (bare / "libpq.pc").write_text("Name: libpq\nVersion: 15.5\n", "utf-8")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(bare))
    assert found("libpq").toolchain.versions == {LIBPQ: "15.5"}


def test_headers_tell_of_a_library(bare: Path) -> None:
    """Those of the interpreter's own folder, and beside it."""
    (bare / "python3.11").mkdir()
    (bare / "bzlib.h").touch()
    inventory = found("bzip2", include=(str(bare / "python3.11"),))
    assert [tool.path for tool in inventory.tools] == [str(bare / "bzlib.h")]
    assert found("bzip2").toolchain.missing(needs("bzip2")) == needs("bzip2")


def test_compilers_are_asked_for_their_version(bare: Path) -> None:
    """Clang does not know the question: what it makes of a version of GCC is not known."""
    gcc = put(bare, "gcc", '[ "$1" = -dumpfullversion ] && echo 12.2.0')
    clang = put(bare, "clang", "exit 1")
    rustc = put(bare, "rustc", 'echo "rustc 1.63.0 (4b91a6ea7 2022-08-08)"')
    tools = (Tool(dependency=C, path=gcc), Tool(dependency=RUST, path=rustc))
    assert found("c>=13", "rust>=1.65", tools=tools).toolchain.versions == {
        C: "12.2.0",
        RUST: "1.63.0",
    }
    assert found("c>=13", tools=(Tool(dependency=C, path=clang),)).toolchain.versions == {}


def test_what_does_not_answer_in_time_is_not_known(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All questions together have an end."""
    monkeypatch.setattr(search, "_ALL_SECONDS", 0.3)
    put(bare, "pkg-config", "exec /bin/sleep 30")
    assert found("libpq", "libxml2").toolchain.unknown(needs("libpq", "libxml2")) == needs(
        "libpq", "libxml2"
    )
