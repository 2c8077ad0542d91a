"""What a build that runs CMake requires: CMake itself, in a version that reads the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.build_tools import excludes, gets
from poetry_arch_check.inspection.cmake.needs import (
    cmake_needs,
    languages_of,
    least_cmake,
    read_cmake,
    refused_by_cmake_4,
)
from poetry_arch_check.inspection.script.modules import requirements
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import CMAKE, MAKE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.requirements import Requirements
    from poetry_arch_check.inspection.script.script import Script
    from poetry_arch_check.inspection.tree import Tree

_REFUSED = "its CMakeLists.txt asks for CMake older than 3.5, which CMake 4 refuses"
# Makes CMake 4 read them, by its release notes.
_LIFTS = "CMAKE_POLICY_VERSION_MINIMUM"


class CMakeBuild:
    """A build of `tree` by `backend` that runs CMake on `interpreter`.

    `constraints` are the project's build constraints (PEP 508).
    """

    def __init__(
        self, backend: Backend, tree: Tree, interpreter: Interpreter, constraints: Iterable[str]
    ) -> None:
        self._backend = backend
        self._tree = tree
        self.interpreter = interpreter
        self._constrained = dict(requirements(constraints))

    def add(
        self, found: Requirements, script: Script | None = None, *, optional: bool = False
    ) -> None:
        """Add what it requires to `found`.

        `script` is the build script that starts CMake, None if scikit-build-core does: that takes
        CMake and Ninja from the index where none is new enough.
        """
        definitions = _definitions(script.strings if script else (), self._backend)
        folder = self._folder(script)
        project = read_cmake(self._tree, folder, self.interpreter, definitions)
        found.add_hook(languages_of(project), optional=optional)
        more = script.setup_requires if script else ()
        requires = dict(requirements((*self._backend.requires, *more)))
        if project is not None:
            found.add_hook(cmake_needs(project, self._tree, requires), optional=optional)
            # Headers of what is fetched are not in the tree.
            found.sources += [] if optional or project.fetches else project.sources
        refused = project is not None and refused_by_cmake_4(project) and _LIFTS not in definitions
        if "cmake" in requires:
            excluded = excludes(self._constrained.get("cmake"), "4")
            newest = gets(requires["cmake"], "4") and not excluded
            if refused and newest and not optional:
                found.broken = Breakage(why=_REFUSED, constraint="cmake<4")
        elif script or refused:
            least = least_cmake(project) if project else ""
            versions = [f">={least}"] if least else []
            versions += ["<4"] if refused else []
            found.add_hook([Need(dependency=CMAKE, versions=",".join(versions))], optional=optional)
        if script and self._takes_make(script, requires):
            found.add_hook([MAKE], optional=optional)

    def _folder(self, script: Script | None) -> str:
        """Return the directory of the project: the one that is named, else the uppermost."""
        folders = {
            path.rpartition("/")[0]: path.count("/")
            for path in self._tree.texts
            if path.rpartition("/")[2] == "CMakeLists.txt"
        }
        settings = self._backend.table("tool", "scikit-build", "cmake")
        named = [settings.get("source-dir")]
        if script:
            extensions = (each for each in script.extensions if "cmake" in each.kind.lower())
            named += [text for extension in extensions for text in extension.strings[1:]]
            # Without a project at the root, any string may say where it is.
            named += [] if "" in folders else sorted(script.strings)
        for each in named:
            if isinstance(each, str) and (folder := each.strip("./")) in folders and folder:
                return folder
        return min(folders, key=lambda path: (folders[path], path), default="")

    def _takes_make(self, script: Script, requires: Mapping[str, object]) -> bool:
        """Return whether CMake writes Makefiles: it does where nobody has Ninja, but on Windows."""
        named = {"Ninja", "-GNinja", "-G Ninja", "ninja"}
        ninja = "ninja" in requires or not named.isdisjoint(script.strings)
        return not ninja and self.interpreter.sys_platform != "win32"


def _definitions(strings: Iterable[str], backend: Backend) -> dict[str, str | None]:
    """Return the variables that the build gives to CMake; None where the value is computed."""
    stated = [text for text in strings if text.startswith("-D")]
    settings = backend.table("tool", "scikit-build", "cmake")
    args = settings.get("args")
    if isinstance(args, list):
        stated += [text for text in args if isinstance(text, str) and text.startswith("-D")]
    found: dict[str, str | None] = {}
    for text in stated:
        name, equals, value = text.removeprefix("-D").partition("=")
        name = name.partition(":")[0]
        plain = equals and value and not {"%", "{"} & {*value}
        found[name] = value if plain and found.get(name, value) == value else None
    define = settings.get("define")
    for name, value in define.items() if isinstance(define, dict) else ():
        match value:
            case bool():
                found[name] = "ON" if value else "OFF"
            case str():
                found[name] = value
            case _:
                found[name] = None
    return found
