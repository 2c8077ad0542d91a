"""The value of an expression in a build script, on the Python that runs the build.

Nothing is executed. Known are constants, what `sys`, `os` and `platform` say on that Python,
files beside the script, and what the script computes from those. The rest is UNKNOWN.
"""

from __future__ import annotations

import ast
import operator
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.script.facts import (
    OsUname,
    PlatformUname,
    facts_of,
    has_sys_attribute,
)
from poetry_arch_check.inspection.script.files import Files
from poetry_arch_check.inspection.script.functions import call_function, stops
from poetry_arch_check.inspection.script.names import Names
from poetry_arch_check.inspection.script.syntax import dotted, last
from poetry_arch_check.inspection.script.values import UNKNOWN, any_unknown, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.inspection.interpreter import Interpreter

# Deeper nesting, and more work, than in any script that was looked at.
_MAX_DEPTH = 40
_MAX_STEPS = 500_000
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_OTHER_FIELD = re.compile("%(?![sd])")
_METHODS = frozenset({"startswith", "endswith", "lower", "upper", "strip", "split", "get"})
_PARTS = frozenset({"name", "parent", "stem", "suffix"})
_CONVERSIONS: Mapping[str, Callable[..., Any]] = {
    "bool": bool,
    "int": int,
    "str": str,
    "len": len,
    "tuple": tuple,
    "list": tuple,
    "sorted": lambda values: tuple(sorted(values)),
    "any": any,
    "all": all,
}


