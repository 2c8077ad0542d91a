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

# What comes of statements that neither return nor stop the script; and of those that stop it.
_NOTHING: Any = object()
_STOPPED: Any = object()
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
    outcome = _called(function, arguments, names, evaluate)
    if outcome is _STOPPED:
        return UNKNOWN
    return None if outcome is _NOTHING else outcome


def stops(
    function: ast.FunctionDef,
    arguments: list[Any],
    names: Names,
    evaluate: Callable[[ast.expr], Any],
) -> bool:
    """Return whether a function of the script surely raises or exits for these arguments."""
    return _called(function, arguments, names, evaluate) is _STOPPED


def _called(
    function: ast.FunctionDef,
    arguments: list[Any],
    names: Names,
    evaluate: Callable[[ast.expr], Any],
) -> Any:
    with names.restored():
        parameters = [argument.arg for argument in function.args.args]
        names.values |= dict.fromkeys(parameters, UNKNOWN)
        names.values |= dict(zip(parameters, arguments, strict=False))
        return _outcome(function.body, names, evaluate)


def _outcome(body: list[ast.stmt], names: Names, evaluate: Callable[[ast.expr], Any]) -> Any:
    """Return what `body` returns, _STOPPED, _NOTHING, or UNKNOWN for other statements."""
    for statement in body:
        match statement:
            case ast.Return(value=None):
                return None
            case ast.Return(value=ast.expr() as value):
                return evaluate(value)
            case ast.Raise():
                return _STOPPED
            case ast.Expr(value=ast.Call(func=called)) if dotted(called) in EXITS:
                return _STOPPED
            case ast.If(test=test, body=then, orelse=orelse):
                truth = evaluate(test)
                if truth is UNKNOWN:
                    return UNKNOWN
                result = _outcome(then if truth else orelse, names, evaluate)
                if result is not _NOTHING:
                    return result
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names.values[name] = evaluate(value)
            case ast.Expr() | ast.Pass() | ast.Import() | ast.ImportFrom():
                pass
            case _:
                return UNKNOWN
    return _NOTHING


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
