"""What a build script requires: compilers, programs and libraries for what it compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection import languages
from poetry_arch_check.inspection.cargo import rust_needs
from poetry_arch_check.inspection.linked import Linking
from poetry_arch_check.inspection.programs import TOOLS, started_needs
from poetry_arch_check.inspection.script.modules import requirements
from poetry_arch_check.inspection.script.reader import read_script
from poetry_arch_check.inspection.script.syntax import parse
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, MAKE, SWIG, C

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.cmake_requirements import CMakeBuild
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.requirements import Requirements
    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.script.script import Extension, Script
    from poetry_arch_check.inspection.tree import Tree

# Programs that count whatever the script makes of their absence.
_SURE = frozenset({"cmake", "make", "gmake", "configure", "swig", "qmake", "cargo", "go"})


_MAKING = frozenset({"make", "gmake", "cmake", "configure", "autogen.sh", "autoreconf", "ninja"})


def add_script(
    script: Script, backend: Backend, tree: Tree, found: Requirements, cmake: CMakeBuild
) -> None:
    """Add to `found` what `script`, a build script of `tree`, requires."""
    optional, linking = script.survives, _linking(script, tree)
    for extension in script.extensions:
        if "cmake" in extension.kind.lower():
            cmake.add(found, script, optional=optional or extension.optional)
        else:
            needs = _of_extension(extension, tree, linking)
            found.add_hook(needs, optional=optional or extension.optional)
    if script.extensions and any(text.endswith(".i") for text in script.strings):
        found.add_hook([SWIG], optional=optional)
    if "skbuild" in script.uses and _requires(backend, script, "scikit-build"):
        cmake.add(found, script, optional=optional)
    elif any(use.startswith("numpy.distutils") for use in script.uses):
        found.add_hook(languages.of_tree(tree) or (C,), optional=optional)
    elif script.compiles and not script.extensions:
        stated = languages.of_strings(script.strings) or languages.of_tree(tree)
        found.add_hook(stated or (C,), optional=optional)
    if found.names:
        found.add_hook(_configured(script), optional=optional)
        linked = (linking.library(name) for name in sorted(script.linked))
        found.add_hook(filter(None, linked), optional=optional)
    # Programs count beside something that is compiled, or if they are all that the script does.
    if found.names or not (script.extensions or script.compiles or found.optional):
        _add_programs(script, tree, found, cmake)


def add_cffi(
    script: Script, interpreter: Interpreter, tree: Tree, modules: Modules, found: Requirements
) -> list[Extension]:
    """Add to `found` what the `cffi_modules` of a script require; return the extensions."""
    extensions: list[Extension] = []
    for entry in script.cffi:
        built = _of_cffi(entry, tree, interpreter, modules)
        needs = [Need(dependency=C)] if built is None else []
        for each in built or ():
            needs += _of_extension(each, tree, _linking(script, tree))
        found.add_hook(needs, optional=script.survives)
        extensions += built or ()
    return extensions


def _configured(script: Script) -> Iterator[Need]:
    """Yield the libraries whose programs a script names (`pg_config`).

    Of the versions of one, that which it starts, else the newest: it may only speak of others.
    """
    started = {words[0] for each in script.started for words in each.alternatives if words}
    versions: dict[str, dict[str, str]] = {}
    for program in sorted(script.strings):
        if dependency := libraries.configured(program):
            versions.setdefault(libraries.family(dependency), {})[program] = dependency
    for programs in versions.values():
        known = [dependency for program, dependency in programs.items() if program in started]
        yield from map(Need.parse, known or [max(programs.values())])


def _linking(script: Script, tree: Tree) -> Linking:
    started = {
        words[0].rpartition("/")[2] for each in script.started for words in each.alternatives
    }
    return Linking(tree, script.built, builds=not _MAKING.isdisjoint(started))


def _add_programs(script: Script, tree: Tree, found: Requirements, cmake: CMakeBuild) -> None:
    """Add the programs that a script starts, and the compilers that those call."""
    needs = [need for started in script.started for need in started_needs(started, tree)]
    for name in sorted(script.programs & _SURE):
        needs += [Need(dependency=tool) for tool in TOOLS[name]]
    programs = {need.dependency for need in needs}
    compiled = bool(found.names)
    found.add_hook((need for need in needs if need.dependency != CMAKE), optional=script.survives)
    if CMAKE in programs:
        cmake.add(found, script, optional=script.survives)
    elif MAKE in programs and not compiled:
        found.add_hook(languages.of_tree(tree) or (C,), optional=script.survives)


def _requires(backend: Backend, script: Script, name: str) -> bool:
    """Return whether a package is among the build requirements."""
    return name in dict(requirements((*backend.requires, *script.setup_requires)))


def _of_extension(extension: Extension, tree: Tree, linking: Linking) -> Iterator[Need]:
    """Yield what an extension module requires: compilers, and libraries that it links to."""
    kind, language = extension.kind.lower(), (extension.language or "").lower()
    if "rust" in kind:
        manifests = [text for text in extension.strings if text.endswith("Cargo.toml")]
        yield from rust_needs(tree, *(manifests or ["Cargo.toml"]))
        return
    if language in {"c++", "cpp"} or kind.startswith(("pybind11", "cpp", "cuda", "sycl")):
        yield Need(dependency=CXX)
    else:
        stated = languages.of_strings(extension.strings) or languages.c_or_cxx(tree)
        yield from (Need(dependency=each) for each in stated)
    options = (text for text in extension.strings if text.startswith("-l"))
    for name in (*extension.libraries, *options):
        # Names that no table knows count where it is sure that they are linked.
        if libraries.linked(name) is None and name in {*extension.libraries} - extension.sure:
            continue
        if library := linking.library(name):
            yield Need(dependency=library)


def _of_cffi(
    entry: str, tree: Tree, interpreter: Interpreter, modules: Modules
) -> list[Extension] | None:
    """Return the extensions of a `cffi_modules` entry (`path:name`), None where it is not read.

    There are none in ABI mode.
    """
    source = tree.texts.get(entry.partition(":")[0].removeprefix("./"))
    module = parse(source) if source is not None else None
    if module is None:
        return None
    return read_script(module, interpreter, tree, modules, everything=True).extensions
