"""Scripts and settings that current build tools, or a Python, refuse.

Build requirements without an upper bound resolve to the newest release, and new Pythons remove
modules: scripts that were correct when they were published fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

from poetry_arch_check.inspection.backends import Kind
from poetry_arch_check.inspection.breakage.breakage import Breakage
from poetry_arch_check.inspection.build_tools import excludes, gets, newest
from poetry_arch_check.inspection.script.commands import Doubt
from poetry_arch_check.inspection.script.modules import (
    NO_NUMPY_DISTUTILS,
    REMOVED_MODULES,
    requirements,
)
from poetry_arch_check.inspection.script.position import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.requirements import Requirement

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.script.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removal:
    """Something that a release of a build tool removed.

    `used` is how a script refers to it. A build on an old Python gets an older release.
    """

    used: str
    tool: str
    version: str
    why: str

    @property
    def always(self) -> bool:
        """Whether a setup.py can import the tool without requiring it."""
        return self.tool == "setuptools"


# From the release notes of setuptools (58.0.0: use_2to3; 74.0.0: msvccompiler; 82.0.0:
# pkg_resources) and Cython (3.0.0: the old build_ext).
_REMOVALS = (
    _Removal(
        used="pkg_resources",
        tool="setuptools",
        version="82",
        why="its setup.py imports pkg_resources, which setuptools 82 no longer has",
    ),
    _Removal(
        used="use_2to3",
        tool="setuptools",
        version="58",
        why="its setup.py uses use_2to3, which setuptools 58 no longer supports",
    ),
    _Removal(
        used="distutils.msvccompiler",
        tool="setuptools",
        version="74",
        why="its setup.py imports distutils.msvccompiler, which setuptools 74 no longer has",
    ),
    _Removal(
        used="cython_sources",
        tool="cython",
        version="3",
        why="its setup.py uses an attribute that Cython 3 no longer has",
    ),
)


# The last Python whose newest NumPy is 2.0.2, and the first setuptools without
# distutils.msvccompiler.
_LAST_WITH_NUMPY_2_0 = 9
_NO_MSVCCOMPILER = "74"
# What `os` has on POSIX systems alone, as far as build scripts use it (its documentation).
_POSIX = frozenset({"os.uname", "os.getuid", "os.geteuid", "os.getgid", "os.fork", "os.sysconf"})


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
    if refused := _license_files(backend, requires, constrained):
        return refused
    if _has_old_cmake_settings(backend) and gets(requires.get("scikit-build-core"), "0.10"):
        return Breakage(
            why="its pyproject.toml has settings that scikit-build-core 0.10 refuses",
            constraint="scikit-build-core<0.10",
        )
    if script is None:
        return None
    for removal in _REMOVALS:
        referred = script.uses
        if removal.used in {"pkg_resources", "distutils.msvccompiler"}:
            # A script may go on without them.
            referred = script.imports | script.asked
        if (
            removal.used in referred
            and newest(removal.tool, interpreter) >= Version(removal.version)
            and gets(requires.get(removal.tool), removal.version, always=removal.always)
            and not excludes(constrained.get(removal.tool), removal.version)
        ):
            return Breakage(why=removal.why, constraint=f"{removal.tool}<{removal.version}")
    by_numpy = None
    if not modules.is_own("numpy.distutils"):
        by_numpy = _by_numpy(script, backend, interpreter, constrained)
    return by_numpy or _refused(script, modules, interpreter)


def _by_numpy(
    script: Script,
    backend: Backend,
    interpreter: Interpreter,
    constrained: Mapping[str, Requirement],
) -> Breakage | None:
    """Return why numpy.distutils cannot be imported, None if it can, or is not asked for.

    Up to NumPy 2.0.2, it imports distutils.msvccompiler, which setuptools 74.0 removed: measured
    with 1.23.5, 1.26.4 and 2.0.2, while 2.3.3 does without.
    """
    if not any(f"{each}.".startswith("numpy.distutils.") for each in script.asked):
        return None
    minor = interpreter.version[1]
    if minor >= NO_NUMPY_DISTUTILS:
        return Breakage(
            why="its setup.py imports numpy.distutils, which NumPy does not have for Python 3.12"
            " and later"
        )
    required = {
        name: each
        for name, each in requirements(backend.requires)
        if interpreter.meets(str(each.marker or ""))
    }
    numpy = required.get("numpy")
    old = "oldest-supported-numpy" in required or minor <= _LAST_WITH_NUMPY_2_0
    if (
        (old or (numpy is not None and not gets(numpy, "2.1")))
        and newest("setuptools", interpreter) >= Version(_NO_MSVCCOMPILER)
        and gets(required.get("setuptools"), _NO_MSVCCOMPILER, always=True)
        and not excludes(constrained.get("setuptools"), _NO_MSVCCOMPILER)
    ):
        return Breakage(
            why="its setup.py imports numpy.distutils, which does not work with setuptools 74 in"
            " the NumPy that it gets",
            constraint=f"setuptools<{_NO_MSVCCOMPILER}",
        )
    return None


def _refused(script: Script, modules: Modules, interpreter: Interpreter) -> Breakage | None:
    """Return what stops a script whatever its build tools, None if nothing does."""
    if script.refuses:
        return Breakage(why="its setup.py exits on this Python version or operating system")
    for name in sorted(script.asked & _POSIX):
        if interpreter.os_name == "nt":
            return Breakage(why=f"its setup.py uses {name}, which Python on Windows does not have")
    for module in sorted(script.imports):
        if modules.has(module) is not False:
            continue
        if last := REMOVED_MODULES.get(module):
            why = f"its setup.py imports {module}, which Python 3.{last} removed"
        else:
            why = f"its setup.py imports {module}, which is not in its build requirements"
        return Breakage(why=why)
    return _installing(script, modules)


def _installing(script: Script, modules: Modules) -> Breakage | None:
    """Return what a script gives to the pip of its Python, which isolated builds do not have."""
    for started in script.started:
        for words in started.alternatives:
            name = canonicalize_name(words[-1])
            if (
                words[1:4] == ("-m", "pip", "install")
                and started.tolerance is Tolerance.NOTHING
                and started.doubt is Doubt.NONE
                and modules.has("pip") is False
                and modules.has(name) is False
            ):
                why = f"its setup.py runs pip for {name}, which is not in its build requirements"
                return Breakage(why=why)
    return None


# The first releases that refuse a table of `license-files`, and whether older ones were seen to
# build it (measured with each, November 2026).
_LISTED_LICENSES = {
    "scikit-build-core": ("0.11", True),
    "pdm-backend": ("2.4", True),
    "setuptools": ("77", False),
}


def _license_files(
    backend: Backend, requires: Mapping[str, Requirement], constrained: Mapping[str, Requirement]
) -> Breakage | None:
    """Return which backend refuses a table of `license-files`, which a draft of PEP 639 had."""
    if not isinstance(backend.table("project").get("license-files"), dict):
        return None
    for tool, (version, cured) in _LISTED_LICENSES.items():
        if gets(requires.get(tool), version) and not excludes(constrained.get(tool), version):
            return Breakage(
                why="its pyproject.toml has a table of license-files, which"
                f" {tool} {version} refuses",
                constraint=f"{tool}<{version}" if cured else "",
            )
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


def _dynamic(project: dict[str, object]) -> Iterable[object]:
    dynamic = project.get("dynamic")
    return dynamic if isinstance(dynamic, list) else ()
