"""A CMake project: its commands in the order in which CMake runs them for a target.

Branches of conditions that do not hold are skipped; both are read where that cannot be told.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.branches import Branches
from poetry_arch_check.inspection.cmake.asked import (
    MODULE_COMMANDS,
    Project,
    required_variables,
)
from poetry_arch_check.inspection.cmake.bodies import BLOCKS, Bodies, body_from
from poetry_arch_check.inspection.cmake.budget import Budget
from poetry_arch_check.inspection.cmake.conditions import holds
from poetry_arch_check.inspection.cmake.places import ROOT, Places
from poetry_arch_check.inspection.cmake.syntax import commands
from poetry_arch_check.inspection.cmake.variables import Variables, set_elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from poetry_arch_check.inspection.cmake.syntax import Argument, Command
    from poetry_arch_check.inspection.tree import Tree

_MAX_DEPTH = 12
_MAX_BRANCHES = 100


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
        self._places = Places(tree)
        self._commands: dict[str, list[Command]] = {}
        self._variables = Variables({**values, "CMAKE_SOURCE_DIR": f"{ROOT}/{root}"})
        self._budget = Budget()
        self._bodies = Bodies(self._variables, self._budget, self._run)
        self._targets: set[str] = set()
        self._finding: set[str] = set()
        self._depth = 0
        # Whether what runs depends on an option of which nothing is known.
        self._chosen = False
        # Whether what runs is surely run.
        self._sure = True

    def read(self, path: str, folder: str, *, scope: bool = True) -> None:
        """Run the commands of a file; `scope` says that its directory is the current one."""
        values = self._variables.values
        before = {name: values.get(name) for name in _CURRENT}
        values["CMAKE_CURRENT_LIST_DIR"] = f"{ROOT}/{folder}"
        if scope:
            values["CMAKE_CURRENT_SOURCE_DIR"] = f"{ROOT}/{folder}"
            values.setdefault("PROJECT_SOURCE_DIR", f"{ROOT}/{folder}")
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
        while at < len(body) and self._budget.left and len(branches) < _MAX_BRANCHES:
            command = body[at]
            at += 1
            self._budget.command(command.length)
            if self._branch(command, branches):
                continue
            if command.name in BLOCKS:
                inside = body_from(body, at)
                at += len(inside) + 1
                self._budget.passed(len(inside))
                if branches.reached:
                    self._bodies.block(command, inside, folder, sure=branches.sure)
            elif branches.reached:
                if command.name == "return" and branches.sure:
                    break
                outer = self._chosen, self._sure
                self._chosen |= branches.chosen
                self._sure &= branches.sure
                self._command(command, folder, branches)
                self._chosen, self._sure = outer
        self._depth -= 1

    def _branch(self, command: Command, branches: Branches) -> bool:
        """Note where a condition begins or ends; return whether the command does so."""
        match command.name:
            case "if":
                holds = self._holds(command)
                absent, present = _asked_of(command.arguments)
                chosen = bool(present) and not set_elsewhere(present)
                branches.begin(holds=holds, absent=absent, present=present, chosen=chosen)
            case "elseif" if branches:
                absent, present = _asked_of(command.arguments)
                branches.otherwise_if(holds=self._holds(command), absent=absent, present=present)
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
        return holds(self._variables, arguments, self._places.exists)

    def _command(self, command: Command, folder: str, branches: Branches) -> None:
        name, arguments = command.name, command.arguments
        words = self._variables.words(arguments)
        if name not in {"set", "unset", "option", "message"} and name not in self._bodies:
            self._variables.mentioned.update(word for word in words if word.isidentifier())
        match name, words:
            case "list", ["APPEND", "CMAKE_MODULE_PATH", *folders]:
                self._places.modules += folders
            case "set" | "option" | "unset" | "list", [variable, *rest]:
                self._places.modules += rest if variable == "CMAKE_MODULE_PATH" else []
                known = all(self._variables.expanded(each) is not None for each in arguments)
                self._variables.state(name, words, known=known, sure=branches.sure)
            case "cmake_dependent_option", [variable, _, value, _, other, *_]:
                self._variables.values.setdefault(variable, value if value == other else None)
            case "message", ["FATAL_ERROR", *_]:
                self.project.require(branches.absent)
            case "add_subdirectory", [path, *rest]:
                self._sure &= "EXCLUDE_FROM_ALL" not in rest
                self._subdirectory(path, folder)
            case "include", [path, *_]:
                self._include(path, folder)
            # What they build is told by their arguments, also where the tree has pybind11 itself.
            case _ if name in self._bodies and name not in MODULE_COMMANDS:
                self._bodies.call(name, arguments, folder)
            case _:
                self._state(name, words, folder)

    def _state(self, name: str, words: list[str], folder: str) -> None:
        """Note what a command says of the project, or asks for."""
        match name, words:
            case "project", [_, *rest]:
                self._project(rest, folder)
            case "enable_language", [*languages]:
                self.project.languages |= dict.fromkeys(languages)
            case "add_library" | "add_executable", [target, *_]:
                self._targets.add(target)
                self._build(name, words, folder)
            case "find_package_handle_standard_args", [package, *rest]:
                if self._variables.values.get(f"{package}_FIND_REQUIRED"):
                    for variable in required_variables(rest):
                        self.project.require(variable)
            case _:
                self._build(name, words, folder)
                words = [word for word in words if not (self._chosen and word == "REQUIRED")]
                self.project.note(name, words)
                if name == "find_package" and "REQUIRED" in words:
                    self._find(words[0])

    def _project(self, rest: list[str], folder: str) -> None:
        self._variables.values["PROJECT_SOURCE_DIR"] = f"{ROOT}/{folder}"
        keywords = {"VERSION", "DESCRIPTION", "HOMEPAGE_URL", "COMPAT_VERSION"}
        if "LANGUAGES" in rest:
            named = rest[rest.index("LANGUAGES") + 1 :]
        else:
            named = [] if keywords & {*rest} else rest
        stated = named or ["C", "CXX"]
        self.project.languages |= dict.fromkeys(each for each in stated if each != "NONE")

    def _build(self, name: str, words: list[str], folder: str) -> None:
        if self._sure:
            self.project.build(name, words, folder)

    def _subdirectory(self, path: str, folder: str) -> None:
        inside = self._places.directory(path, folder)
        if not inside:
            return
        variables = self._variables
        before = dict(variables.values)
        self._budget.copied(len(before))
        self.read(f"{inside}/CMakeLists.txt", inside)
        variables.values.clear()
        variables.values.update(before)

    def _find(self, package: str) -> None:
        """Read the project's own module for a package that must be there."""
        inside = self._places.finder(package)
        if inside and inside not in self._finding:
            self._finding.add(inside)
            with self._variables.bound({f"{package}_FIND_REQUIRED": "1"}):
                self.read(inside, dirname(inside), scope=False)

    def _include(self, path: str, folder: str) -> None:
        if inside := self._places.included(path, folder):
            self.read(inside, dirname(inside), scope=False)


_CURRENT = ("CMAKE_CURRENT_LIST_DIR", "CMAKE_CURRENT_SOURCE_DIR")


def _asked_of(arguments: Sequence[Argument]) -> tuple[str, str]:
    """Return the variables that are false, and true, where a condition holds: "" if none is known.

    The first one of `NOT variable OR …`, and that of a condition that is a variable alone.
    """
    match [each.text for each in arguments[:3]]:
        case ["NOT", variable] | ["NOT", variable, "OR"]:
            return variable, ""
        case [variable]:
            return "", variable
    return "", ""
