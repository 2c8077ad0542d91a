"""A source tree on a target → what building it there takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from poetry_arch_check.inspection import languages
from poetry_arch_check.inspection.backends import (
    Kind,
    ProjectFileError,
    build_scripts,
    read_backend,
)
from poetry_arch_check.inspection.breakage import Breakage, breakage_of, too_old_for
from poetry_arch_check.inspection.external import external_requires
from poetry_arch_check.inspection.script.modules import Modules
from poetry_arch_check.inspection.script.reader import read_script
from poetry_arch_check.inspection.script.syntax import parse
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.toolchain import (
    CMAKE,
    CXX,
    GO,
    MAKE,
    PKG_CONFIG,
    QMAKE,
    RUST,
    SWIG,
    C,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.script.script import Extension, Script
    from poetry_arch_check.inspection.tree import Tree

# Programs that a script starts because the build cannot do without.
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


# What backends ask for on their own, where the machine does not have it.
_PROVIDED = {
    "scikit_build_core.build": ("cmake", "ninja"),
    "mesonpy": ("ninja",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What building a source tree takes on one interpreter.

    `requires` are PEP 725 names, `build_requires` the requirements (PEP 508) of
    `build-system.requires`. `optional` says that something is compiled where there is a
    compiler, and left out where there is none. `broken` tells why no toolchain builds it.
    """

    requires: tuple[str, ...] = ()
    optional: bool = False
    build_requires: tuple[str, ...] = ()
    broken: Breakage | None = None


def inspect_tree(
    tree: Tree, interpreter: Interpreter, constraints: tuple[str, ...] = ()
) -> Inspection:
    """Return what building `tree` takes on `interpreter`.

    `constraints` are the project's build constraints for it (PEP 508). Raises TreeError where
    the tree cannot be looked into.
    """
    try:
        backend = read_backend(tree)
    except ProjectFileError as error:
        return Inspection(broken=Breakage(why=str(error)))
    found = _Found()
    found.need(*external_requires(backend.pyproject))
    modules = Modules(backend.requires, tree, interpreter)
    script = _scripts(backend, tree, interpreter, modules, found)
    match backend.kind:
        case Kind.SETUPTOOLS if script is None and backend.in_tree:
            # What a backend of the sdist's own compiles is told by the sources alone.
            found.need(*languages.of_tree(tree))
        case Kind.SETUPTOOLS:
            _setuptools(backend, tree, found)
        case Kind.HATCHLING:
            _hatchling(backend, tree, found)
        case Kind.MATURIN:
            found.need(RUST)
        case Kind.MESON:
            _meson(tree, found)
        case Kind.CMAKE:
            found.need(*_of_cmake(tree))
        case Kind.SIP:
            found.need(CXX, *([QMAKE] if "PyQt-builder" in " ".join(backend.requires) else []))
        case Kind.OTHER if script is None:
            found.need(*languages.of_tree(tree))
        case _:
            pass
    build_requires = (
        *backend.requires,
        *_PROVIDED.get(backend.name, ()),
        *(script.setup_requires if script else ()),
    )
    found.broken = found.broken or breakage_of(script, backend, modules, interpreter, constraints)
    if found.requires and not found.broken:
        found.broken = too_old_for(tree, build_requires, interpreter)
    return Inspection(
        requires=tuple(found.requires),
        optional=found.optional,
        build_requires=build_requires,
        broken=found.broken,
    )


class _Found:
    """What is gathered, in the order in which it was come by."""

    def __init__(self) -> None:
        self.requires: dict[str, None] = {}
        self.optional = False
        self.broken: Breakage | None = None

    def need(self, *dependencies: str) -> None:
        self.requires.update(dict.fromkeys(dependencies))

    def hook(self, dependencies: Iterable[str], *, optional: bool) -> None:
        if optional:
            self.optional = True
        else:
            self.need(*dependencies)


def _scripts(
    backend: Backend, tree: Tree, interpreter: Interpreter, modules: Modules, found: _Found
) -> Script | None:
    """Look into the scripts of the build; return the first of them."""
    first = None
    for path in build_scripts(backend, tree):
        module = parse(tree.texts[path])
        if module is None:
            found.broken = Breakage(why=f"its {path} is not Python 3")
            continue
        own = backend.kind is Kind.SETUPTOOLS
        script = read_script(module, interpreter, tree, modules, everything=not own)
        first = first or script
        _script(script, backend, tree, found)
        for entry in script.cffi:
            needs = _of_cffi(entry, tree, interpreter, modules)
            found.hook(needs, optional=script.survives)
    return first


