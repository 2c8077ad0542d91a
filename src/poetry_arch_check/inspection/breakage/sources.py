"""Why what a tree compiles does not fit the Python that builds it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from posixpath import normpath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.breakage.breakage import Breakage
from poetry_arch_check.inspection.breakage.c_api import c_api_breakage
from poetry_arch_check.inspection.breakage.cython import cython_breakage, refused_by_cython_3
from poetry_arch_check.inspection.breakage.pybind11 import pybind11_breakage
from poetry_arch_check.inspection.script.modules import requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.compiled import Compiled
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

# No path of a source file is longer, or has a version in more places; the first sources tell.
_LONGEST = 200
_MOST_DIRECTORIES = 3
_MOST = 20
# What Cython reads and writes beside a `.pyx`, and what belongs to what it makes.
_OF_CYTHON = frozenset({"c", "cpp", "h", "pxd", "py", "pyi", "html"})
# Build requirements that refuse the free-threaded build of a Python 3, by its minor version:
# the setup.py of cffi 2.0.
_NOT_FREE_THREADED = {"cffi": 13}


def missing_sources(
    sources: Iterable[str], tree: Tree, build_requires: Iterable[str], interpreter: Interpreter
) -> Breakage | None:
    """Return which of `sources` (paths) a tree lacks on `interpreter`, None if it has all.

    Only of those that no build makes: what it has for other Pythons alone, and Cython files.
    """
    minor = interpreter.version[1]
    own = re.compile(rf"(?<!\d)3([._]?){minor}(?!\d)")
    absent = [path for each in sources if (path := normpath(each)) not in tree.names]
    versioned = (path for path in absent if len(path) <= _LONGEST and own.search(path))
    for path in islice(versioned, _MOST):
        parts = [re.escape(part) for part in own.sub("\0", path).split("\0")][:_MOST_DIRECTORIES]
        others = re.compile(r"3[._]?\d{1,2}".join(parts))
        if any(others.fullmatch(name) for name in tree.names):
            why = f"its setup.py compiles {path}, which it has for other Pythons alone"
            return Breakage(why=why)
    if "cython" not in _required(build_requires, interpreter):
        return None  # setuptools takes the C file then
    for path in islice((each for each in absent if each.endswith(".pyx")), _MOST):
        if _written_by_cython(path, tree):
            return Breakage(why=f"its setup.py gives {path} to Cython, which is not in it")
    return None


def _written_by_cython(path: str, tree: Tree) -> bool:
    """Return whether a tree has what Cython made of a file, and nothing to make that of."""
    stem = path.removesuffix("pyx")
    beside = {name.removeprefix(stem) for name in tree.names if name.startswith(stem)}
    return not beside.isdisjoint(("c", "cpp")) and beside <= _OF_CYTHON


def _required(build_requires: Iterable[str], interpreter: Interpreter) -> set[str]:
    """Return the names of the build requirements on `interpreter`."""
    return {
        name
        for name, each in requirements(build_requires)
        if interpreter.meets(str(each.marker or ""))
    }


def source_breakage(
    compiled: Compiled,
    tree: Tree,
    build_requires: Iterable[str],
    interpreter: Interpreter,
    constraints: Iterable[str],
) -> Breakage | None:
    """Return why no toolchain compiles a tree on `interpreter`, None if no reason is known.

    `compiled` is what it surely compiles, `constraints` are the project's build constraints.
    """
    required = _required(build_requires, interpreter)
    for name, minor in _NOT_FREE_THREADED.items():
        if interpreter.free_threaded and interpreter.version[1] == minor and name in required:
            return Breakage(
                why=f"it requires {name}, which does not support free-threaded Python 3.{minor}"
            )
    written = {source.cython for source in tree.c_sources.values() if source.cython}
    return (
        _compiling(cython_breakage(written, build_requires, interpreter, constraints))
        or refused_by_cython_3(compiled, build_requires, interpreter, constraints)
        or _compiling(pybind11_breakage(build_requires, interpreter, constraints))
        or _compiling(c_api_breakage(compiled, interpreter))
    )


def _compiling(breakage: Breakage | None) -> Breakage | None:
    return replace(breakage, compiling=True) if breakage else None
