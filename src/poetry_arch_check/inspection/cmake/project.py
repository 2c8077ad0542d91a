"""A CMake project: its commands in the order in which CMake runs them for a target.

Branches of conditions that do not hold are skipped; both are read where that cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.branches import Branches
from poetry_arch_check.inspection.cmake.syntax import commands
from poetry_arch_check.inspection.cmake.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from poetry_arch_check.inspection.cmake.syntax import Argument, Command
    from poetry_arch_check.inspection.tree import Tree

# More than in any project that was looked at.
_MAX_STEPS = 100_000
_MAX_DEPTH = 12
_MAX_BRANCHES = 100
# How much text, and how many variables that are copied, count as one step.
_STEP = 64
# Stands for the root of the tree in paths.
_TREE = "@"
_BLOCKS = {"function": "endfunction", "macro": "endmacro"}
_FETCHING = frozenset({"fetchcontent_declare", "externalproject_add", "cpmaddpackage"})
_REPOSITORIES = frozenset({"GIT_REPOSITORY", "GITHUB_REPOSITORY", "GITLAB_REPOSITORY"})


@dataclass(slots=True)
class Asked:
    """Something that is looked for: its names, the least version, and whether it must be there."""

    names: tuple[str, ...]
    version: str = ""
    required: bool = False


@dataclass(slots=True)
class Project:
    """What a CMake project asks for.

    `languages` are CMake's names; `packages`, `programs` and `libraries` what it looks for, by
    the variable that says whether it was found, in upper case; `modules` those of pkg-config
    (`zlib>=1.2`); `minimums` are the arguments of each `cmake_minimum_required(VERSION …)`;
    `clones` says that it fetches sources with git.
    """

    languages: dict[str, None] = field(default_factory=dict)
    packages: dict[str, Asked] = field(default_factory=dict)
    programs: dict[str, Asked] = field(default_factory=dict)
    libraries: dict[str, Asked] = field(default_factory=dict)
    modules: dict[str, Asked] = field(default_factory=dict)
    minimums: list[str] = field(default_factory=list)
    clones: bool = False

    def note(self, name: str, words: list[str]) -> None:
        """Note what a command looks for."""
        required = "REQUIRED" in words
        match name, words:
            case "find_package", [package, *rest]:
                version = rest[0] if rest and rest[0][:1].isdigit() else ""
                _note(self.packages, package, Asked((package,), version, required))
            case "find_program", [variable, *rest]:
                _note(self.programs, variable, Asked(_names(rest), required=required))
            case "find_library", [variable, *rest]:
                _note(self.libraries, variable, Asked(_names(rest), required=required))
            case "pkg_check_modules" | "pkg_search_module", [variable, *rest]:
                modules = tuple(each for each in rest if each not in _MODULE_OPTIONS)
                modules = modules[:1] if name == "pkg_search_module" else modules
                _note(self.modules, variable, Asked(modules, required=required))
            case "cmake_minimum_required", ["VERSION", version, *_]:
                self.minimums.append(version)
            case _ if name in _FETCHING:
                self.clones |= not _REPOSITORIES.isdisjoint(words)

    def require(self, variable: str) -> None:
        """Note that what `variable` is about must be there."""
        absent = variable.upper()
        for found in (self.packages, self.programs, self.libraries, self.modules):
            if asked := found.get(absent) or found.get(absent.removesuffix("_FOUND")):
                asked.required = True


def read_project(tree: Tree, folder: str, values: Mapping[str, str | None]) -> Project | None:
    """Return what the project in `folder` asks for, None if it has no CMakeLists.txt.

    `values` are the variables that are given to it.
    """
    path = normpath(join(folder, "CMakeLists.txt"))
    if tree.text(path) is None:
        return None
    reader = _Reader(tree, dirname(path), values)
    reader.read(path, dirname(path))
    return reader.project


class _Reader:
    """Runs commands. `folder` is the directory of the CMakeLists.txt that is read."""

    def __init__(self, tree: Tree, root: str, values: Mapping[str, str | None]) -> None:
        self.project = Project()
        self._tree = tree
        self._texts = {path for path in tree.texts if path.endswith((".txt", ".cmake"))}
        self._commands: dict[str, list[Command]] = {}
        self._variables = Variables({**values, "CMAKE_SOURCE_DIR": f"{_TREE}/{root}"})
        self._functions: dict[str, list[Command]] = {}
        self._module_folders: list[str] = []
        self._targets: set[str] = set()
        self._steps = 0
        self._depth = 0

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(parent for path in self._tree.names for parent in _parents(path))

    def read(self, path: str, folder: str, *, scope: bool = True) -> None:
        """Run the commands of a file; `scope` says that its directory is the current one."""
        values = self._variables.values
        before = {name: values.get(name) for name in _CURRENT}
        values["CMAKE_CURRENT_LIST_DIR"] = f"{_TREE}/{folder}"
        if scope:
            values["CMAKE_CURRENT_SOURCE_DIR"] = f"{_TREE}/{folder}"
            values.setdefault("PROJECT_SOURCE_DIR", f"{_TREE}/{folder}")
        if path not in self._commands:
            self._commands[path] = commands(self._tree.text(path) or "")
        self._run(self._commands[path], folder)
        values.update({name: value for name, value in before.items() if value is not None})

    def _run(self, body: Sequence[Command], folder: str) -> None:
        """Run commands, unless they are nested too deeply or too many."""
        if self._depth >= _MAX_DEPTH:
            return
        self._depth += 1
        branches = Branches()
        at = 0
        while at < len(body) and self._steps < _MAX_STEPS and len(branches) < _MAX_BRANCHES:
            command = body[at]
            at += 1
            self._steps += 1 + command.length // _STEP
            if self._branch(command, branches):
                continue
            if end := _BLOCKS.get(command.name):
                start = at
                while at < len(body) and body[at].name != end:
                    at += 1
                if command.arguments:
                    self._functions[command.arguments[0].text.lower()] = list(body[start:at])
            elif branches.reached:
                if command.name == "return" and branches.sure:
                    break
                self._command(command, folder, branches)
        self._depth -= 1

    def _branch(self, command: Command, branches: Branches) -> bool:
        """Note where a condition begins or ends; return whether the command does so."""
        match command.name:
            case "if":
                branches.begin(holds=self._holds(command), absent=_absent(command.arguments))
            case "elseif" if branches:
                branches.otherwise_if(holds=self._holds(command), absent=_absent(command.arguments))
            case "else" if branches:
                branches.otherwise()
            case "endif" if branches:
                branches.end()
            case _:
                return False
        return True

    def _holds(self, command: Command) -> bool | None:
        arguments = command.arguments
        if [each.text for each in arguments[:1]] == ["TARGET"] and arguments[1:]:
            name = arguments[1].text
            return None if "::" in name or "$" in name else name in self._targets
        return self._variables.holds(arguments, self._exists)

    def _exists(self, path: str) -> bool:
        inside = self._inside(path, "")
        return inside is not None and (inside in self._tree.names or inside in self._folders)

    def _inside(self, path: str, folder: str) -> str | None:
        """Return a path in the tree, None for one that is outside."""
        if path.startswith(_TREE):
            path = path.removeprefix(f"{_TREE}/").removeprefix(_TREE).lstrip("/")
        elif path.startswith("/"):
            return None
        else:
            path = join(folder, path)
        found = normpath(path)
        return None if found.startswith("..") else ("" if found == "." else found)

    def _command(self, command: Command, folder: str, branches: Branches) -> None:
        name, arguments = command.name, command.arguments
        words = self._variables.words(arguments)
        if name not in {"set", "option", "message"}:
            self._variables.mentioned.update(word for word in words if word.isidentifier())
        match name, words:
            case "set" | "option" | "unset" | "list", [variable, *rest]:
                self._set(name, variable, rest, arguments, branches)
            case "cmake_dependent_option", [variable, _, value, _, other, *_]:
                self._variables.values.setdefault(variable, value if value == other else None)
            case "foreach", [variable, *_]:
                self._variables.values[variable] = None
            case "project", [_, *rest]:
                self._project(rest, folder)
            case "enable_language", [*languages]:
                self.project.languages |= dict.fromkeys(languages)
            case "add_subdirectory", [path, *_]:
                self._subdirectory(path, folder)
            case "include", [path, *_]:
                self._include(path, folder)
            case "add_library" | "add_executable", [target, *_]:
                self._targets.add(target)
            case "message", ["FATAL_ERROR", *_]:
                self.project.require(branches.absent)
            case _ if name in self._functions:
                # The arguments of a function of the project are not told apart.
                self._run(self._functions[name], folder)
            case _:
                self.project.note(name, words)

    def _set(
        self,
        name: str,
        variable: str,
        rest: list[str],
        arguments: Sequence[Argument],
        branches: Branches,
    ) -> None:
        values = self._variables.values
        known = all(self._variables.expanded(each) is not None for each in arguments)
        match name:
            case "option":
                # What is given on the command line stays.
                values.setdefault(variable, rest[1] if rest[1:] else "OFF")
                return
            case "unset":
                new: str | None = ""
            case "list" if variable == "APPEND" and rest[:1] == ["CMAKE_MODULE_PATH"]:
                self._module_folders += rest[1:]
                return
            case "list":
                values.update(dict.fromkeys(rest[:1]))
                return
            case _:
                cached = "CACHE" in rest
                if cached and variable in values:
                    return
                if variable == "CMAKE_MODULE_PATH":
                    self._module_folders += rest
                stated = rest[: rest.index("CACHE")] if cached else rest
                new = ";".join(each for each in stated if each != "PARENT_SCOPE") if known else None
        values[variable] = new if branches.sure or values.get(variable, "") == new else None

    def _project(self, rest: list[str], folder: str) -> None:
        self._variables.values["PROJECT_SOURCE_DIR"] = f"{_TREE}/{folder}"
        keywords = {"VERSION", "DESCRIPTION", "HOMEPAGE_URL", "COMPAT_VERSION"}
        if "LANGUAGES" in rest:
            named = rest[rest.index("LANGUAGES") + 1 :]
        else:
            named = [] if keywords & {*rest} else rest
        stated = named or ["C", "CXX"]
        self.project.languages |= dict.fromkeys(each for each in stated if each != "NONE")

    def _subdirectory(self, path: str, folder: str) -> None:
        inside = self._inside(path, folder)
        file = f"{inside}/CMakeLists.txt"
        if not inside or file not in self._texts:
            return
        variables = self._variables
        before = dict(variables.values)
        self._steps += len(before) // _STEP
        self.read(file, inside)
        variables.values.clear()
        variables.values.update(before)

    def _include(self, path: str, folder: str) -> None:
        places = [path]
        if not path.endswith(".cmake"):
            # A module: of the project, else one of CMake's.
            modules = [*self._module_folders, f"{_TREE}/cmake"]
            places = [f"{module}/{path}.cmake" for module in modules]
        for place in places:
            inside = self._inside(place, folder)
            if inside in self._texts:
                self.read(inside, dirname(inside), scope=False)
                return


_CURRENT = ("CMAKE_CURRENT_LIST_DIR", "CMAKE_CURRENT_SOURCE_DIR")
_MODULE_OPTIONS = frozenset(
    {"REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "NO_CMAKE_PATH", "STATIC_TARGET"}
    | {"NO_CMAKE_ENVIRONMENT_PATH"}
)
# Keywords of find_program() and find_library() that end the names.
_NO_NAMES = frozenset(
    {"HINTS", "PATHS", "PATH_SUFFIXES", "DOC", "REQUIRED", "NO_DEFAULT_PATH", "NAMES_PER_DIR"}
    | {"NO_CMAKE_FIND_ROOT_PATH", "NO_SYSTEM_ENVIRONMENT_PATH", "REGISTRY_VIEW", "VALIDATOR"}
)


def _names(words: list[str]) -> tuple[str, ...]:
    if words[:1] != ["NAMES"]:
        return tuple(words[:1])
    end = next((at for at, word in enumerate(words) if word in _NO_NAMES), len(words))
    return tuple(words[1:end])


def _note(found: dict[str, Asked], name: str, asked: Asked) -> None:
    known = found.setdefault(name.upper(), asked)
    known.required |= asked.required
    known.version = known.version or asked.version


def _absent(arguments: Sequence[Argument]) -> str:
    """Return the variable of a condition that begins with `NOT variable`, else ""."""
    texts = [each.text for each in arguments[:3]]
    if texts[:1] == ["NOT"] and texts[1:] and (not texts[2:] or texts[2] == "OR"):
        return texts[1]
    return ""


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
