"""What an expression of a build script comes to on a target, as far as that can be told.

Nothing is executed: constants, what `sys`, `os` and `platform` say of the target, and what the
script made of those. Whatever else there is, is UNKNOWN.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.script.syntax import dotted, last

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NOT_YET: Any = object()
UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda _: "UNKNOWN"})()
# Deeper nesting than a person writes.
_DEEPEST = 40
# What a script computes from constants stays small, and so does how long it takes.
_LONGEST = 10_000
_MOST_STEPS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """The Python that runs a build: the facts of it that build scripts ask for.

    The values are those of PEP 508's `sys_platform`, `os_name`, `platform_system`,
    `platform_machine` and `implementation_name`; `version` is `sys.version_info[:3]`.
    """

    sys_platform: str
    os_name: str
    system: str
    machine: str
    implementation: str
    version: tuple[int, int, int]

    @property
    def key(self) -> str:
        """A name that is the same for interpreters which scripts cannot tell apart."""
        version = ".".join(map(str, self.version))
        return f"{self.implementation}-{version}-{self.sys_platform}-{self.machine}"


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
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}
_TEXT_METHODS = frozenset({"startswith", "endswith", "lower", "upper", "strip", "split", "get"})
_CONVERSIONS: Mapping[str, Callable[..., Any]] = {
    "bool": bool,
    "int": int,
    "str": str,
    "len": len,
    "tuple": tuple,
    "list": list,
    "any": any,
    "all": all,
}


# What compiles in a script that asks first whether something compiles.
_PROBES = frozenset({"compile", "link_executable", "link_shared_object", "try_compile", "try_link"})
# Relative paths are relative to the script: that is where a build runs it.
_EXISTENCE = frozenset({"os.path.exists", "os.path.isfile", "os.path.isdir"})
_PATH_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "os.path.dirname": dirname,
    "os.path.basename": basename,
    "os.path.join": join,
    **dict.fromkeys(("os.path.abspath", "os.path.realpath", "os.path.normpath"), str),
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath"), PurePosixPath),
}


class Evaluator:
    """Evaluates expressions; `names` has what the script assigned, as far as it is known."""

    def __init__(self, interpreter: Interpreter, files: frozenset[str] = frozenset()) -> None:
        """Know the target's interpreter, and the files beside the script."""
        self.names: dict[str, Any] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self._imported: dict[str, str] = {}
        self._files = files
        self._folders = {str(parent) for file in files for parent in PurePosixPath(file).parents}
        self._facts = _facts(interpreter)
        self._steps = 0

    def imported(self, name: str, real: str) -> None:
        """Note that the script calls `real` (`sys.platform`) by this name."""
        self._imported[name] = real

    def _real(self, node: ast.AST) -> str:
        """Return a dotted name as it is outside of the script."""
        head, dot, rest = dotted(node).partition(".")
        return f"{self._imported.get(head, head)}{dot}{rest}"

    def value(self, node: ast.expr, depth: int = 0) -> Any:
        """Return the value of `node`, UNKNOWN where it cannot be told."""
        self._steps += 1
        if depth > _DEEPEST or self._steps > _MOST_STEPS:
            return UNKNOWN
        try:
            return self._value(node, depth + 1)
        except MemoryError:
            raise  # how much there is must not decide what a script comes to
        except Exception:  # noqa: BLE001 - what fails here fails there, or is beyond us
            return UNKNOWN

    def truth(self, node: ast.expr) -> bool | None:
        """Return whether `node` counts as true, None where it cannot be told."""
        value = self.value(node)
        return None if value is UNKNOWN else bool(value)

    def _value(self, node: ast.expr, depth: int) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.names.get(name, self._facts.get(self._real(node), UNKNOWN))
            case ast.Attribute(value=value, attr="parent"):
                path = self.value(value, depth)
                return path.parent if isinstance(path, PurePosixPath) else UNKNOWN
            case ast.Attribute():
                real = self._facts.get(self._real(node), UNKNOWN)
                return self.names.get(dotted(node), real)
            case ast.BinOp(left=left, op=ast.Add() | ast.Div(), right=right):
                return self._joined(node.op, self.value(left, depth), self.value(right, depth))
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                values = [self.value(element, depth) for element in elements]
                return UNKNOWN if _any_unknown(values) else tuple(values)
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
                return self._compared(left, ops, comparators, depth)
            case ast.Subscript(value=container, slice=index):
                return self._item(container, index, depth)
            case ast.Call():
                return self._called(node, depth)
            case ast.JoinedStr(values=values):
                pieces = [self.value(value, depth) for value in values]
                return UNKNOWN if _any_unknown(pieces) else _small("".join(map(str, pieces)))
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.value(value, depth)
            case ast.ListComp(elt=element, generators=[ast.comprehension(ifs=[]) as generator]):
                return self._listed(element, generator, depth)
            case _:
                return UNKNOWN

    def _listed(self, element: ast.expr, generator: ast.comprehension, depth: int) -> Any:
        items = self.value(generator.iter, depth)
        if not isinstance(items, tuple):
            return UNKNOWN
        before, values = dict(self.names), []
        for item in items:
            match generator.target:
                case ast.Name(id=name):
                    self.names[name] = item
                case ast.Tuple(elts=targets) if isinstance(item, tuple):
                    for target, part in zip(targets, item, strict=True):
                        self.names[target.id if isinstance(target, ast.Name) else ""] = part
                case _:
                    values.append(UNKNOWN)
            values.append(self.value(element, depth))
        self.names = before
        return UNKNOWN if _any_unknown(values) else tuple(values)

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

    def _compared(
        self, left: ast.expr, ops: list[ast.cmpop], comparators: list[ast.expr], depth: int
    ) -> Any:
        values = [self.value(operand, depth) for operand in (left, *comparators)]
        if _any_unknown(values):
            return UNKNOWN
        pairs = zip(ops, values, values[1:], strict=False)
        return all(_COMPARISONS[type(op)](first, second) for op, first, second in pairs)

    def _item(self, container: ast.expr, index: ast.expr, depth: int) -> Any:
        if self._real(container) == "os.environ":
            return UNKNOWN
        value = self.value(container, depth)
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(index, ast.Slice):
            bounds = [
                None if bound is None else self.value(bound, depth)
                for bound in (index.lower, index.upper, index.step)
            ]
            return UNKNOWN if _any_unknown(bounds) else value[slice(*bounds)]
        key = self.value(index, depth)
        return UNKNOWN if key is UNKNOWN else value[key]

    def _called(self, node: ast.Call, depth: int) -> Any:
        name = self._real(node.func)
        arguments = [self.value(argument, depth) for argument in node.args]
        if name in {"os.environ.get", "os.getenv"}:
            # Nobody sets a package's own switches.
            return arguments[1] if len(arguments) > 1 else None
        if name == "hasattr" and node.args and self._real(node.args[0]) == "sys":
            return self._has_sys(arguments)
        if isinstance(node.func, ast.Name) and (function := self.functions.get(node.func.id)):
            return self._applied(function, arguments, depth)
        if _any_unknown(arguments) or node.keywords:
            return UNKNOWN
        if f"{name}()" in self._facts and not arguments:
            return self._facts[f"{name}()"]
        if name in _PATH_FUNCTIONS:
            return _small(_PATH_FUNCTIONS[name](*arguments))
        if name in _EXISTENCE:
            return self._exists(arguments[0])
        if name in _CONVERSIONS and name not in self.names:
            return _small(_CONVERSIONS[name](*arguments))
        if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
            value = self.value(node.func.value, depth)
            if isinstance(value, (str, dict)):
                return _small(getattr(value, node.func.attr)(*arguments))
        if isinstance(node.func, ast.Attribute) and not arguments:
            path = self.value(node.func.value, depth)
            if isinstance(path, PurePosixPath):
                return self._of_path(path, node.func.attr)
        return UNKNOWN

    def _applied(self, function: ast.FunctionDef, arguments: list[Any], depth: int) -> Any:
        """Return what a function of the script returns for these arguments."""
        if _probes(function):
            return False
        before = dict(self.names)
        parameters = [argument.arg for argument in function.args.args]
        self.names |= dict.fromkeys(parameters, UNKNOWN)
        self.names |= dict(zip(parameters, arguments, strict=False))
        value = self._returned(function.body, depth)
        self.names = before
        return None if value is _NOT_YET else value

    def _returned(self, body: list[ast.stmt], depth: int) -> Any:
        for statement in body:
            match statement:
                case ast.Return(value=None):
                    return None
                case ast.Return(value=ast.expr() as value):
                    return self.value(value, depth)
                case ast.If(test=test, body=then, orelse=orelse):
                    truth = self.value(test, depth)
                    if truth is UNKNOWN:
                        return UNKNOWN
                    value = self._returned(then if truth else orelse, depth)
                    if value is not _NOT_YET:
                        return value
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.names[name] = self.value(value, depth)
                case ast.Expr() | ast.Pass() | ast.Import() | ast.ImportFrom():
                    pass
                case _:
                    return UNKNOWN
        return _NOT_YET

    def _of_path(self, path: PurePosixPath, method: str) -> Any:
        match method:
            case "resolve" | "absolute":
                return path
            case "exists" | "is_file" | "is_dir":
                return self._exists(path)
            case _:
                return UNKNOWN

    def _exists(self, path: Any) -> Any:
        """Return whether a file lies beside the script; of all others nothing is known."""
        name = normpath(str(path))
        if name.startswith(("/", "..", "~")):
            return UNKNOWN
        return name in self._files or name in self._folders

    def _joined(self, op: ast.operator, left: Any, right: Any) -> Any:
        match op, left, right:
            case ast.Div(), PurePosixPath(), str() | PurePosixPath():
                return left / right
            case (ast.Add(), str(), str()) | (ast.Add(), tuple(), tuple()):
                return _small(left + right)
            case _:
                return UNKNOWN

    def _has_sys(self, arguments: list[Any]) -> Any:
        match arguments:
            case [_, str(attribute)] if attribute.startswith("pypy"):
                return self._facts["sys.implementation.name"] == "pypy"
            case [_, "getwindowsversion" | "winver"]:
                return self._facts["sys.platform"] == "win32"
            case _:
                return UNKNOWN


