"""Expressions and assignments of a build script: what they refer to, and what names become."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.script.setup_arguments import SetupArguments
from poetry_arch_check.inspection.script.syntax import dotted, parts, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.script.bindings import Bindings
    from poetry_arch_check.inspection.script.evaluation import Evaluator
    from poetry_arch_check.inspection.script.position import Position
    from poetry_arch_check.inspection.script.script import Script

# Far more than in any script that was looked at.
_MAX_STEPS = 300_000


class Steps:
    """Counts the statements and expressions of a script that are read."""

    def __init__(self) -> None:
        self._count = 0

    def count(self) -> None:
        """Count one; raises TreeError beyond 300,000."""
        self._count += 1
        if self._count > _MAX_STEPS:
            raise TreeError(
                f"limit exceeded: its build script takes more than {_MAX_STEPS:,} steps to read"
            )


class Expressions:
    """Reads the expressions that are evaluated on the target, and notes them in `script`.

    `referenced` are the names of variables and attributes that they refer to. `steps` counts the
    script's statements as well.
    """

    def __init__(
        self, script: Script, evaluator: Evaluator, steps: Steps, position: Position
    ) -> None:
        self.referenced: set[str] = set()
        self._script = script
        self._evaluator = evaluator
        self._steps = steps
        self._position = position
        self._arguments = SetupArguments(script, evaluator, position)

    @property
    def bindings(self) -> Bindings:
        """What names are bound to."""
        return self._arguments.bindings

    def finish(self) -> None:
        """Note what is told when all is read."""
        self._arguments.finish()

    def demand(self, node: ast.expr) -> None:
        """Note that the script stops where a program is not found that `node` looks for."""
        self._arguments.demand(node)

    def add(self, target: ast.expr, value: ast.expr) -> None:
        """Note that a list grows (`+=`)."""
        self._arguments.add(target, "extend", [value])
        if isinstance(target, ast.Name) and isinstance(value, (ast.List, ast.Tuple)):
            self._evaluator.names.add_strings(target.id, texts(value))

    def read_all(self, nodes: Iterable[ast.expr]) -> None:
        """Read each of `nodes`."""
        for node in nodes:
            self.read(node)

    def read(self, node: ast.expr) -> None:
        """Note the names, calls and strings of an expression, without branches not taken."""
        self._steps.count()
        match node:
            case ast.Name(id=name):
                self.referenced.add(name)
            case ast.Attribute(attr=attribute):
                self.referenced.add(attribute)
                self._script.uses.add(attribute)
                if self._position.within is None and self._position.certain:
                    self._script.asked.add(self._evaluator.names.real(node))
            case ast.Constant(value=str(text)):
                self._script.strings.add(text)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self._arguments.keyword(key.value, value)
            case ast.Call():
                self._arguments.call(node)
        self.read_all(self._evaluated(node))

    def _evaluated(self, node: ast.expr) -> Iterable[ast.expr]:
        """Return the subexpressions that are evaluated on the target."""
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                match self._evaluator.truth(test):
                    case True:
                        return [test, body]
                    case False:
                        return [test, orelse]
                    case None:
                        return [test, body, orelse]
            # A class that is asked for is not made by that.
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[first, *_]):
                return [first]
            case ast.BoolOp(op=ast.And(), values=[first, *_]) if (
                self._evaluator.truth(first) is False
            ):
                return [first]
            case ast.BoolOp(op=ast.Or(), values=[first, *_]) if (
                self._evaluator.truth(first) is True
            ):
                return [first]
            case _:
                return parts(node)

    def assign(self, target: ast.expr, value: ast.expr, *, certain: bool) -> None:
        """Note what `target` becomes; `certain` says that the assignment is surely reached."""
        names = self._evaluator.names
        self.bindings.assign(self._position.within, target, value, certain=certain)
        self._arguments.assign(target, value)
        match target:
            case ast.Name(id=name):
                new = self._evaluator.value(value)
                if isinstance(new, tuple):
                    names.add_strings(name, (part for part in new if isinstance(part, str)))
                elif isinstance(value, (ast.List, ast.Tuple)):
                    names.add_strings(name, texts(value))
                names.assign(name, new, certain=certain)
            case ast.Tuple(elts=targets) if isinstance(value, ast.Tuple) and len(value.elts) == len(
                targets
            ):
                for each, part in zip(targets, value.elts, strict=True):
                    self.assign(each, part, certain=certain)
            case ast.Attribute(value=ast.Name(id="self")):
                new = self._evaluator.value(value)
                names.assign(dotted(target), new, certain=certain, before=new)
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                self._arguments.keyword(key, value)
                names.forget(target.value)
            case ast.Subscript() | ast.Attribute() | ast.Tuple() | ast.List():
                names.forget(target)
