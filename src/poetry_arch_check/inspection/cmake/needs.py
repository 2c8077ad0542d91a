"""What building a CMake project requires."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.version import Version

from poetry_arch_check.inspection.cmake.project import read_project
from poetry_arch_check.inspection.cmake.variables import platform_variables
from poetry_arch_check.inspection.linked import Linking
from poetry_arch_check.inspection.pkg_config import modules_needed
from poetry_arch_check.inspection.versions import read_version
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import (
    CXX,
    FORTRAN,
    GIT,
    JDK,
    PKG_CONFIG,
    C,
    generic_name,
    parse_dependency,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from poetry_arch_check.inspection.cmake.asked import Asked, Project
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

_LANGUAGES = {
    "C": C,
    "CXX": CXX,
    "Fortran": FORTRAN,
    "OBJC": C,
    "OBJCXX": CXX,
    "CUDA": "dep:generic/cuda",
    "Java": JDK,
}
# Packages of CMake's own modules, and of some that projects bring, by lower-case name: what they
# look for where it is called otherwise. None: nothing that a compiler and Python do not have.
_PACKAGES: Mapping[str, str | None] = {
    **dict.fromkeys(("threads", "openmp", "openacc", "iconv", "intl", "backtrace"), None),
    **dict.fromkeys(
        ("numpy", "f2py", "pythonextensions", "cython", "skbuild", "scikitbuild"), None
    ),
    **dict.fromkeys(("pythonlibsnew", "pythoninterpnew", "uuid_darwin", "codecoverage"), None),
    **dict.fromkeys(("doxygen", "sphinx", "latex", "gtest", "googletest", "catch2", "unix"), None),
    "blas": "openblas",
    "lapack": "openblas",
    "pkgconfig": "pkg-config",
    "jni": "jdk",
    "java": "jdk",
    "curl": "libcurl",
    "jpeg": "libjpeg",
    "png": "libpng",
    "tiff": "libtiff",
    "webp": "libwebp",
    "postgresql": "libpq",
    "mysql": "libmysqlclient",
    "sqlite3": "sqlite",
    "eigen3": "eigen",
    "liblzma": "xz",
    "lzma": "xz",
    "x11": "libx11",
    "cudatoolkit": "cuda",
    "fftw3": "fftw",
    "cppzmq": "zeromq",
    "zmq": "zeromq",
    "flex": "flex",
    "bison": "bison",
}
_PYTHON = re.compile(r"(?i)python\d?(?:libs|interp)?$")
# CMake 4 no longer has the policies of CMake before 3.5 (its release notes).
_OLDEST_POLICIES = Version("3.5")


def read_cmake(
    tree: Tree,
    folder: str,
    interpreter: Interpreter,
    definitions: Mapping[str, str | None] | None = None,
) -> Project | None:
    """Return what the CMake project in `folder` of `tree` asks for on `interpreter`.

    `definitions` are variables that the build gives to CMake (`-DNAME=value`); None stands for a
    value that is not known. Returns None where there is no project.
    """
    values = {**platform_variables(interpreter), **(definitions or {})}
    return read_project(tree, folder, values)


def languages_of(project: Project | None) -> tuple[str, ...]:
    """Return the compilers of a project; CMake takes C and C++ where there is no `project()`."""
    if project is None:
        return (C, CXX)
    known = (_LANGUAGES.get(language) for language in project.languages)
    return tuple(each for each in known if each)


def cmake_needs(project: Project, tree: Tree, requires: Iterable[str]) -> Iterator[Need]:
    """Yield the libraries and programs that a project takes, beside compilers and CMake.

    `requires` are the names of the build requirements: some bring CMake packages.
    """
    brought = frozenset(requires)
    for package in project.packages.values():
        if package.required:
            yield from _of_package(package, tree, brought)
    for program in project.programs.values():
        known = [dependency for name in program.names if (dependency := libraries.provider(name))]
        if program.required and known:
            yield Need(dependency=known[0])
    for library in project.libraries.values():
        if library.required and (found := Linking(tree).library(*library.names)):
            yield Need(dependency=found)
    for modules in project.modules.values():
        if modules.required and modules.names:
            yield Need(dependency=PKG_CONFIG)
            yield from modules_needed(modules.names)
    if project.clones:
        yield Need(dependency=GIT)


def refused_by_cmake_4(project: Project) -> bool:
    """Return whether a `cmake_minimum_required(VERSION …)` is too old for CMake 4.

    A range (`3.1...3.20`) goes by its end.
    """
    for stated in project.minimums:
        highest = read_version(stated.partition("...")[2] or stated)
        if highest is not None and highest < _OLDEST_POLICIES:
            return True
    return False


def least_cmake(project: Project) -> str:
    """Return the least version of CMake that a project takes, "" where it does not matter.

    All distributions that are maintained have CMake 3.5.
    """
    found = [each for text in project.minimums if (each := read_version(text.partition("...")[0]))]
    newest = max(found, default=_OLDEST_POLICIES)
    return str(newest) if newest > _OLDEST_POLICIES else ""


def _of_package(package: Asked, tree: Tree, brought: frozenset[str]) -> Iterator[Need]:
    name = package.names[0]
    lower = name.lower()
    if _PYTHON.match(name) or {lower, lower.replace("_", "-")} & brought:
        return
    if lower in _PACKAGES:
        known = _PACKAGES[lower]
        if known is None:
            return
        dependency = parse_dependency(known)
    else:
        finder = next((path for path in tree.texts if path.endswith(f"/Find{name}.cmake")), None)
        if finder is not None or _brings(tree, name):
            return
        dependency = parse_dependency(lower)
        if libraries.library(dependency) is None:
            dependency = libraries.of_pkg_config(lower) or generic_name(lower)
    library = libraries.library(dependency)
    versions = f">={package.version}" if read_version(package.version) else ""
    yield Need(dependency=dependency, versions=versions if library else "")


def _brings(tree: Tree, name: str) -> bool:
    """Return whether a tree has the package itself (`FooConfig.cmake`, `foo-config.cmake`)."""
    endings = (f"{name}config.cmake", f"{name}-config.cmake", f"{name}config.cmake.in")
    return any(path.lower().endswith(tuple(map(str.lower, endings))) for path in tree.names)