def _probes(function: ast.FunctionDef) -> bool:
    """Return whether a function tries a compiler, and returns False where there is none."""
    compiles = any(
        isinstance(part, ast.Call) and last(part.func) in _PROBES for part in ast.walk(function)
    )
    return compiles and any(
        isinstance(part, ast.Return)
        and isinstance(part.value, ast.Constant)
        and part.value.value is False
        for handler in ast.walk(function)
        if isinstance(handler, ast.ExceptHandler)
        for part in handler.body
    )


def _any_unknown(values: list[Any]) -> bool:
    return any(value is UNKNOWN for value in values)


def _small(value: Any) -> Any:
    return value if not hasattr(value, "__len__") or len(value) <= _LONGEST else UNKNOWN


def _facts(interpreter: Interpreter) -> dict[str, Any]:
    version = (*interpreter.version, "final", 0)
    major, minor, patch = interpreter.version
    builtins = ("sys", "builtins", *(["__pypy__"] if interpreter.implementation == "pypy" else []))
    implementation = _IMPLEMENTATIONS.get(interpreter.implementation, interpreter.implementation)
    return {
        "sys.platform": interpreter.sys_platform,
        "sys.version_info": version,
        "sys.version_info.major": major,
        "sys.version_info.minor": minor,
        "sys.version_info.micro": patch,
        "sys.hexversion": (major << 24) | (minor << 16) | (patch << 8) | 0xF0,
        "sys.version": f"{major}.{minor}.{patch} (main)",
        "sys.argv": ("setup.py", "bdist_wheel"),
        "sys.maxsize": 2**63 - 1,
        "sys.byteorder": "little",
        "sys.implementation.name": interpreter.implementation,
        "sys.builtin_module_names": builtins,
        "os.name": interpreter.os_name,
        "os.environ": {},
        "platform.system()": interpreter.system,
        "platform.machine()": interpreter.machine,
        "platform.python_implementation()": implementation,
        "platform.python_version()": f"{major}.{minor}.{patch}",
        "platform.python_version_tuple()": (str(major), str(minor), str(patch)),
        "platform.uname()": (interpreter.system, "", "", "", interpreter.machine, ""),
        "__name__": "__main__",
        "__file__": "setup.py",
        "TYPE_CHECKING": False,
        "typing.TYPE_CHECKING": False,
    }
