"""Why what a tree compiles does not fit the Python that builds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.breakage.breakage import Breakage
from poetry_arch_check.inspection.breakage.c_api import c_api_breakage
from poetry_arch_check.inspection.breakage.cython import cython_breakage, refused_by_cython_3
from poetry_arch_check.inspection.script.modules import requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.compiled import Compiled
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

# Build requirements that refuse the free-threaded build of a Python 3, by its minor version:
# the setup.py of cffi 2.0.
_NOT_FREE_THREADED = {"cffi": 13}


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
    required = {
        name
        for name, each in requirements(build_requires)
        if interpreter.meets(str(each.marker or ""))
    }
    for name, minor in _NOT_FREE_THREADED.items():
        if interpreter.free_threaded and interpreter.version[1] == minor and name in required:
            return Breakage(
                why=f"it requires {name}, which does not support free-threaded Python 3.{minor}"
            )
    written = {source.cython for source in tree.c_sources.values() if source.cython}
    return (
        cython_breakage(written, build_requires, interpreter, constraints)
        or refused_by_cython_3(compiled, build_requires, interpreter, constraints)
        or c_api_breakage(compiled, interpreter)
    )
