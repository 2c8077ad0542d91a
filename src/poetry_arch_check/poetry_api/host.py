"""Looks for what this machine can build with: finds programs and headers, builds nothing."""

from __future__ import annotations

import json
import os
import platform
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poetry_arch_check.poetry_api.programs import answer, first_of
from poetry_arch_check.toolchains.distributions import of_os_release
from poetry_arch_check.toolchains.inventory import Inventory, MissingCompiler, Tool
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry.utils.env import Env

    from poetry_arch_check.toolchains.distributions import Distribution

# What the interpreter that builds knows of its compiler and of its headers.
_SCRIPT = """
import json, sys, sysconfig
paths = [sysconfig.get_path(name) for name in ("include", "platinclude")]
paths.append(sysconfig.get_config_var("INCLUDEPY"))
print(json.dumps({
    "system": sys.platform,
    "minor": sys.version_info[1],
    "prefix": sys.base_prefix,
    "include": [path for path in dict.fromkeys(paths) if path],
    "CC": sysconfig.get_config_var("CC") or "",
    "CXX": sysconfig.get_config_var("CXX") or "",
}))
"""

_COMPILERS = {
    C: ("CC", ("cc", "gcc", "clang")),
    CXX: ("CXX", ("c++", "g++", "clang++")),
    FORTRAN: ("FC", ("gfortran",)),
}
_PROGRAMS = {
    CMAKE: ("cmake",),
    GO: ("go",),
    MAKE: ("make", "gmake"),
    NINJA: ("ninja", "ninja-build"),
    PKG_CONFIG: ("pkg-config", "pkgconf"),
}
# Programs that call the compiler named after them.
_WRAPPERS = {"ccache", "sccache", "distcc", "env"}


def look(env: Env) -> Inventory:
    """Return what packages can be built with for the interpreter of Poetry's `env`.

    Raises what `Env.run_python_script` raises where the interpreter does not start.
    """
    facts: dict[str, Any] = json.loads(env.run_python_script(_SCRIPT))
    include = tuple(dict.fromkeys((*facts["include"], *_searched_by_compilers())))
    headers = next(
        (str(path) for folder in include if (path := Path(folder) / "Python.h").is_file()), None
    )
    tools, missing_compilers = _compilers(facts)
    return Inventory(
        tools=(*tools, *_programs()),
        headers=headers,
        include=include,
        missing_compilers=missing_compilers,
        distribution=_distribution(facts["system"]),
        packaged=facts["prefix"] == "/usr",
        minor=facts["minor"],
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
    )


def _compilers(facts: dict[str, Any]) -> tuple[list[Tool], dict[str, MissingCompiler]]:
    """Return the compilers that are there, and those that are named and not there.

    A build calls what CC and its like name, else what the interpreter was built with; only
    where neither says anything (Fortran) it looks for the usual names.
    """
    tools: list[Tool] = []
    missing_compilers: dict[str, MissingCompiler] = {}
    # An interpreter that was made with MSVC takes no other compiler.
    msvc = facts["system"] == "win32" and not facts["CC"]
    visual_studio = _visual_studio() if msvc else None
    for dependency, (variable, names) in _COMPILERS.items():
        if msvc and dependency is not FORTRAN:
            if visual_studio:
                tools.append(Tool(dependency=dependency, path=visual_studio))
            continue
        chosen = bool(os.environ.get(variable))
        command = os.environ[variable] if chosen else facts.get(variable, "")
        called = _program(command)
        if path := first_of((called,) if called else names):
            tools.append(Tool(dependency=dependency, path=path))
        elif called:
            missing_compilers[dependency] = MissingCompiler(
                setting=f"{variable}={command}" if chosen else f"this Python calls {called}",
                variable=variable,
                chosen=chosen,
                instead=first_of(names),
            )
    return tools, missing_compilers


def _programs() -> Iterator[Tool]:
    for dependency, names in _PROGRAMS.items():
        if path := first_of(names):
            yield Tool(dependency=dependency, path=path)
    if (path := first_of(("rustc",))) and first_of(("cargo",)) and answer([path, "--version"]):
        # rustup's rustc is there without any compiler behind it, too.
        yield Tool(dependency=RUST, path=path)


def _program(command: str) -> str:
    """Return the compiler in a command such as `ccache gcc -pthread`, "" where there is none.

    A wrapper that is not there is returned itself: the command fails in it.
    """
    try:
        words = shlex.split(command, posix=os.name == "posix")
    except ValueError:
        return command
    while len(words) > 1 and Path(words[0]).stem in _WRAPPERS and shutil.which(words[0]):
        del words[0]
        while len(words) > 1 and "=" in words[0]:  # what `env` sets
            del words[0]
    return words[0] if words else ""


def _visual_studio() -> str | None:
    """Return where MSVC is: in this shell, or as vswhere knows it."""
    if cl := shutil.which("cl"):
        return cl
    folder = os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)")
    vswhere = Path(folder) / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
    machine = "ARM64" if platform.machine() == "ARM64" else "x86.x64"
    component = f"Microsoft.VisualStudio.Component.VC.Tools.{machine}"
    return answer(
        [
            *(str(vswhere), "-latest", "-products", "*"),
            *("-requires", component, "-property", "installationPath"),
        ]
    )


def _searched_by_compilers() -> list[str]:
    """Return the directories that GCC and Clang search besides, by their environment."""
    found = (os.environ.get(name, "").split(os.pathsep) for name in ("CPATH", "C_INCLUDE_PATH"))
    return [folder for folders in found for folder in folders if folder]


def _distribution(system: str) -> Distribution | None:
    if not system.startswith("linux"):
        return None
    try:
        return of_os_release(platform.freedesktop_os_release())
    except OSError:
        return None
