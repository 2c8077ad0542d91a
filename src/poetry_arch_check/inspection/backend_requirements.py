"""What a build backend requires by itself, and by its settings in project files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection import languages
from poetry_arch_check.inspection.backends import Kind
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.toolchain import CXX, PKG_CONFIG, QMAKE, RUST, C

if TYPE_CHECKING:
    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.requirements import Requirements
    from poetry_arch_check.inspection.tree import Tree


def add_backend(backend: Backend, tree: Tree, found: Requirements, *, has_script: bool) -> None:
    """Add to `found` what `backend` requires to build `tree`.

    `has_script` says that it runs a build script.
    """
    match backend.kind:
        case Kind.SETUPTOOLS if backend.in_tree and not has_script:
            # It may compile what no project file mentions: the sources tell.
            found.add(*languages.of_tree(tree))
        case Kind.SETUPTOOLS:
            _add_setuptools(backend, tree, found)
        case Kind.HATCHLING:
            _add_hatchling(backend, tree, found)
        case Kind.MATURIN:
            found.add(RUST)
        case Kind.MESON:
            _add_meson(tree, found)
        case Kind.CMAKE:
            found.add(*languages.of_cmake(tree))
        case Kind.SIP:
            found.add(CXX, *([QMAKE] if "PyQt-builder" in " ".join(backend.requires) else []))
        case Kind.OTHER if not has_script:
            found.add(*languages.of_tree(tree))
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
        linked = (libraries.linked(name) for name in _strings(module.get("libraries")))
        found.add_hook(filter(None, linked), optional=optional)
    for module in _tables(backend.table("tool", "setuptools-rust").get("ext-modules")):
        found.add_hook((RUST,), optional=module.get("optional") is True)


def _tables(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _add_hatchling(backend: Backend, tree: Tree, found: Requirements) -> None:
    """Add what the build hooks in pyproject.toml require."""
    for place in ((), ("targets", "wheel")):
        hooks = backend.table("tool", "hatch", "build", *place, "hooks")
        for name in ("mypyc", "cython", "scikit-build"):
            hook = hooks.get(name)
            if isinstance(hook, dict) and hook.get("enable-by-default") is not False:
                found.add(*(languages.of_cmake(tree) if name == "scikit-build" else (C,)))


def _add_meson(tree: Tree, found: Requirements) -> None:
    """Add the compilers and dependencies of meson.build."""
    text = tree.text("meson.build") or ""
    found.add(*languages.of_meson(text))
    for name in languages.meson_dependencies(text):
        if any(path.startswith(f"subprojects/{name}") for path in tree.names):
            continue
        if library := libraries.of_pkg_config(name):
            found.add(PKG_CONFIG, library)
