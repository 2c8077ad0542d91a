"""The functions and classes of a build script: each is read when something refers to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol

from poetry_arch_check.inspection.script.fallbacks import CALLED_METHODS, DEFAULTS, builds_nothing
from poetry_arch_check.inspection.script.syntax import last, locals_of
from poetry_arch_check.inspection.script.values import UNKNOWN, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from poetry_arch_check.inspection.script.expressions import Expressions
    from poetry_arch_check.inspection.script.fallbacks import Fallbacks
    from poetry_arch_check.inspection.script.names import Names
    from poetry_arch_check.inspection.script.position import Position
    from poetry_arch_check.inspection.script.script import Script

    Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Block(Protocol):
    """Reads statements; returns whether the block is surely left before its end."""

    def __call__(self, statements: Iterable[ast.stmt], *, certain: bool, guarded: bool) -> bool:
        """Read them: `certain` and `guarded` are as for the reader of the script."""
        ...


class Definitions:
    """Knows what is defined, and reads the bodies with `block`."""

    def __init__(  # noqa: PLR0913 - what the reader of a script consists of
        self,
        script: Script,
        names: Names,
        expressions: Expressions,
        fallbacks: Fallbacks,
        position: Position,
        *,
        block: Block,
    ) -> None:
        self._script = script
        self._names = names
        self._expressions = expressions
        self._fallbacks = fallbacks
        self._position = position
        self._block = block
        self._waiting: dict[str, list[Definition]] = {}

    def note(self, node: Definition) -> None:
        """Note a function or a class."""
        self._waiting.setdefault(node.name, []).append(node)
        match node:
            case ast.FunctionDef():
                self._names.functions[node.name] = node
            case ast.ClassDef():
                self._expressions.read_all(node.bases)

    def read(self, *, everything: bool) -> None:
        """Read those that something refers to, or all of them, and what they refer to in turn."""
        while nodes := list(self._referred(everything=everything)):
            for node in nodes:
                self._enter(node)

    def _referred(self, *, everything: bool) -> Iterator[Definition]:
        referenced = self._expressions.referenced
        for name in [name for name in self._waiting if everything or name in referenced]:
            yield from self._waiting.pop(name)

    def _enter(self, node: Definition) -> None:
        match node:
            case ast.ClassDef(name=name, bases=bases) if builds_nothing(name, bases):
                return
            case ast.ClassDef():
                self._enter_class(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._enter_function(node)

    def _enter_class(self, node: ast.ClassDef) -> None:
        if any(last(base).lower().endswith("build_ext") for base in node.bases) or (
            "buildext" in node.name.lower().replace("_", "")
        ):
            self._script.survives |= self._fallbacks.has_lenient_builder(node)
        self._block(node.body, certain=False, guarded=True)
        self._set_defaults(node.body)
        # Other methods count where something refers to them.
        self._expressions.referenced.update(CALLED_METHODS)

    def _set_defaults(self, body: Iterable[ast.stmt]) -> None:
        """Set the options of a command to their defaults: build frontends pass none."""
        self._names.forget_attributes()
        for method in body:
            if isinstance(method, ast.FunctionDef) and method.name in DEFAULTS:
                for part in ast.walk(method):
                    if isinstance(part, ast.Assign):
                        for target in part.targets:
                            if isinstance(target, ast.Attribute):
                                self._expressions.assign(target, part.value, certain=False)

    def _enter_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        values, arguments = self._names.values, node.args
        before = dict(values)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            values[argument.arg] = UNKNOWN
        with self._position.inside(node):
            self._block(node.body, certain=True, guarded=True)
        # A name of the script that the function assigned to may have its old value or the new.
        own = locals_of(node)
        for name, value in before.items():
            values[name] = value if name in own else merged(value, values[name])
