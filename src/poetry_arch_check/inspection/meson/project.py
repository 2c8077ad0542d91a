"""A Meson project: its statements in the order in which Meson runs them for a target.

What is looked for and need not be there is taken for absent: that is what a bare machine has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.branches import Branches
from poetry_arch_check.inspection.linked import is_given
from poetry_arch_check.inspection.meson.syntax import (
    Array,
    Call,
    Name,
    Operation,
    Text,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.meson.syntax import Expression, Statement
    from poetry_arch_check.inspection.tree import Tree

_MAX_STEPS = 100_000
_MAX_DEPTH = 40
_MAX_FOLDERS = 500
_UNKNOWN: Any = object()


@dataclass(frozen=True, slots=True)
class Dependency:
    """A `dependency()` that must be there: what it may be called, and its versions."""

    names: tuple[str, ...]
    versions: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search returned: nothing where it need not, else something.

    `sought` is what was looked for: a dependency, or a library by its name for the linker.
    """

    found: bool
    sought: Dependency | str = ""


@dataclass(slots=True)
class Project:
    """What a Meson project asks for: all of it must be there.

    `languages` are Meson's names, `libraries` those of `find_library()`, `programs` the names
    that each of `find_program()` may be called.
    """

    languages: dict[str, None] = field(default_factory=dict)
    dependencies: list[Dependency] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    programs: list[tuple[str, ...]] = field(default_factory=list)


def read_project(tree: Tree, interpreter: Interpreter) -> Project:
    """Return what the project at the root of `tree` asks for on `interpreter`."""
    reader = _Reader(tree, interpreter)
    reader.read_options()
    reader.read("")
    return reader.project


