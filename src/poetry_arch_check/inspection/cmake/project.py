"""A CMake project: its commands in the order in which CMake runs them for a target.

Branches of conditions that do not hold are skipped; both are read where that cannot be told.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.branches import Branches
from poetry_arch_check.inspection.cmake.asked import Project, required_variables
from poetry_arch_check.inspection.cmake.conditions import holds
from poetry_arch_check.inspection.cmake.places import ROOT, Places
from poetry_arch_check.inspection.cmake.syntax import commands
from poetry_arch_check.inspection.cmake.variables import Variables, set_elsewhere

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
# How many commands that are skipped, and words that are taken apart, do.
_LINES = 8
_BLOCKS = {"function": "endfunction", "macro": "endmacro", "foreach": "endforeach"}
# Loops with more rounds are read once.
_MAX_ROUNDS = 12


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
        self._functions: dict[str, tuple[tuple[str, ...], list[Command]]] = {}
        self._targets: set[str] = set()
        self._finding: set[str] = set()
        self._steps = 0
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
        while at < len(body) and self._steps < _MAX_STEPS and len(branches) < _MAX_BRANCHES:
            command = body[at]
            at += 1
            self._steps += 1 + command.length // _STEP
            if self._branch(command, branches):
                continue
            if command.name in _BLOCKS:
                body_of = _body(body, at)
                at += len(body_of) + 1
                self._steps += len(body_of) // _LINES
                if branches.reached:
                    self._block(command, body_of, folder, branches)
            elif branches.reached:
                if command.name == "return" and branches.sure:
                    break
                outer = self._chosen, self._sure
                self._chosen |= branches.chosen
                self._sure &= branches.sure
                self._command(command, folder, branches)
                self._chosen, self._sure = outer
        self._depth -= 1

    def _block(
        self, command: Command, body: list[Command], folder: str, branches: Branches
    ) -> None:
        """Define a function or a macro, or run the body of a loop."""
        if command.name != "foreach":
            if names := [each.text for each in command.arguments]:
                self._functions[names[0].lower()] = (tuple(names[1:]), body)
            return
        given = self._separate(command.arguments)
        variable, *words = given or [""]
        items = _items(words, self._variables)
        rounds = items if branches.sure and len(items) <= _MAX_ROUNDS else [None]
        for item in rounds:
            with self._variables.bound({variable or "": item}):
                self._run(body, folder)

    def _separate(self, arguments: Sequence[Argument]) -> list[str | None]:
        given = self._variables.separate(arguments)
        self._steps += len(given) // _LINES
        return given

    def _call(self, name: str, arguments: Sequence[Argument], folder: str) -> None:
        """Run the body of a function with its arguments."""
        parameters, body = self._functions[name]
        given = self._separate(arguments)
        rest = given[len(parameters) :]
        bound: dict[str, str | None] = dict.fromkeys(parameters, "")
        bound |= dict(zip(parameters, given, strict=False))
        for variable, listed in (("ARGN", rest), ("ARGV", given)):
            known = [each for each in listed if each is not None]
            bound[variable] = ";".join(known) if len(known) == len(listed) else None
        with self._variables.bound(bound):
            self._run(body, folder)

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
        if name not in {"set", "unset", "option", "message"} and name not in self._functions:
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
            case _ if name in self._functions:
                self._call(name, arguments, folder)
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
        self._steps += len(before) // _STEP
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


def _body(commands: Sequence[Command], at: int) -> list[Command]:
    """Return the commands from `at` up to the end of the function or loop that begins there."""
    end, depth = at, 1
    while end < len(commands):
        depth += (commands[end].name in _BLOCKS) - (commands[end].name in _BLOCKS.values())
        if not depth:
            break
        end += 1
    return list(commands[at:end])


def _items(words: list[str | None], variables: Variables) -> list[str | None]:
    """Return what a loop goes through, None for each item that is not known."""
    match words:
        case ["RANGE", *bounds]:
            return _range(bounds)
        case ["IN", *named]:
            items: list[str | None] = []
            kind: str | None = None
            for word in named:
                if word in {"LISTS", "ITEMS", "ZIP_LISTS"}:
                    kind = word
                elif kind == "LISTS" and word is not None:
                    value = variables.value(word)
                    items += [None] if value is None else value.split(";") if value else []
                else:
                    items.append(word if kind == "ITEMS" else None)
            return items
        case _:
            return words


def _range(bounds: list[str | None]) -> list[str | None]:
    """Return the numbers of `foreach(i RANGE …)`: both ends are among them."""
    try:
        match [int(each or "") for each in bounds]:
            case [stop]:
                start, step = 0, 1
            case [start, stop]:
                step = 1 if start <= stop else -1
            case [start, stop, step]:
                pass
            case _:
                return [None]
        numbers = range(start, stop + (1 if step > 0 else -1), step)
    except ValueError:
        return [None]
    return [str(number) for number in numbers] if len(numbers) <= _MAX_ROUNDS else [None]


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
