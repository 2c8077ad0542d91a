"""What a build backend requires by itself, and by its settings in project files."""

from __future__ import annotations

import re
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection import languages
from poetry_arch_check.inspection.backends import Kind
from poetry_arch_check.inspection.cargo import rust_needs
from poetry_arch_check.inspection.linked import Linking
from poetry_arch_check.inspection.meson.needs import meson_needs
from poetry_arch_check.inspection.meson.project import read_project
from poetry_arch_check.inspection.script.script import Extension
from poetry_arch_check.toolchains.toolchain import CXX, QMAKE, C

if TYPE_CHECKING:
    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.cmake_requirements import CMakeBuild
    from poetry_arch_check.inspection.requirements import Requirements
    from poetry_arch_check.inspection.tree import Tree


# Far more than any project links to.
_MAX_LIBRARIES = 100


def add_backend(
    backend: Backend,
    tree: Tree,
    found: Requirements,
    cmake: CMakeBuild,
    *,
    has_script: bool,
) -> None:
    """Add to `found` what `backend` requires to build `tree`.

    `cmake` is what it does where it runs CMake; `has_script` says that it runs a build script.
    """
    match backend.kind:
        case Kind.SETUPTOOLS if backend.in_tree and not has_script:
            # It may compile what no project file mentions: the sources tell.
            found.add(*languages.of_tree(tree))
        case Kind.SETUPTOOLS:
            _add_setuptools(backend, tree, found)
        case Kind.HATCHLING:
            _add_hatchling(backend, found, cmake)
        case Kind.MATURIN:
            found.add(*rust_needs(tree, _manifest(backend, tree)))
        case Kind.MESON:
            project = read_project(tree, cmake.interpreter)
            found.add(*meson_needs(project, tree))
            # Headers of what is fetched are not in the tree.
            fetches = any(name.endswith(".wrap") for name in tree.names)
            found.sources += [] if fetches else project.sources
        case Kind.CMAKE:
            cmake.add(found)
        case Kind.SIP:
            found.add(CXX, *([QMAKE] if "PyQt-builder" in " ".join(backend.requires) else []))
        case Kind.OTHER if not has_script or (backend.in_tree and not found.names):
            # Its script compiles in a way of its own: the sources tell (pipcl of PyMuPDF).
            generated = (C,) if tree.has_any(".i") else ()
            found.add(*(languages.of_tree(tree) or generated))
        case _:
            pass


def _add_setuptools(backend: Backend, tree: Tree, found: Requirements) -> None:
    """Add what the extension modules in pyproject.toml require."""
    for module in _tables(backend.table("tool", "setuptools").get("ext-modules")):
        optional = module.get("optional") is True
        stated = (
            (CXX,)
            if module.get("language") == "c++"
            else languages.of_strings(_strings(module.get("sources")))
        )
        found.add_hook(stated or languages.c_or_cxx(tree), optional=optional)
        names = _strings(module.get("libraries"))
        linked = (Linking(tree).library(name) for name in names)
        found.add_hook(filter(None, linked), optional=optional)
    _add_configured(tree, found)
    for module in _tables(backend.table("tool", "setuptools-rust").get("ext-modules")):
        path = module.get("path")
        manifest = path if isinstance(path, str) else "Cargo.toml"
        found.add_hook(rust_needs(tree, manifest), optional=module.get("optional") is True)


def _add_configured(tree: Tree, found: Requirements) -> None:
    """Add the libraries that setup.cfg gives to `build_ext`, if it builds something."""
    settings = ConfigParser(interpolation=None, strict=False)
    try:
        settings.read_string(tree.texts.get("setup.cfg", b"").decode("utf-8", "replace"))
    except ConfigParserError:
        return
    stated = settings.get("build_ext", "libraries", fallback="")
    if found.names:
        names = re.split(r"[,\s]+", stated)[:_MAX_LIBRARIES]
        linked = (Linking(tree).library(name) for name in names)
        found.add(*filter(None, linked))


def _manifest(backend: Backend, tree: Tree) -> str:
    """Return the Cargo.toml that maturin builds, by its documentation."""
    stated = backend.table("tool", "maturin").get("manifest-path")
    if isinstance(stated, str):
        return stated
    # maturin asks cargo, which takes the one at the root; `rust/` is that of its mixed layout.
    found = (path for path in ("Cargo.toml", "rust/Cargo.toml") if path in tree.texts)
    return next(found, "Cargo.toml")


def declared_extensions(backend: Backend) -> list[Extension]:
    """Return the extension modules in pyproject.toml that setuptools has to build."""
    modules = _tables(backend.table("tool", "setuptools").get("ext-modules"))
    return [
        Extension(
            kind="Extension",
            strings=tuple(_strings(module.get("extra-compile-args"))),
            language=None,
            libraries=(),
            optional=False,
            sources=tuple(_strings(module.get("sources"))),
        )
        for module in modules
        if module.get("optional") is not True
    ]


def _tables(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _add_hatchling(backend: Backend, found: Requirements, cmake: CMakeBuild) -> None:
    """Add what the build hooks in pyproject.toml require."""
    for place in ((), ("targets", "wheel")):
        hooks = backend.table("tool", "hatch", "build", *place, "hooks")
        for name in ("mypyc", "cython", "scikit-build"):
            hook = hooks.get(name)
            if isinstance(hook, dict) and hook.get("enable-by-default") is not False:
                if name == "scikit-build":
                    cmake.add(found)
                else:
                    found.add(C)