class _Reader:
    """Runs statements."""

    def __init__(self, tree: Tree, interpreter: Interpreter) -> None:
        self.project = Project()
        self._tree = tree
        self._system = interpreter.system.lower()
        self._machine = interpreter.machine.lower()
        self._values: dict[str, Any] = {"true": True, "false": False}
        self._options: dict[str, Any] = {}
        self._read: set[str] = set()
        self._branches = Branches()
        # By where it was looked for: what is not there in a branch.
        self._absent: dict[str, _Found] = {}
        self._steps = 0

    def read_options(self) -> None:
        """Read the defaults of the project's options."""
        text = self._tree.text("meson.options") or self._tree.text("meson_options.txt") or ""
        for statement in statements(text):
            match statement.expression:
                case Call(name="option", arguments=[Text(value=name), *_], keywords=keywords):
                    kind = self._value(keywords.get("type", Name("")))
                    unset = "auto" if kind == "feature" else _UNKNOWN
                    value = self._value(keywords["value"]) if "value" in keywords else unset
                    self._options[name] = (
                        {"enabled": True, "disabled": False}.get(value, value)
                        if (kind == "feature" and isinstance(value, str))
                        else value
                    )

    def read(self, folder: str) -> None:
        """Run the meson.build of a directory."""
        path = normpath(join(folder, "meson.build"))
        if path in self._read or len(self._read) >= _MAX_FOLDERS or path not in self._tree.texts:
            return
        self._read.add(path)
        outer, self._branches = self._branches, Branches()
        for statement in statements(self._tree.text(path) or ""):
            self._steps += 1
            if self._steps > _MAX_STEPS:
                break
            self._statement(statement, folder)
        self._branches = outer

    def _statement(self, statement: Statement, folder: str) -> None:
        branches = self._branches
        match statement.keyword:
            case "if":
                holds = self._truth(statement.expression, folder) if self._reached() else False
                absent, present = self._asked_of(statement.expression)
                branches.begin(holds=holds, absent=absent, present=present)
            case "elif" if branches:
                asked = branches.alternative
                branches.otherwise_if(
                    holds=self._truth(statement.expression, folder) if asked else False
                )
            case "else" if branches:
                branches.otherwise()
            case "endif" if branches:
                branches.end()
            case "foreach":
                self._values[statement.target] = _UNKNOWN
            case "" if self._reached() and statement.expression is not None:
                value = self._value(statement.expression, folder)
                if statement.target:
                    sure = branches.sure and not statement.added
                    self._values[statement.target] = (
                        value if sure else _merged(self._values.get(statement.target, value), value)
                    )

    def _reached(self) -> bool:
        return len(self._branches) < _MAX_DEPTH and self._branches.reached

    def _asked_of(self, expression: Expression | None) -> tuple[str, str]:
        """Return what is not there, and what is, where a condition holds; "" for nothing.

        `not x.found()`, and `x.found()`, of what was looked for in vain.
        """
        match expression:
            case Operation(operator="not", operands=[Call(name="found", owner=owner)]) if owner:
                return self._missed(owner), ""
            case Call(name="found", owner=owner) if owner:
                return "", self._missed(owner)
            case Operation(operator="and", operands=operands):
                absent = (self._asked_of(each)[0] for each in operands)
                return next(filter(None, absent), ""), ""
        return "", ""

    def _missed(self, searched: Expression) -> str:
        match self._value(searched):
            case _Found(found=False, sought=sought) as found if sought:
                self._absent[repr(sought)] = found
                return repr(sought)
        return ""

    def _demand(self) -> None:
        """Note that the build stops here: what is not there must be."""
        match self._absent.get(self._branches.absent):
            case _Found(sought=Dependency() as dependency):
                self.project.dependencies.append(dependency)
            case _Found(sought=str(library)):
                self.project.libraries.append(library)

    def _truth(self, expression: Expression | None, folder: str) -> bool | None:
        value = self._value(expression, folder) if expression is not None else _UNKNOWN
        return value if isinstance(value, bool) else None

    def _value(self, expression: Expression, folder: str = "") -> Any:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            return _UNKNOWN
        match expression:
            case Text(value=text):
                return text
            case Name(name=name):
                return self._values.get(name, _UNKNOWN)
            case Array(elements=elements):
                return tuple(self._value(each, folder) for each in elements)
            case Operation(operator=operator, operands=operands):
                return self._operation(operator, operands, folder)
            case Call(owner=None):
                return self._function(expression, folder)
            case Call(owner=owner) if owner is not None:
                return self._method(expression, owner, folder)
        return _UNKNOWN

    def _operation(self, operator: str, operands: Sequence[Expression], folder: str) -> Any:
        values = [self._value(operands[0], folder)]
        if operator == "?":
            if not isinstance(values[0], bool):
                return _UNKNOWN
            return self._value(operands[1] if values[0] else operands[2], folder)
        if (operator, values[0]) in (("and", False), ("or", True)):
            return values[0]
        values += [self._value(each, folder) for each in operands[1:]]
        return _combined(operator, values)

    def _function(self, call: Call, folder: str) -> Any:
        positional = [self._value(each, folder) for each in call.arguments]
        names = tuple(each for each in _flat(positional) if isinstance(each, str))
        match call.name:
            case "project":
                self.project.languages |= dict.fromkeys(names[1:])
            case "add_languages" if self._required(call, folder):
                self.project.languages |= dict.fromkeys(names)
            case "subdir" if names:
                self.read(normpath(join(folder, names[0])))
            case "dependency":
                return self._dependency(call, names, folder)
            case "find_program":
                if required := self._required(call, folder):
                    self.project.programs.append(names)
                return _Found(required)
            case "get_option" if names:
                return self._options.get(names[0], _UNKNOWN)
            case "disabler":
                return _Found(found=False)
            case "error":
                self._demand()
            case "files" | "include_directories":
                return _UNKNOWN
            case _:
                for keyword in call.keywords.values():
                    self._value(keyword, folder)
        return _UNKNOWN

    def _dependency(self, call: Call, names: tuple[str, ...], folder: str) -> _Found:
        fallback = "fallback" in call.keywords or self._wrapped(names)
        versions = self._versions(call, "version", folder)
        sought = Dependency(names, versions) if names and names != ("",) else ""
        if not self._required(call, folder):
            return _Found(found=False, sought=sought)
        if not fallback and isinstance(sought, Dependency):
            self.project.dependencies.append(sought)
        return _Found(found=True)

    def _wrapped(self, names: tuple[str, ...]) -> bool:
        """Return whether the tree has a subproject of one of these names."""
        inside = tuple(f"subprojects/{name}{end}" for name in names for end in ("/", ".wrap", "-"))
        return bool(inside) and any(path.startswith(inside) for path in self._tree.names)

    def _required(self, call: Call, folder: str) -> bool:
        """Return whether a search stops where nothing is found, as it does by default."""
        if "disabler" in call.keywords and "required" not in call.keywords:
            return True
        value = (
            self._value(call.keywords["required"], folder) if "required" in call.keywords else True
        )
        # A feature that is `auto` is not required; what cannot be told is.
        return value is not False and value != "auto"

    def _versions(self, call: Call, keyword: str, folder: str) -> str:
        stated = self._value(call.keywords[keyword], folder) if keyword in call.keywords else ""
        listed = stated if isinstance(stated, tuple) else (stated,)
        return ",".join(each.replace(" ", "") for each in listed if isinstance(each, str) and each)

    def _method(self, call: Call, owner: Expression, folder: str) -> Any:
        value = self._value(owner, folder)
        arguments = tuple(self._value(each, folder) for each in call.arguments)
        root = owner.name if isinstance(owner, Name) else ""
        match call.name, value:
            case "system", _ if root in {"host_machine", "build_machine", "target_machine"}:
                return self._system
            case "cpu_family" | "cpu", _ if root in {"host_machine", "build_machine"}:
                return self._machine
            case "found", _Found(found=found):
                return found
            case (("to_lower" | "strip"), str(text)):
                return text.lower() if call.name == "to_lower" else text.strip()
            case (("startswith" | "endswith" | "contains"), str(text)) if arguments:
                return _searched(call.name, text, arguments[0])
            case (("enabled" | "disabled" | "auto" | "allowed"), bool() | "auto"):
                return _state(call.name, value)
            case (("disable_auto_if" | "require"), False | "auto"):
                return value
            case "find_library", _:
                return self._find_library(call, arguments, folder)
            case "get_id", _:
                return _UNKNOWN
            case "[]", tuple() as listed:
                return listed[0] if len(listed) == 1 else _UNKNOWN
            case "dependency" | "find_installation", _:
                # `import('python').find_installation()`: Python is there.
                return _UNKNOWN
        return _UNKNOWN

    def _find_library(self, call: Call, arguments: tuple[Any, ...], folder: str) -> _Found:
        name = next((each for each in arguments if isinstance(each, str)), "")
        if self._required(call, folder):
            if name:
                self.project.libraries.append(name)
            return _Found(found=True)
        # Those of the C library are there.
        return _Found(found=False, sought=name) if is_given(name) else _UNKNOWN


