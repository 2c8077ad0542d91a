"""Source trees of a few files, and what building them takes."""

from __future__ import annotations

from textwrap import dedent

from poetry_arch_check.inspection.backends import read_backend
from poetry_arch_check.inspection.c_sources.reader import CReader
from poetry_arch_check.inspection.cmake_requirements import CMakeBuild
from poetry_arch_check.inspection.requirements import Requirements
from poetry_arch_check.inspection.script.modules import Modules
from poetry_arch_check.inspection.script.reader import read_script
from poetry_arch_check.inspection.script.syntax import parse
from poetry_arch_check.inspection.script_requirements import add_cffi, add_script
from poetry_arch_check.inspection.tree import Tree
from support.interpreters import LINUX


def tree_of(files: dict[str, str], *more: str) -> Tree:
    """Return a tree with these files, and `more` whose content nobody reads."""
    reader = CReader()
    for path, text in files.items():
        if reader.wants(path):
            reader.read(path, dedent(text).encode())
    return Tree(
        names=frozenset({*files, *more}),
        texts={path: dedent(text).encode() for path, text in files.items()},
        c_sources=reader.sources,
    )


def needs_of_script(script: str, files: dict[str, str] | None = None, *more: str) -> set[str]:
    """Return what a setup.py requires on Linux, beside its backend: `dep:generic/zlib@>=1.2`."""
    tree = tree_of({"setup.py": script, **(files or {})}, *more)
    backend = read_backend(tree)
    modules = Modules(backend.requires, tree, LINUX)
    module = parse(tree.texts["setup.py"])
    assert module is not None
    found = Requirements()
    read = read_script(module, LINUX, tree, modules)
    add_script(read, backend, tree, found, CMakeBuild(backend, tree, LINUX, ()))
    add_cffi(read, LINUX, tree, modules, found)
    return {str(need) for need in found.needs}
