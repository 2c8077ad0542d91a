"""What today's build tools refuse: sdists that no toolchain can build any more.

Build requirements without an upper bound are answered with the newest release, and Pythons
drop modules; scripts that were right when they were published fail for that.
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
    """Why no toolchain builds it: a clause for a sentence, and what would let it build.

    `constraint` is a build constraint, one requirement, "" where there is none that helps.
    """

    why: str
    constraint: str = ""

    def lifted_by(self, constraints: Iterable[str]) -> bool:
        """Return whether the project's build constraints (PEP 508) keep away what breaks it."""
        constrained = dict(requirements(constraints))
        return any(
            _keeps_away(constrained.get(tool), bound.version)
            for tool, needed in requirements([self.constraint])
            for bound in needed.specifier
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removal:
    """Something that a release of a build tool does not have any more.

    `used` is how a script refers to it, `python` the minor version of Python 3 from which on
    that release (or the Python itself) is what a build gets.
    """

    used: str
    tool: str
    version: str
    why: str
    python: int = 0

    @property
    def always(self) -> bool:
        """Whether the tool is there for every setup.py."""
        return self.tool == "setuptools"


# From the release notes of setuptools (58.0.0: use_2to3; 82.0.0: pkg_resources) and Cython
# (3.0.0: the old build_ext).
_REMOVALS = (
    _Removal(
        used="pkg_resources",
        tool="setuptools",
        version="82",
        why="its setup.py imports pkg_resources, which setuptools 82 does not have any more",
        python=9,
    ),
    _Removal(
        used="use_2to3",
        tool="setuptools",
        version="58",
        why="its setup.py asks for use_2to3, which setuptools 58 does not know any more",
    ),
    _Removal(
        used="cython_sources",
        tool="cython",
        version="3",
        why="its setup.py calls what Cython 3 does not have any more",
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
    """Return why the build fails with today's tools, None where nothing is known against it.

    `modules` are those that the script can import, `constraints` the project's build
    constraints for it (PEP 508).
    """
    requires = dict(requirements(backend.requires))
    constrained = dict(requirements(constraints))
    if backend.kind is Kind.SETUPTOOLS:
        project = backend.table("project")
        if project and "version" not in project and "version" not in _dynamic(project):
            return Breakage(why="its pyproject.toml has neither a version nor a dynamic one")
    if _has_old_cmake_settings(backend) and _newest(requires.get("scikit-build-core"), "0.10"):
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
            and _newest(requires.get(removal.tool), removal.version, always=removal.always)
            and not _keeps_away(constrained.get(removal.tool), removal.version)
        ):
            return Breakage(why=removal.why, constraint=f"{removal.tool}<{removal.version}")
    if script.refuses:
        return Breakage(why="its setup.py stops on this Python or system")
    for module in sorted(script.imports):
        if modules.has(module) is not False:
            continue
        if last := REMOVED_MODULES.get(module):
            why = f"its setup.py imports {module}, which Python 3.{last} does not have any more"
        else:
            why = f"its setup.py imports {module}, which its build requirements do not name"
        return Breakage(why=why)
    return None


def _has_old_cmake_settings(backend: Backend) -> bool:
    """Return whether keys of [tool.scikit-build] are in use that 0.10 replaced."""
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
    """Return why the generated C files of `tree` do not compile on `interpreter`, if they do not.

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


def _keeps_away(constraint: Requirement | None, version: str) -> bool:
    """Return whether a build constraint keeps `version` and what follows it away."""
    return constraint is not None and not constraint.specifier.contains(f"{version}.9999")


def _newest(requirement: Requirement | None, version: str, *, always: bool = False) -> bool:
    """Return whether a build gets `version` or a later one.

    `always` says that the tool is there without being required, too.
    """
    if requirement is None:
        return always
    bounded = {"==", "===", "~=", "<", "<="}
    return not any(
        specifier.operator in bounded and not specifier.contains(f"{version}.9999")
        for specifier in requirement.specifier
    )
