"""What building a Meson project requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.linked import Linking
from poetry_arch_check.inspection.pkg_config import modules_needed
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import CXX, FORTRAN, PKG_CONFIG, RUST, C

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.inspection.meson.asked import Dependency, Project
    from poetry_arch_check.inspection.tree import Tree

_LANGUAGES = {
    "c": C,
    "cpp": CXX,
    "fortran": FORTRAN,
    "rust": RUST,
    "cython": C,
    "objc": C,
    "objcpp": CXX,
    "cuda": "dep:generic/cuda",
}
# What Meson finds by itself where Python and a compiler are there, by its list of dependencies
# with custom lookup.
_WITH_COMPILERS = frozenset(
    {"threads", "openmp", "dl", "python", "python3", "appleframeworks", "iconv", "intl", "coarray"}
    | {
        "numpy",
        "pybind11",
        "nanobind",
        "cython",
        "pythran",
        "atomic",
        "openacc",
        "scipy",
        "npymath",
    }
)
# Those of custom lookup that go by other names, or by programs.
_LOOKED_UP = {
    "blas": "dep:generic/openblas",
    "lapack": "dep:generic/openblas",
    "boost": "dep:generic/boost",
    "mpi": "dep:generic/mpi",
    "cuda": "dep:generic/cuda",
    "llvm": "dep:generic/llvm",
    "curses": "dep:generic/ncurses",
    "gl": "dep:generic/opengl",
    "qt5": "dep:generic/qt5",
    "qt6": "dep:generic/qt6",
    "jni": "dep:generic/jdk",
    "zlib": "dep:generic/zlib",
    "pcap": "dep:generic/libpcap",
    "hdf5": "dep:generic/hdf5",
    "netcdf": "dep:generic/netcdf",
}


def meson_needs(project: Project, tree: Tree) -> Iterator[Need]:
    """Yield what a Meson project of `tree` takes, beside Meson and Ninja."""
    for language in project.languages:
        if language in _LANGUAGES:
            yield Need(dependency=_LANGUAGES[language])
    for dependency in project.dependencies:
        yield from _of_dependency(dependency)
    for name in project.libraries:
        if library := Linking(tree).library(name):
            yield Need(dependency=library)
    for names in project.programs:
        known = [each for name in names if (each := libraries.provider(name))]
        if known and known[0] not in {"dep:generic/meson", "dep:generic/ninja"}:
            yield Need(dependency=known[0])


def _of_dependency(dependency: Dependency) -> Iterator[Need]:
    names = [name.lower() for name in dependency.names]
    if any(name in _WITH_COMPILERS for name in names):
        return
    if known := next((_LOOKED_UP[name] for name in names if name in _LOOKED_UP), None):
        yield Need.parse(f"{known}@{dependency.versions}")
        return
    first = next((name for name in dependency.names if libraries.of_pkg_config(name)), names[0])
    for need in modules_needed([first]):
        yield Need(dependency=PKG_CONFIG)
        yield Need.parse(f"{need.dependency}@{dependency.versions}")
