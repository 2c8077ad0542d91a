"""What the expressions of a Meson project come to, and what they look for on the way.

What is looked for and need not be there is taken for absent: that is what a bare machine has.
"""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.linked import is_given
from poetry_arch_check.inspection.meson.asked import Dependency, Found, Project
from poetry_arch_check.inspection.meson.syntax import (
    Array,
    Call,
    Name,
    Operation,
    Text,
    statements,
)
from poetry_arch_check.inspection.meson.values import UNKNOWN, combined, flat, searched, state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.meson.syntax import Expression
    from poetry_arch_check.inspection.tree import Tree

_MAX_STEPS = 100_000


class Evaluator:
    """Evaluates expressions; notes in `project` what they ask for.

    `names` are the values of variables, `folder` is the directory that is read. `subdir` reads
    another one, `stop` is called where an expression stops the build; `sure` tells whether what
    is read is surely run.
    """

    def __init__(
        self,
        tree: Tree,
        interpreter: Interpreter,
        *,
        subdir: Callable[[str], None],
        stop: Callable[[], None],
        sure: Callable[[], bool],
    ) -> None:
        self.project = Project()
        self.names: dict[str, Any] = {"true": True, "false": False}
        self.folder = ""
        self._tree = tree
        self._subdir = subdir
        self._stop = stop
        self._sure = sure
        self._system = interpreter.system.lower()
        self._machine = interpreter.machine.lower()
        self._options: dict[str, Any] = {}
        self._steps = 0

    def step(self) -> bool:
        """Count a step; return whether there were too many."""
        self._steps += 1
        return self._steps > _MAX_STEPS

    def read_options(self) -> None:
        """Read the defaults of the project's options."""
        text = self._tree.text("meson.options") or self._tree.text("meson_options.txt") or ""
        for statement in statements(text):
            match statement.expression:
                case Call(name="option", arguments=[Text(value=name), *_], keywords=keywords):
                    kind = self.value(keywords.get("type", Name("")))
                    unset = "auto" if kind == "feature" else UNKNOWN
                    value = self.value(keywords["value"]) if "value" in keywords else unset
                    self._options[name] = (
                        {"enabled": True, "disabled": False}.get(value, value)
                        if (kind == "feature" and isinstance(value, str))
                        else value
                    )

    def truth(self, expression: Expression | None) -> bool | None:
        """Return whether a condition holds, None where that cannot be told."""
        value = self.value(expression) if expression is not None else UNKNOWN
        return value if isinstance(value, bool) else None

    def value(self, expression: Expression) -> Any:
        """Return the value of an expression, UNKNOWN where it cannot be told."""
        if self.step():
            return UNKNOWN
        match expression:
            case Text(value=text):
                return text
            case Name(name=name):
                return self.names.get(name, UNKNOWN)
            case Array(elements=elements):
                return tuple(self.value(each) for each in elements)
            case Operation(operator=operator, operands=operands):
                return self._operation(operator, operands)
            case Call(owner=None):
                return self._function(expression)
            case Call(owner=owner) if owner is not None:
                return self._method(expression, owner)
        return UNKNOWN

    def _operation(self, operator: str, operands: Sequence[Expression]) -> Any:
        values = [self.value(operands[0])]
        if operator == "?":
            if not isinstance(values[0], bool):
                return UNKNOWN
            return self.value(operands[1] if values[0] else operands[2])
        if (operator, values[0]) in (("and", False), ("or", True)):
            return values[0]
        values += [self.value(each) for each in operands[1:]]
        return combined(operator, values)

    def _function(self, call: Call) -> Any:
        positional = [self.value(each) for each in call.arguments]
        names = tuple(each for each in flat(positional) if isinstance(each, str))
        match call.name:
            case "project":
                self.project.languages |= dict.fromkeys(names[1:])
            case "add_languages" if self._required(call):
                self.project.languages |= dict.fromkeys(names)
            case "subdir" if names:
                self._subdir(normpath(join(self.folder, names[0])))
            case "dependency":
                return self._dependency(call, names)
            case "find_program":
                if required := self._required(call):
                    self.project.programs.append(names)
                return Found(required)
            case "get_option" if names:
                return self._options.get(names[0], UNKNOWN)
            case "disabler":
                return Found(found=False)
            case "error":
                self._stop()
            case "files":
                return tuple(normpath(join("/", self.folder, each)) for each in names)
            case _:
                for keyword in call.keywords.values():
                    self.value(keyword)
        return UNKNOWN

    def _dependency(self, call: Call, names: tuple[str, ...]) -> Found:
        fallback = "fallback" in call.keywords or self._wrapped(names)
        versions = self._versions(call, "version")
        sought = Dependency(names, versions) if names and names != ("",) else ""
        if not self._required(call):
            return Found(found=False, sought=sought)
        if not fallback and isinstance(sought, Dependency):
            self.project.dependencies.append(sought)
        return Found(found=True)

    def _wrapped(self, names: tuple[str, ...]) -> bool:
        """Return whether the tree has a subproject of one of these names."""
        inside = tuple(f"subprojects/{name}{end}" for name in names for end in ("/", ".wrap", "-"))
        return bool(inside) and any(path.startswith(inside) for path in self._tree.names)

    def _required(self, call: Call) -> bool:
        """Return whether a search stops where nothing is found, as it does by default."""
        if "disabler" in call.keywords and "required" not in call.keywords:
            return True
        value = self.value(call.keywords["required"]) if "required" in call.keywords else True
        # A feature that is `auto` is not required; what cannot be told is.
        return value is not False and value != "auto"

    def _versions(self, call: Call, keyword: str) -> str:
        stated = self.value(call.keywords[keyword]) if keyword in call.keywords else ""
        listed = stated if isinstance(stated, tuple) else (stated,)
        return ",".join(each.replace(" ", "") for each in listed if isinstance(each, str) and each)

    def _method(self, call: Call, owner: Expression) -> Any:
        value = self.value(owner)
        arguments = tuple(self.value(each) for each in call.arguments)
        root = owner.name if isinstance(owner, Name) else ""
        match call.name, value:
            case "system", _ if root in {"host_machine", "build_machine", "target_machine"}:
                return self._system
            case "cpu_family" | "cpu", _ if root in {"host_machine", "build_machine"}:
                return self._machine
            case "found", Found(found=found):
                return found
            case (("to_lower" | "strip"), str(text)):
                return text.lower() if call.name == "to_lower" else text.strip()
            case (("startswith" | "endswith" | "contains"), str(text)) if arguments:
                return searched(call.name, text, arguments[0])
            case (("enabled" | "disabled" | "auto" | "allowed"), bool() | "auto"):
                return state(call.name, value)
            case (("disable_auto_if" | "require"), False | "auto"):
                return value
            case "extension_module", _:
                self._build(arguments[1:])
                return UNKNOWN
            case "find_library", _:
                return self._find_library(call, arguments)
            case "[]", tuple() as listed:
                return listed[0] if len(listed) == 1 else UNKNOWN
            case "dependency" | "find_installation", _:
                # `import('python').find_installation()`: Python is there.
                return UNKNOWN
        return UNKNOWN

    def _build(self, given: Sequence[Any]) -> None:
        """Note the sources of a Python module."""
        if self._sure():
            paths = (each for each in flat(given) if isinstance(each, str))
            self.project.sources += [
                normpath(join("/", self.folder, each)).lstrip("/") for each in paths
            ]

    def _find_library(self, call: Call, arguments: tuple[Any, ...]) -> Found:
        name = next((each for each in arguments if isinstance(each, str)), "")
        if self._required(call):
            if name:
                self.project.libraries.append(name)
            return Found(found=True)
        # Those of the C library are there.
        return Found(found=False, sought=name) if is_given(name) else UNKNOWN