class Evaluator:
    """Evaluates expressions; `names` is what the script's names stand for at the moment.

    `files` are those beside the script, made of their paths.
    """

    def __init__(self, interpreter: Interpreter, files: frozenset[str] = frozenset()) -> None:
        self.names = Names()
        self._facts = facts_of(interpreter)
        self.files = Files(files)
        self._steps = 0

    def value(self, node: ast.expr, depth: int = 0) -> Any:
        """Return the value of `node`, UNKNOWN where it cannot be told."""
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return UNKNOWN
        try:
            return self._value(node, depth + 1)
        except MemoryError:
            raise  # the memory at hand must not decide what a script comes to
        except Exception:  # noqa: BLE001 - it fails in the build as well, or is not supported
            return UNKNOWN

    def truth(self, node: ast.expr) -> bool | None:
        """Return whether `node` counts as true, None where it cannot be told."""
        value = self.value(node)
        return None if value is UNKNOWN else bool(value)

    def stops(self, call: ast.Call) -> bool:
        """Return whether a call of a function of the script surely raises, or exits."""
        function = self.names.functions.get(last(call.func))
        arguments = [self.value(argument) for argument in call.args]
        return function is not None and stops(function, arguments, self.names, self.value)

    def _value(self, node: ast.expr, depth: int) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name() | ast.Attribute():
                return self._named(node, depth)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                return _filled(self.value(left, depth), self.value(right, depth))
            case ast.BinOp(left=left, op=ast.Add() | ast.Div(), right=right):
                return _joined(node.op, self.value(left, depth), self.value(right, depth))
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                values = [self.value(element, depth) for element in elements]
                return UNKNOWN if any_unknown(values) else tuple(values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                value = self.value(operand, depth)
                return UNKNOWN if value is UNKNOWN else not value
            case ast.BoolOp(op=op, values=operands):
                return self._combined(operands, isinstance(op, ast.Or), depth)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                value = self.value(test, depth)
                if value is UNKNOWN:
                    return UNKNOWN
                return self.value(body if value else orelse, depth)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._compared(ops, [left, *comparators], depth)
            case ast.Subscript(value=container, slice=index):
                return self._item(container, index, depth)
            case ast.Call():
                return self._called(node, depth)
            case ast.JoinedStr(values=values):
                pieces = [self.value(value, depth) for value in values]
                return UNKNOWN if any_unknown(pieces) else bounded("".join(map(str, pieces)))
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.value(value, depth)
            case (
                ast.ListComp(elt=element, generators=[generator])
                | ast.GeneratorExp(elt=element, generators=[generator])
            ):
                return self._comprehension(element, generator, depth)
            case _:
                return UNKNOWN

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> Any:
        if isinstance(node, ast.Attribute):
            match self.value(node.value, depth):
                case PurePosixPath() as path:
                    return getattr(path, node.attr) if node.attr in _PARTS else UNKNOWN
                case PlatformUname() | OsUname() as uname:
                    return getattr(uname, node.attr, UNKNOWN)
        real = self._facts.get(self.names.real(node), UNKNOWN)
        return self.names.values.get(dotted(node), real)

    def _comprehension(self, element: ast.expr, generator: ast.comprehension, depth: int) -> Any:
        items = self.value(generator.iter, depth)
        if not isinstance(items, tuple):
            return UNKNOWN
        values = []
        with self.names.restored():
            for item in items:
                match generator.target:
                    case ast.Name(id=name):
                        self.names.values[name] = item
                    case ast.Tuple(elts=targets) if isinstance(item, tuple):
                        for target, part in zip(targets, item, strict=True):
                            name = target.id if isinstance(target, ast.Name) else ""
                            self.names.values[name] = part
                    case _:
                        return UNKNOWN
                conditions = [self.value(each, depth) for each in generator.ifs]
                if any_unknown(conditions):
                    return UNKNOWN
                if all(conditions):
                    values.append(self.value(element, depth))
        return UNKNOWN if any_unknown(values) else tuple(values)

    def _combined(self, operands: list[ast.expr], either: bool, depth: int) -> Any:  # noqa: FBT001
        value: Any = UNKNOWN
        unknown = False
        for operand in operands:
            value = self.value(operand, depth)
            if value is UNKNOWN:
                unknown = True
            elif bool(value) is either:
                return value
        return UNKNOWN if unknown else value

    def _compared(self, ops: list[ast.cmpop], operands: list[ast.expr], depth: int) -> Any:
        values = [self.value(operand, depth) for operand in operands]
        if any_unknown(values):
            return UNKNOWN
        pairs = zip(ops, values, values[1:], strict=False)
        return all(_COMPARISONS[type(op)](first, second) for op, first, second in pairs)

    def _item(self, container: ast.expr, index: ast.expr, depth: int) -> Any:
        if self.names.real(container) == "os.environ":
            return UNKNOWN
        value = self.value(container, depth)
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(index, ast.Slice):
            bounds = [
                None if bound is None else self.value(bound, depth)
                for bound in (index.lower, index.upper, index.step)
            ]
            return UNKNOWN if any_unknown(bounds) else value[slice(*bounds)]
        key = self.value(index, depth)
        return UNKNOWN if key is UNKNOWN else value[key]

    def _called(self, node: ast.Call, depth: int) -> Any:
        name = self.names.real(node.func)
        arguments = [self.value(argument, depth) for argument in node.args]
        if name in {"os.environ.get", "os.getenv"}:
            # Switches of a package are taken for not set.
            return arguments[1] if len(arguments) > 1 else None
        if name == "hasattr" and node.args and self.names.real(node.args[0]) == "sys":
            return has_sys_attribute(self._facts, arguments[1])
        if own := self._own(node.func):
            if isinstance(node.func, ast.Attribute) and own.args.args[:1]:
                # A method of a command that the script defines; its state is not known.
                own_self = own.args.args[0].arg in {"self", "cls"}
                arguments = [UNKNOWN, *arguments] if own_self else arguments
            return call_function(own, arguments, self.names, lambda each: self.value(each, depth))
        if name in {"glob.glob", "glob.iglob"} and arguments:
            return self.files.matching(arguments[0], recursive=bool(node.keywords))
        if any_unknown(arguments) or node.keywords:
            return UNKNOWN
        if f"{name}()" in self._facts and not arguments:
            return self._facts[f"{name}()"]
        if name in _CONVERSIONS and name not in self.names.values:
            return bounded(_CONVERSIONS[name](*arguments))
        if (value := self.files.call(name, arguments)) is not UNKNOWN:
            return value
        if isinstance(node.func, ast.Attribute):
            return self._method(self.value(node.func.value, depth), node.func.attr, arguments)
        return UNKNOWN

    def _own(self, function: ast.expr) -> ast.FunctionDef | None:
        """Return the function of the script that is called, also as a method of `self`."""
        match function:
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return self.names.functions.get(name)
            case _:
                return None

    def _method(self, owner: Any, name: str, arguments: list[Any]) -> Any:
        match owner:
            case str() | dict() if name in _METHODS:
                return bounded(getattr(owner, name)(*arguments))
            case PurePosixPath():
                return self.files.method(owner, name, arguments)
            case _:
                return UNKNOWN


def _joined(op: ast.operator, left: Any, right: Any) -> Any:
    match op, left, right:
        case ast.Div(), PurePosixPath(), str() | PurePosixPath():
            return left / right
        case (ast.Add(), str(), str()) | (ast.Add(), tuple(), tuple()):
            return bounded(left + right)
        case _:
            return UNKNOWN


def _filled(template: Any, values: Any) -> Any:
    """Return a template with plain fields (`%s`, `%d`) filled in: widths could make it huge."""
    if not isinstance(template, str) or values is UNKNOWN or _OTHER_FIELD.search(template):
        return UNKNOWN
    return bounded(template % values)
