"""Calls of functions that a build script defines itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.script.commands import STARTING
from poetry_arch_check.inspection.script.syntax import dotted, last
from poetry_arch_check.inspection.script.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.inspection.script.names import Names

_NO_RETURN: Any = object()
EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort"})
# Functions that compile, in a script that first asks whether something compiles.
_PROBES = frozenset({"compile", "link_executable", "link_shared_object", "try_compile", "try_link"})


def call_function(
    function: ast.FunctionDef,
    arguments: list[Any],
    names: Names,
    evaluate: Callable[[ast.expr], Any],
) -> Any:
    """Return what a function of the script returns for these arguments.

    A function that tries the compiler, or a program, is called as if there were none. `evaluate`
    returns the value of an expression with `names`.
    """
    if _tries_compiler(function):
        return False
    with names.restored():
        parameters = [argument.arg for argument in function.args.args]
        names.values |= dict.fromkeys(parameters, UNKNOWN)
        names.values |= dict(zip(parameters, arguments, strict=False))
        value = _returned(function.body, names, evaluate)
    return None if value is _NO_RETURN else value


def stops(
    function: ast.FunctionDef,
    arguments: list[Any],
    names: Names,
    evaluate: Callable[[ast.expr], Any],
) -> bool:
    """Return whether a function of the script surely raises or exits for these arguments."""
    with names.restored():
        parameters = [argument.arg for argument in function.args.args]
        names.values |= dict.fromkeys(parameters, UNKNOWN)
        names.values |= dict(zip(parameters, arguments, strict=False))
        return _stops(function.body, names, evaluate) is True


def _stops(body: list[ast.stmt], names: Names, evaluate: Callable[[ast.expr], Any]) -> bool | None:
    """Return whether `body` surely stops the script; None where it goes on."""
    for statement in body:
        match statement:
            case ast.Raise():
                return True
            case ast.Expr(value=ast.Call(func=called)) if dotted(called) in EXITS:
                return True
            case ast.If(test=test, body=then, orelse=orelse):
                truth = evaluate(test)
                if truth is UNKNOWN:
                    return False
                if (result := _stops(then if truth else orelse, names, evaluate)) is not None:
                    return result
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names.values[name] = evaluate(value)
            case ast.Expr() | ast.Pass() | ast.Import() | ast.ImportFrom():
                pass
            case _:
                return False
    return None


def _returned(body: list[ast.stmt], names: Names, evaluate: Callable[[ast.expr], Any]) -> Any:
    """Return what `body` returns, _NO_RETURN if it goes on, UNKNOWN for other statements."""
    for statement in body:
        match statement:
            case ast.Return(value=None):
                return None
            case ast.Return(value=ast.expr() as value):
                return evaluate(value)
            case ast.If(test=test, body=then, orelse=orelse):
                truth = evaluate(test)
                if truth is UNKNOWN:
                    return UNKNOWN
                result = _returned(then if truth else orelse, names, evaluate)
                if result is not _NO_RETURN:
                    return result
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names.values[name] = evaluate(value)
            case ast.Expr() | ast.Pass() | ast.Import() | ast.ImportFrom():
                pass
            case _:
                return UNKNOWN
    return _NO_RETURN


def _tries_compiler(function: ast.FunctionDef) -> bool:
    """Return whether a function compiles or starts something, and returns False if that fails."""
    compiles = any(
        isinstance(part, ast.Call) and last(part.func) in _PROBES | STARTING
        for part in ast.walk(function)
    )
    return compiles and any(
        isinstance(part, ast.Return)
        and isinstance(part.value, ast.Constant)
        and part.value.value is False
        for handler in ast.walk(function)
        if isinstance(handler, ast.ExceptHandler)
        for part in handler.body
    )
