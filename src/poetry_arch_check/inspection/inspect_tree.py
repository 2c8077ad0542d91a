"""A source tree and a target → what building it there requires."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.backend_requirements import add_backend, declared_extensions
from poetry_arch_check.inspection.backends import (
    Kind,
    ProjectFileError,
    build_scripts,
    read_backend,
)
from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.breakage.pyo3 import pyo3_breakage
from poetry_arch_check.inspection.breakage.requires_python import python_breakage
from poetry_arch_check.inspection.breakage.scripts import breakage_of
from poetry_arch_check.inspection.breakage.sources import missing_sources, source_breakage
from poetry_arch_check.inspection.cmake_requirements import CMakeBuild
from poetry_arch_check.inspection.compiled import compiled_of, sources_of
from poetry_arch_check.inspection.external import external_requires
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.inspection.requirements import Requirements
from poetry_arch_check.inspection.script.modules import Modules
from poetry_arch_check.inspection.script.reader import read_script
from poetry_arch_check.inspection.script.syntax import parse, texts
from poetry_arch_check.inspection.script_requirements import add_cffi, add_script
from poetry_arch_check.inspection.source_requirements import source_needs
from poetry_arch_check.inspection.version_control import runs_git
from poetry_arch_check.toolchains.toolchain import GIT, RUST

if TYPE_CHECKING:
    import ast

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.script.script import Extension, Script
    from poetry_arch_check.inspection.tree import Tree

# Build requirements that backends add if the machine does not have the programs.
_PROVIDED = {
    "scikit_build_core.build": ("cmake", "ninja"),
    "mesonpy": ("ninja",),
}


def inspect_tree(
    tree: Tree, interpreter: Interpreter, constraints: tuple[str, ...] = ()
) -> Inspection:
    """Return what building `tree` requires on `interpreter`.

    `constraints` are the project's build constraints for it (PEP 508). Raises TreeError if the
    tree cannot be inspected.
    """
    try:
        backend = read_backend(tree)
    except ProjectFileError as error:
        return Inspection(broken=Breakage(why=str(error)))
    found = Requirements()
    found.add(*external_requires(backend.pyproject, interpreter))
    cmake = CMakeBuild(backend, tree, interpreter, constraints)
    scripts = _read_scripts(backend, tree, interpreter, found, cmake)
    script, extensions = scripts.first, scripts.extensions
    add_backend(backend, tree, found, cmake, has_script=script is not None)
    build_requires = (
        *backend.requires,
        *_PROVIDED.get(backend.name, ()),
        *(script.setup_requires if script else ()),
    )
    if runs_git(tree, build_requires):
        found.add(GIT)
    # Nothing is sure to be compiled where the script takes out again what misses something.
    extensions = [] if script and script.takes_out else extensions
    compiled = compiled_of(
        (*sources_of(extensions, script, tree), *found.sources),
        (each.code for each in extensions if each.code),
        tree,
        interpreter,
    )
    named = [path for each in extensions for path in each.sources]
    # A script stops before it comes to CMake.
    broken = python_breakage(backend, tree, interpreter) or scripts.broken
    broken = broken or breakage_of(script, backend, scripts.modules, interpreter, constraints)
    broken = broken or found.broken
    if found.names:
        if interpreter.sys_platform in {"linux", "darwin"}:
            macos = interpreter.sys_platform == "darwin"
            found.add(
                *source_needs(compiled, tree, script, found.names, build_requires, macos=macos)
            )
        broken = broken or missing_sources(named, tree, build_requires, interpreter)
        broken = broken or source_breakage(compiled, tree, build_requires, interpreter, constraints)
        if RUST in found.names:
            broken = broken or pyo3_breakage(backend, tree, interpreter)
    return Inspection(
        requires=found.needs,
        optional=found.optional,
        build_requires=build_requires,
        broken=broken,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scripts:
    """What the build scripts of a tree come to: the first, and what they compile for sure.

    `modules` are those that the last one can import, `broken` says that one cannot be read.
    """

    first: Script | None
    extensions: list[Extension]
    modules: Modules
    broken: Breakage | None


def _read_scripts(
    backend: Backend,
    tree: Tree,
    interpreter: Interpreter,
    found: Requirements,
    cmake: CMakeBuild,
) -> _Scripts:
    """Read the scripts that `backend` runs, and add to `found` what they require."""
    modules = Modules(backend.requires, tree, interpreter)
    first, broken = None, None
    extensions = declared_extensions(backend)
    for path in build_scripts(backend, tree):
        module = parse(tree.texts[path])
        if module is None:
            broken = broken or Breakage(why=f"its {path} is not valid Python 3")
            continue
        asked = _asked_for(module, backend, tree, interpreter)
        modules = Modules((*backend.requires, *asked), tree, interpreter)
        # A setup.py calls what it needs; other backends call the functions of their scripts.
        everything = backend.kind is not Kind.SETUPTOOLS
        read = read_script(module, interpreter, tree, modules, everything=everything)
        read.setup_requires += sorted({*asked} - {*read.setup_requires})
        first = first or read
        add_script(read, backend, tree, found, cmake)
        built = [*read.extensions, *add_cffi(read, interpreter, tree, modules, found)]
        extensions += [each for each in built if not (read.survives or each.optional)]
    return _Scripts(first=first, extensions=extensions, modules=modules, broken=broken)


def _asked_for(
    module: ast.Module, backend: Backend, tree: Tree, interpreter: Interpreter
) -> tuple[str, ...]:
    """Return the `setup_requires` that a frontend is told first (`setup.py egg_info`).

    Not those of a script that does not mention that: it says the same when it builds.
    """
    if backend.kind is not Kind.SETUPTOOLS or "egg_info" not in texts(module):
        return ()
    modules = Modules(backend.requires, tree, interpreter)
    read = read_script(module, replace(interpreter, command="egg_info"), tree, modules)
    return tuple(read.setup_requires)
