"""Sdists that fail with current build tools, whatever the toolchain.

Build requirements without an upper bound resolve to the newest release, and new Pythons remove
modules: scripts that were correct when they were published fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

from poetry_arch_check.inspection.backends import Kind
from poetry_arch_check.inspection.script.modules import REMOVED_MODULES, requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.script.script import Script
    from poetry_arch_check.inspection.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """Why no toolchain builds an sdist (a clause for a sentence), and what helps.

    `constraint` is a build constraint, one requirement, "" if none helps.
    """

    why: str
    constraint: str = ""

    def lifted_by(self, constraints: Iterable[str]) -> bool:
        """Return whether the project's build constraints (PEP 508) exclude what breaks it."""
        constrained = dict(requirements(constraints))
        return any(
            _excludes(constrained.get(tool), bound.version)
            for tool, needed in requirements([self.constraint])
            for bound in needed.specifier
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removal:
    """Something that a release of a build tool removed.

    `used` is how a script refers to it, `python` the minor version of the oldest Python 3 that
    the release supports: a build on an older one gets an older release.
    """

    used: str
    tool: str
    version: str
    why: str
    python: int = 0

    @property
    def always(self) -> bool:
        """Whether a setup.py can import the tool without requiring it."""
        return self.tool == "setuptools"


# From the release notes of setuptools (58.0.0: use_2to3; 82.0.0: pkg_resources) and Cython
# (3.0.0: the old build_ext).
_REMOVALS = (
    _Removal(
        used="pkg_resources",
        tool="setuptools",
        version="82",
        why="its setup.py imports pkg_resources, which setuptools 82 no longer has",
        python=9,
    ),
    _Removal(
        used="use_2to3",
        tool="setuptools",
        version="58",
        why="its setup.py uses use_2to3, which setuptools 58 no longer supports",
    ),
    _Removal(
        used="cython_sources",
        tool="cython",
        version="3",
        why="its setup.py uses an attribute that Cython 3 no longer has",
    ),
)
# The first Cython whose C files compile with a Python, as measured and in its change log:
# longintrepr.h moved in 3.11, ob_digit in 3.12.
_FIRST_CYTHON = {11: Version("0.29.30"), 12: Version("0.29.34")}


def breakage_of(
    script: Script | None,
    backend: Backend,
    modules: Modules,
    interpreter: Interpreter,
    constraints: Iterable[str] = (),
) -> Breakage | None:
    """Return why the build fails with current tools, None if no reason is known.

    `modules` are those that the script can import, `constraints` the project's build
    constraints for it (PEP 508).
    """
    requires = dict(requirements(backend.requires))
    constrained = dict(requirements(constraints))
    if backend.kind is Kind.SETUPTOOLS:
        project = backend.table("project")
        if project and "version" not in project and "version" not in _dynamic(project):
            return Breakage(why="its pyproject.toml has a [project] table without a version")
    if _has_old_cmake_settings(backend) and _gets(requires.get("scikit-build-core"), "0.10"):
        return Breakage(
            why="its pyproject.toml has settings that scikit-build-core 0.10 refuses",
            constraint="scikit-build-core<0.10",
        )
    if script is None:
        return None
    for removal in _REMOVALS:
        referred = script.imports if removal.used == "pkg_resources" else script.uses
        if (
            removal.used in referred
            and interpreter.version[1] >= removal.python
            and _gets(requires.get(removal.tool), removal.version, always=removal.always)
            and not _excludes(constrained.get(removal.tool), removal.version)
        ):
            return Breakage(why=removal.why, constraint=f"{removal.tool}<{removal.version}")
    if script.refuses:
        return Breakage(why="its setup.py exits on this Python version or operating system")
    for module in sorted(script.imports):
        if modules.has(module) is not False:
            continue
        if last := REMOVED_MODULES.get(module):
            why = f"its setup.py imports {module}, which Python 3.{last} removed"
        else:
            why = f"its setup.py imports {module}, which is not in its build requirements"
        return Breakage(why=why)
    return None


def _has_old_cmake_settings(backend: Backend) -> bool:
    """Return whether [tool.scikit-build] has keys that version 0.10 replaced."""
    settings = backend.table("tool", "scikit-build")
    cmake = settings.get("cmake")
    return (
        isinstance(cmake, dict)
        and not cmake.keys().isdisjoint({"verbose", "targets"})
        and "minimum-version" not in settings
    )


def too_old_for(
    tree: Tree, build_requires: Iterable[str], interpreter: Interpreter
) -> Breakage | None:
    """Return why the generated C files of `tree` do not compile on `interpreter`, else None.

    Where Cython is a build requirement, they are generated anew.
    """
    if "cython" in dict(requirements(build_requires)):
        return None
    versions = sorted(Version(version) for version in tree.cython)
    for minor, first in _FIRST_CYTHON.items():
        if versions and versions[0] < first and interpreter.version[1] >= minor:
            return Breakage(
                why=f"its C files were generated by Cython {versions[0]}, too old for"
                f" Python 3.{minor}"
            )
    return None


def _dynamic(project: dict[str, object]) -> Iterable[object]:
    dynamic = project.get("dynamic")
    return dynamic if isinstance(dynamic, list) else ()


def _excludes(constraint: Requirement | None, version: str) -> bool:
    """Return whether a build constraint excludes `version` and later ones."""
    return constraint is not None and not constraint.specifier.contains(f"{version}.9999")


def _gets(requirement: Requirement | None, version: str, *, always: bool = False) -> bool:
    """Return whether a build gets `version` or a later one.

    `always` says that a build gets the tool without requiring it, too.
    """
    if requirement is None:
        return always
    bounded = {"==", "===", "~=", "<", "<="}
    return not any(
        specifier.operator in bounded and not specifier.contains(f"{version}.9999")
        for specifier in requirement.specifier
    )
