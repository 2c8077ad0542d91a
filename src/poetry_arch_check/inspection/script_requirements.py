"""What a build script requires: compilers, programs and libraries for what it compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from poetry_arch_check.inspection import languages
from poetry_arch_check.inspection.script.reader import read_script
from poetry_arch_check.inspection.script.syntax import parse
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, GO, MAKE, QMAKE, RUST, SWIG, C

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.requirements import Requirements
    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.script.script import Extension, Script
    from poetry_arch_check.inspection.tree import Tree

# What a script that starts these programs requires.
_PROGRAMS = {
    "cmake": CMAKE,
    "make": MAKE,
    "gmake": MAKE,
    "configure": MAKE,
    "swig": SWIG,
    "qmake": QMAKE,
    "cargo": RUST,
    "go": GO,
}


def add_script(script: Script, backend: Backend, tree: Tree, found: Requirements) -> None:
    """Add to `found` what `script`, a build script of `tree`, requires."""
    optional = script.survives
    for extension in script.extensions:
        found.add_hook(_of_extension(extension, tree), optional=optional or extension.optional)
    if script.extensions and any(text.endswith(".i") for text in script.strings):
        found.add_hook([SWIG], optional=optional)
    if "skbuild" in script.uses:
        found.add_hook(languages.of_cmake(tree), optional=optional)
        found.add_hook([] if _requires(backend, "cmake") else [CMAKE], optional=optional)
    elif any(use.startswith("numpy.distutils") for use in script.uses):
        found.add_hook(languages.of_tree(tree) or (C,), optional=optional)
    elif script.compiles and not script.extensions:
        stated = languages.of_strings(script.strings) or languages.of_tree(tree)
        found.add_hook(stated or (C,), optional=optional)
    if found.names:
        configured = (libraries.configured(name) for name in sorted(script.strings))
        found.add_hook(filter(None, configured), optional=optional)
    # Programs count beside something that is compiled, or if they are all that the script does.
    if found.names or not (script.extensions or script.compiles or found.optional):
        _add_programs(script, backend, tree, found)


def add_cffi(
    script: Script, interpreter: Interpreter, tree: Tree, modules: Modules, found: Requirements
) -> None:
    """Add to `found` what the `cffi_modules` of a script require."""
    for entry in script.cffi:
        names = _of_cffi(entry, tree, interpreter, modules)
        found.add_hook(names, optional=script.survives)


def _add_programs(script: Script, backend: Backend, tree: Tree, found: Requirements) -> None:
    """Add the programs that a script starts, and the compilers that those call."""
    programs = {_PROGRAMS[name] for name in script.programs if name in _PROGRAMS}
    if _requires(backend, "cmake"):
        programs.discard(CMAKE)
    compiled = bool(found.names)
    found.add_hook(sorted(programs), optional=script.survives)
    if CMAKE in programs:
        found.add_hook(languages.of_cmake(tree), optional=script.survives)
    elif MAKE in programs and not compiled:
        found.add_hook(languages.of_tree(tree) or (C,), optional=script.survives)


def _requires(backend: Backend, name: str) -> bool:
    """Return whether a package is among the build requirements."""
    return any(_name(requirement) == name for requirement in backend.requires)


def _name(requirement: str) -> str:
    try:
        return canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement:
        return ""


def _of_extension(extension: Extension, tree: Tree) -> Iterator[str]:
    """Yield what an extension module requires: compilers, and libraries that it links to."""
    kind, language = extension.kind.lower(), (extension.language or "").lower()
    if "rust" in kind:
        yield RUST
        return
    if "cmake" in kind:
        yield from languages.of_cmake(tree)
        return
    if language in {"c++", "cpp"} or kind.startswith(("pybind11", "cpp", "cuda", "sycl")):
        yield CXX
    else:
        yield from languages.of_strings(extension.strings) or languages.c_or_cxx(tree)
    for name in extension.libraries:
        if library := libraries.linked(name):
            yield library


def _of_cffi(entry: str, tree: Tree, interpreter: Interpreter, modules: Modules) -> tuple[str, ...]:
    """Return what a `cffi_modules` entry (`path:name`) requires: nothing in ABI mode."""
    source = tree.texts.get(entry.partition(":")[0].removeprefix("./"))
    module = parse(source) if source is not None else None
    if module is None:
        return (C,)
    script = read_script(module, interpreter, tree, modules, everything=True)
    return tuple(name for each in script.extensions for name in _of_extension(each, tree))
