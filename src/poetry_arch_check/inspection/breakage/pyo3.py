"""PyO3 builds for the Pythons that it knows, and no others: `build.rs` of pyo3-ffi."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.version import Version

from poetry_arch_check.data.tables import table
from poetry_arch_check.inspection.breakage.breakage import Breakage
from poetry_arch_check.inspection.versions import read_version

if TYPE_CHECKING:
    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

# The first for free-threaded Pythons, and the first that refuses 3.13t.
_FREE_THREADED = Version("0.23")
_NO_3_13T = Version("0.29")
_LOCKED = re.compile(r'name = "(pyo3|pyo3-ffi)"\s+version = "([0-9][\w.+-]{0,40})"')
_STATED = re.compile(
    r'(?m)^\s*(?:pyo3|pyo3-ffi)\s*=\s*(?:"|\{[^}\n]{0,200}?version\s*=\s*")[\^~=]?\s*([0-9.]{1,20})'
)
_ABI3 = re.compile(r"abi3-py3\d+")


def pyo3_breakage(backend: Backend, tree: Tree, interpreter: Interpreter) -> Breakage | None:
    """Return why the PyO3 of a Rust project refuses `interpreter`, None if it does not."""
    if interpreter.implementation != "cpython" or not (pyo3 := _pyo3(tree)):
        return None
    minor = interpreter.version[1]
    name = f"its PyO3 {pyo3}"
    if interpreter.free_threaded and pyo3 < _FREE_THREADED:
        return Breakage(why=f"{name} does not support free-threaded Python, which 0.23 does")
    if interpreter.free_threaded and pyo3 >= _NO_3_13T and minor == _FIRST_FREE_THREADED_MINOR:
        return Breakage(why=f"{name} does not support free-threaded Python 3.{minor}")
    newest = _bound("newest", pyo3)
    # Built for the stable ABI of an old Python, it takes newer ones, free-threaded ones apart.
    abi3 = not interpreter.free_threaded and _for_abi3(backend, tree)
    if newest is not None and minor > newest and not abi3:
        return Breakage(why=f"{name} supports Python up to 3.{newest}")
    oldest = _bound("oldest", pyo3)
    if oldest is not None and minor < oldest:
        return Breakage(why=f"{name} supports Python from 3.{oldest} on")
    return None


_FIRST_FREE_THREADED_MINOR = 13


def _bound(bound: str, pyo3: Version) -> int | None:
    """Return the newest or oldest minor version of CPython that a PyO3 takes; None: any.

    Before 0.20.3 there was no newest; since 0.28, it takes one more, with a warning.
    """
    stated: dict[str, int] = table("build_tools")["rows"]["pyo3"][bound]
    return next((minor for first, minor in stated.items() if pyo3 >= Version(first)), None)


def _pyo3(tree: Tree) -> Version | None:
    """Return the PyO3 that a build gets: by Cargo.lock, else the lowest that Cargo.toml allows."""
    for name, pattern in (("Cargo.lock", _LOCKED), ("Cargo.toml", _STATED)):
        for path in sorted(tree.texts, key=lambda each: each.count("/")):
            if path.rpartition("/")[2] != name:
                continue
            match = pattern.search(tree.texts[path].decode("utf-8", "replace"))
            if match:
                return read_version(match[pattern.groups])
    return None


def _for_abi3(backend: Backend, tree: Tree) -> bool:
    """Return whether a feature asks for the stable ABI of one version, `abi3-py38`."""
    features = backend.table("tool", "maturin").get("features")
    manifests = [
        content.decode("utf-8", "replace")
        for path, content in tree.texts.items()
        if path.rpartition("/")[2] == "Cargo.toml"
    ]
    scripts = [
        content.decode("utf-8", "replace")
        for path, content in tree.texts.items()
        if path in {"setup.py", "pyproject.toml"}
    ]
    stated = [*manifests, *scripts, *(features if isinstance(features, list) else ())]
    return any(isinstance(each, str) and _ABI3.search(each) for each in stated)
