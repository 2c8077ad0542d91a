"""Commands that bring compilers, tools or Pythons without the distribution's package manager."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.libraries import library
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
_CONDA_VALUED = frozenset({"-n", "--name", "-c", "--channel", "-p", "--prefix", "-f", "--file"})
_PACKAGED_PYTHON = re.compile(
    r"python3?\.?(?P<minor>\d{1,2})(?:-(?:minimal|venv|full|dev|devel|pip))*"
)
_VERSION = re.compile(
    r"(?:(?:python|cpython|cp)?[-@=]*)(?P<version>(?:pypy)?@?3\.\d{1,2}(?:\.\d{1,2})?t?)"
)


def brought(command: Command) -> tuple[str, ...]:
    """Return the PEP 725 names that `command` brings."""
    words = [word for word in command.words if word is not None]
    name = command.name
    if name in {"rustup-init", "rustup-init.sh"}:
        return (RUST,)
    if name == "rustup" and {"default", "install", "toolchain", "update"}.intersection(words[1:2]):
        return (RUST,)
    if (before := command.before) is not None and any(
        "sh.rustup.rs" in (word or "") for word in before.words
    ):
        return (RUST,)
    if any("rustup" in word for word in words[1:2]) and name in {"sh", "bash"}:
        return (RUST,)
    if _is_pip(words):
        packages = (re.split(r"[=<>!~\[; ]", word)[0].lower() for word in words)
        return tuple(_FROM_PIP[package] for package in packages if package in _FROM_PIP)
    if name in _CONDA and {"install", "create"}.intersection(words[1:3]):
        return tuple(
            dependency for package in _conda_packages(words) for dependency in _of_conda(package)
        )
    return ()


def _is_pip(words: list[str]) -> bool:
    name = words[0].rpartition("/")[2] if words else ""
    called = name.rstrip("0123456789.") in {"pip", "pipx"} or "pip" in words[1:3]
    return called and "install" in words[1:4]


def _conda_packages(words: list[str]) -> Iterable[str]:
    waiting = False
    for word in words[2:]:
        if waiting:
            waiting = False
        elif word in _CONDA_VALUED:
            waiting = True
        elif not word.startswith("-"):
            yield re.split(r"[=<>!~ ]", word.rpartition("::")[2])[0].lower()


def _of_conda(package: str) -> tuple[str, ...]:
    if package in _FROM_CONDA:
        return _FROM_CONDA[package]
    plain = re.sub(r"_(linux|osx|win)-\w+$", "", package)
    if plain in _FROM_CONDA:
        return _FROM_CONDA[plain]
    dependency = f"dep:generic/{package}"
    return (dependency,) if library(dependency) else ()


def python_of(command: Command) -> tuple[str, bool] | None:
    """Return the Python that `command` makes the one that Poetry uses, None for none.

    With it, whether that is one of the distribution's packages, so that its headers are one
    of their own.
    """
    words = [word for word in command.words if word is not None]
    name = command.name
    match words:
        case ["uv", "python", "install", *rest] if found := _first_version(rest):
            return found, False
        case ["uv", "venv", *rest] if found := _behind(rest, "--python", "-p"):
            return found, False
        case ["pyenv", "install" | "global" | "local", *rest] if found := _first_version(rest):
            return found, False
        case _ if name in _CONDA and (found := _first_version(_conda_python(words))):
            return found, False
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


def _behind(words: Iterable[str], *options: str) -> str | None:
    for option, value in itertools.pairwise(words):
        if option in options:
            return _first_version([value])
    return None


def _conda_python(words: list[str]) -> list[str]:
    return [word for word in words if word.startswith("python=")]
