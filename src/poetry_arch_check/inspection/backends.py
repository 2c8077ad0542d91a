"""Build backends (PEP 517): which one builds a tree, and which scripts it runs."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.inspection.tree import Tree


class Kind(Enum):
    """Families of backends, by where they are told what to compile."""

    SETUPTOOLS = auto()  # setup.py, setup.cfg, pyproject.toml
    POETRY = auto()  # a build script
    HATCHLING = auto()  # build hooks
    PDM = auto()  # a build script
    PURE = auto()  # builds no extensions
    MATURIN = auto()
    MESON = auto()  # meson.build
    CMAKE = auto()  # CMakeLists.txt
    SIP = auto()
    OTHER = auto()


# By the first part of `build-backend`, else by the whole of it.
_KINDS = {
    "setuptools": Kind.SETUPTOOLS,
    "poetry": Kind.POETRY,
    "poetry_dynamic_versioning": Kind.POETRY,
    "hatchling": Kind.HATCHLING,
    "pdm": Kind.PDM,
    "flit_core": Kind.PURE,
    "flit": Kind.PURE,
    "flit_scm": Kind.PURE,
    "uv_build": Kind.PURE,
    "whey": Kind.PURE,
    "trampolim": Kind.PURE,
    "pbr": Kind.SETUPTOOLS,
    "jupyter_packaging": Kind.SETUPTOOLS,
    "numpy": Kind.SETUPTOOLS,
    "mesonpy": Kind.MESON,
    "maturin": Kind.MATURIN,
    "scikit_build_core": Kind.CMAKE,
    "py_build_cmake": Kind.CMAKE,
    "cmeel": Kind.CMAKE,
    "sipbuild": Kind.SIP,
    "pyqtbuild": Kind.SIP,
}
# The build requirements without a [build-system] table (pip, build and Poetry alike).
DEFAULT_REQUIRES = ("setuptools>=40.8.0",)


class ProjectFileError(Exception):
    """What is wrong with `pyproject.toml`; build frontends refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """What `pyproject.toml` says of the build; `name` is "" if it names no backend.

    `in_tree` says that the backend is part of the sdist (`backend-path`).
    """

    kind: Kind
    name: str
    requires: tuple[str, ...]
    pyproject: Mapping[str, Any]
    in_tree: bool = False

    def table(self, *path: str) -> dict[str, Any]:
        """Return a table of pyproject.toml, an empty one if it does not exist."""
        value: Any = self.pyproject
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}


def read_backend(tree: Tree) -> Backend:
    """Return what builds `tree`.

    Raises ProjectFileError if `pyproject.toml` is invalid.
    """
    pyproject = _toml(tree.text("pyproject.toml"))
    system = pyproject.get("build-system")
    if not isinstance(system, dict):
        backend = Backend(
            kind=Kind.SETUPTOOLS, name="", requires=DEFAULT_REQUIRES, pyproject=pyproject
        )
        # Poetry builds its own projects without a [build-system] table.
        return replace(backend, kind=Kind.POETRY) if backend.table("tool", "poetry") else backend
    name, requires = system.get("build-backend", ""), system.get("requires")
    if not isinstance(name, str) or not isinstance(requires, list):
        raise ProjectFileError("the [build-system] table of its pyproject.toml is invalid")
    return Backend(
        kind=_kind(name, system),
        name=name,
        requires=tuple(each for each in requires if isinstance(each, str)),
        pyproject=pyproject,
        in_tree="backend-path" in system,
    )


def _kind(name: str, system: Mapping[str, Any]) -> Kind:
    if not name:
        return Kind.SETUPTOOLS
    root = re.split(r"[.:]", name, maxsplit=1)[0]
    if root in _KINDS:
        return _KINDS[root]
    if root == "setup":
        return Kind.OTHER  # setup.py is the backend, whatever it imports
    requires = " ".join(each for each in system["requires"] if isinstance(each, str)).lower()
    # A backend in the sdist wraps another one, and requires it.
    wrapped = {
        "maturin": Kind.MATURIN,
        "meson-python": Kind.MESON,
        "scikit-build-core": Kind.CMAKE,
        "setuptools": Kind.SETUPTOOLS,
        "poetry-core": Kind.POETRY,
        "hatchling": Kind.HATCHLING,
        "flit-core": Kind.PURE,
        "flit_core": Kind.PURE,
    }
    return next((kind for word, kind in wrapped.items() if word in requires), Kind.OTHER)


def _toml(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError):
        raise ProjectFileError("its pyproject.toml is not valid TOML") from None
    return document


def build_scripts(backend: Backend, tree: Tree) -> tuple[str, ...]:
    """Return the Python files that the backend runs to build, as far as they exist."""
    scripts: list[Any] = []
    match backend.kind:
        case Kind.SETUPTOOLS | Kind.OTHER:
            scripts = ["setup.py"]
        case Kind.POETRY:
            build = backend.table("tool", "poetry").get("build")
            script = build.get("script") if isinstance(build, dict) else build
            scripts = [script]
        case Kind.HATCHLING:
            for place in ((), ("targets", "wheel")):
                hooks = backend.table("tool", "hatch", "build", *place, "hooks")
                if isinstance(hooks.get("custom"), dict):
                    scripts.append(hooks["custom"].get("path", "hatch_build.py"))
        case Kind.PDM:
            build = backend.table("tool", "pdm", "build")
            scripts = [build.get("custom-hook", "pdm_build.py")]
            if build.get("run-setuptools"):
                # The hook tells what is given to setup().
                scripts.append(build.get("setup-script", "setup.py"))
            scripts.append(backend.table("tool", "pdm").get("build"))
    found = (str(script).removeprefix("./") for script in scripts if isinstance(script, str))
    return tuple(script for script in found if tree.text(script) is not None)