def _script(script: Script, backend: Backend, tree: Tree, found: _Found) -> None:
    """Note what a script compiles."""
    optional = script.survives
    for extension in script.extensions:
        found.hook(_of_extension(extension, tree), optional=optional or extension.optional)
    if script.extensions and any(text.endswith(".i") for text in script.strings):
        found.hook([SWIG], optional=optional)
    if "skbuild" in script.uses:
        found.hook(_of_cmake(tree), optional=optional)
        found.hook([] if _requires(backend, "cmake") else [CMAKE], optional=optional)
    elif any(use.startswith("numpy.distutils") for use in script.uses):
        found.hook(languages.of_tree(tree) or (C,), optional=optional)
    elif script.compiles and not script.extensions:
        stated = languages.of_strings(script.strings) or languages.of_tree(tree)
        found.hook(stated or (C,), optional=optional)
    if found.requires:
        configured = (libraries.configured(name) for name in sorted(script.strings))
        found.hook(filter(None, configured), optional=optional)
    # A program is a need of what is compiled, or all that there is of the build.
    if found.requires or not (script.extensions or script.compiles or found.optional):
        _programs(script, backend, tree, found)


def _programs(script: Script, backend: Backend, tree: Tree, found: _Found) -> None:
    """Note the programs that a script starts, and what those compile."""
    programs = {_PROGRAMS[name] for name in script.programs if name in _PROGRAMS}
    if _requires(backend, "cmake"):
        programs.discard(CMAKE)
    compiled = bool(found.requires)
    found.hook(sorted(programs), optional=script.survives)
    if CMAKE in programs:
        found.hook(_of_cmake(tree), optional=script.survives)
    elif MAKE in programs and not compiled:
        found.hook(languages.of_tree(tree) or (C,), optional=script.survives)


def _of_cmake(tree: Tree) -> tuple[str, ...]:
    return languages.of_cmake(tree.text("CMakeLists.txt") or "")


def _requires(backend: Backend, name: str) -> bool:
    """Return whether a package is among the build requirements."""
    return any(_name(requirement) == name for requirement in backend.requires)


def _name(requirement: str) -> str:
    try:
        return canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement:
        return ""


def _of_extension(extension: Extension, tree: Tree) -> Iterator[str]:
    """Yield what an extension module takes: its compilers, and libraries that it names."""
    kind, language = extension.kind.lower(), (extension.language or "").lower()
    if "rust" in kind:
        yield RUST
        return
    if "cmake" in kind:
        yield from _of_cmake(tree)
        return
    if language in {"c++", "cpp"} or kind.startswith(("pybind11", "cpp", "cuda", "sycl")):
        yield CXX
    else:
        yield from languages.of_strings(extension.strings) or _either(tree)
    for name in extension.libraries:
        if library := libraries.linked(name):
            yield library


def _either(tree: Tree) -> tuple[str, ...]:
    """Return C or C++, whichever there are sources of; an extension is one of the two."""
    found = languages.of_tree(tree)
    return (CXX,) if CXX in found and C not in found else (C,)


def _of_cffi(entry: str, tree: Tree, interpreter: Interpreter, modules: Modules) -> tuple[str, ...]:
    """Return what a `cffi_modules` entry (`path:name`) takes: in ABI mode, nothing."""
    source = tree.texts.get(entry.partition(":")[0].removeprefix("./"))
    module = parse(source) if source is not None else None
    if module is None:
        return (C,)
    script = read_script(module, interpreter, tree, modules, everything=True)
    return tuple(need for each in script.extensions for need in _of_extension(each, tree))


def _setuptools(backend: Backend, tree: Tree, found: _Found) -> None:
    """Look at the extensions that pyproject.toml itself defines."""
    for module in _tables(backend.table("tool", "setuptools").get("ext-modules")):
        optional = module.get("optional") is True
        stated = (
            (CXX,)
            if module.get("language") == "c++"
            else languages.of_strings(_strings(module.get("sources")))
        )
        found.hook(stated or _either(tree), optional=optional)
        linked = (libraries.linked(name) for name in _strings(module.get("libraries")))
        found.hook(filter(None, linked), optional=optional)
    for module in _tables(backend.table("tool", "setuptools-rust").get("ext-modules")):
        found.hook((RUST,), optional=module.get("optional") is True)


def _tables(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _hatchling(backend: Backend, tree: Tree, found: _Found) -> None:
    for place in ((), ("targets", "wheel")):
        hooks = backend.table("tool", "hatch", "build", *place, "hooks")
        for name in ("mypyc", "cython", "scikit-build"):
            hook = hooks.get(name)
            if isinstance(hook, dict) and hook.get("enable-by-default") is not False:
                found.need(*(_of_cmake(tree) if name == "scikit-build" else (C,)))


def _meson(tree: Tree, found: _Found) -> None:
    text = tree.text("meson.build") or ""
    found.need(*languages.of_meson(text))
    for name in languages.meson_dependencies(text):
        if any(path.startswith(f"subprojects/{name}") for path in tree.names):
            continue
        if library := libraries.of_pkg_config(name):
            found.need(PKG_CONFIG, library)