def _combined(operator: str, values: list[Any]) -> Any:
    """Return what an operator makes of its values, as far as that is known."""
    match operator, values:
        case "not", [bool(value)]:
            return not value
        case "and" | "or", [_, bool(value)] if value is (operator == "or"):
            return value
        case "and" | "or", [bool(), bool(value)]:
            return value
        case "==", [str(left), str(right)]:
            return left == right
        case "!=", [str(left), str(right)]:
            return left != right
        case "in", [str(left), tuple(right)] if _UNKNOWN not in right:
            return left in right
        case "not in", [str(left), tuple(right)] if _UNKNOWN not in right:
            return left not in right
    return _UNKNOWN


def _merged(before: Any, after: Any) -> Any:
    return after if before is after or before == after else _UNKNOWN


def _flat(values: Sequence[Any]) -> list[Any]:
    return [part for each in values for part in (each if isinstance(each, tuple) else (each,))]


def _state(method: str, value: Any) -> bool:
    """Return what a feature option says: True is enabled, False disabled, else `auto`."""
    match method:
        case "enabled":
            return value is True
        case "disabled":
            return value is False
        case "allowed":
            return value is not False
        case _:
            return bool(value == "auto")


def _searched(method: str, text: str, part: Any) -> Any:
    if not isinstance(part, str):
        return _UNKNOWN
    match method:
        case "startswith":
            return text.startswith(part)
        case "endswith":
            return text.endswith(part)
        case _:
            return part in text
