"""Commands that install compilers, tools or Pythons without the distribution's package manager."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.pip import PIP_VALUED
from poetry_arch_check.dockerfile.shell.command_line import options, read
from poetry_arch_check.toolchains.libraries import library
from poetry_arch_check.toolchains.need import NEWEST
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, FORTRAN, NINJA, RUST, SWIG, C

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.dockerfile.shell.command import Command

# Tools that have a wheel with the program in it.
_FROM_PIP = {"cmake": CMAKE, "ninja": NINJA, "meson": "dep:generic/meson", "swig": SWIG}
# conda-forge's compilers; its libraries are called as those of PEP 725 are.
_FROM_CONDA = {
    "c-compiler": (C,),
    "cxx-compiler": (CXX,),
    "fortran-compiler": (FORTRAN,),
    "compilers": (C, CXX, FORTRAN),
    "gcc": (C,),
    "gxx": (CXX,),
    "gfortran": (FORTRAN,),
    "rust": (RUST,),
    "postgresql": ("dep:generic/libpq",),
    "libgdal": ("dep:generic/gdal",),
}
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_CONDA_VALUED = options("-n --name -c --channel -p --prefix -f --file")
_UV_VALUED = options("-p --python --directory --project --config-file --cache-dir --prompt")
_PACKAGED_PYTHON = re.compile(
    r"python3?\.?(?P<minor>\d{1,2})(?:-(?:minimal|venv|full|dev|devel|pip))*"
)
_VERSION = re.compile(
    r"(?:(?:python|cpython|cp)?[-@=]*)(?P<version>(?:pypy)?@?3\.\d{1,2}(?:\.\d{1,2})?t?)"
)


def installed_tools(command: Command) -> tuple[str, ...]:
    """Return the PEP 725 names of the compilers and tools that `command` installs."""
    if is_rustup(command):
        return () if "none" in _toolchains(command)[:1] else (RUST,)
    packages = _pip_packages(command)
    if packages is not None:
        return tuple(_FROM_PIP[package] for package in packages if package in _FROM_PIP)
    if command.name in _CONDA:
        return tuple(
            dependency for package in _conda_packages(command) for dependency in _of_conda(package)
        )
    return ()


def rust_toolchain(command: Command) -> str:
    """Return the version of Rust that `command` of rustup installs, "" for one that is not known.

    That is the newest where nothing else is stated, as the stable one is.
    """
    stated = _toolchains(command)
    if not stated or stated[0] == "stable":
        return NEWEST
    match = re.match(r"1\.\d{1,4}(?:\.\d{1,4})?(?!\d)", stated[0] or "", re.ASCII)
    return match[0] if match else ""


def _toolchains(command: Command) -> list[str | None]:
    """Return what `command` of rustup says of the toolchain to install: [] for nothing.

    `none` is rustup alone (`rustup-init --help`).
    """
    words = [word for word in command.words if word is None or not word.startswith("--profile")]
    stated = [
        word
        for before, word in pairwise(words)
        if before in {"--default-toolchain", "install", "default", "update", "--toolchain"}
    ]
    return stated + [
        word.partition("=")[2] for word in words if word and word.startswith("--default-toolchain=")
    ]


def is_rustup(command: Command) -> bool:
    """Return whether `command` is rustup's installer, or rustup where it installs a compiler."""
    first = next(iter(read(command.words[1:]).words), "")
    match command.name:
        case "rustup-init" | "rustup-init.sh":
            return True
        case "rustup" if first in {"default", "install", "toolchain", "update"}:
            return True
        case "sh" | "bash" if "rustup" in first:
            return True
        case _:
            before = command.before.words if command.before else ()
            return any("sh.rustup.rs" in (word or "") for word in before)


def _pip_packages(command: Command) -> Iterable[str] | None:
    """Return what `command` installs with pip or pipx, None for any other command."""
    match command.name.rstrip("0123456789."), read(command.words[1:], PIP_VALUED).words:
        case ("pip" | "pipx", ("install", *words)) | (_, ("pip", "install", *words)):
            return (re.split(r"[=<>!~\[; ]", word)[0].lower() for word in words)
        case _:
            return None


def _conda_packages(command: Command) -> Iterable[str]:
    """Return the packages that `command` of conda's installs."""
    words = read(command.words[1:], _CONDA_VALUED).words
    if {"install", "create"}.isdisjoint(words[:2]):
        return ()
    return (re.split(r"[=<>!~ ]", word.rpartition("::")[2])[0].lower() for word in words[1:])


def _of_conda(package: str) -> tuple[str, ...]:
    if package in _FROM_CONDA:
        return _FROM_CONDA[package]
    plain = re.sub(r"_(linux|osx|win)-\w+$", "", package)
    if plain in _FROM_CONDA:
        return _FROM_CONDA[plain]
    dependency = f"dep:generic/{package}"
    return (dependency,) if library(dependency) else ()


def python_of(command: Command) -> str | None:
    """Return the Python that `command` makes the one that Poetry uses, None for none.

    It is none of the distribution's packages, and brings headers of its own.
    """
    words = command.words[1:]
    match command.name:
        case "uv":
            line = read(words, _UV_VALUED)
            match line.words:
                case ("python", "install", *versions):
                    return _first_version(versions)
                case ("venv", *_):
                    return _first_version(line.values("--python", "-p"))
                case _:
                    return None
        case "pyenv":
            match read(words).words:
                case ("install" | "global" | "local", *versions):
                    return _first_version(versions)
                case _:
                    return None
        case name if name in _CONDA:
            packages = read(words, _CONDA_VALUED).words
            return _first_version(word for word in packages if word.startswith("python="))
        case _:
            return None


def used_python(words: tuple[str | None, ...]) -> str | None:
    """Return the Python that `poetry env use` names."""
    match words:
        case ["use", str(word)] if found := _VERSION.fullmatch(word.rpartition("/")[2]):
            return found["version"].replace("@", "")
        case _:
            return None


def packaged_python(packages: Iterable[str]) -> str | None:
    """Return the version of the Python that is among a distribution's `packages`."""
    found = (_PACKAGED_PYTHON.fullmatch(package) for package in packages)
    minors = [int(match["minor"]) for match in found if match and match["minor"]]
    # `python39` and `python3.9` are the same; `python3` alone says nothing.
    minors = [minor for minor in minors if minor > 5]  # noqa: PLR2004 - older ones have no lock
    return f"3.{max(minors)}" if minors else None


def _first_version(words: Iterable[str]) -> str | None:
    matches = (_VERSION.fullmatch(word) for word in words)
    return next((match["version"].replace("@", "") for match in matches if match), None)
