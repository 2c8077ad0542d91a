"""Fallbacks: what a build script does when something cannot be compiled."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.functions import EXITS
from poetry_arch_check.inspection.script.position import Tolerance
from poetry_arch_check.inspection.script.syntax import dotted, last, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.script.evaluation import Evaluator

BUILD_METHODS = frozenset({"run", "build_extension", "build_extensions"})
# Methods of a command that set its options to their defaults.
DEFAULTS = frozenset({"initialize_options", "finalize_options", "__init__"})
# Of a command, these are called by setuptools; of an object, by Python.
CALLED_METHODS = BUILD_METHODS | DEFAULTS | {"__new__", "initialize", "clean", "__call__"}
# Commands that a build does not run.
_OTHER_COMMANDS = frozenset({"sdist", "upload", "test", "clean", "register", "check"})
# Errors that a failing compiler does not raise.
_OTHER_ERRORS = frozenset(
    {"ImportError", "ModuleNotFoundError", "KeyError", "AttributeError", "NameError", "IndexError"}
)
# Errors of a program that is not there, and of one that says so of something else.
_ANY_ERROR = frozenset({"Exception", "BaseException"})
_MISSING_ERRORS = frozenset({"OSError", "EnvironmentError", "IOError", "FileNotFoundError"})
_FAILING_ERRORS = frozenset(
    {"CalledProcessError", "SubprocessError", "PackageNotFoundError", "DistutilsExecError"}
)
_BUILDING = frozenset({"build", "bdist", "install", "develop", "ext", "egg", "py"})


def builds_nothing(name: str, bases: Iterable[ast.expr]) -> bool:
    """Return whether a class is a command of setup.py that builds nothing."""
    based = {last(base) for base in bases}
    # `get_command_class("sdist")`
    based |= {text for base in bases if isinstance(base, ast.Call) for text in texts(base)}
    # `du_sdist` is setuptools' `sdist` by another name.
    parts = {part for base in based for part in base.split("_")}
    other = (parts & _OTHER_COMMANDS and not parts & _BUILDING) or any(
        base.endswith("Command") for base in based
    )
    return bool(other) and not re.search(r"(?i)build|ext|install|develop|wheel", name)


class Fallbacks:
    """Tells whether a script goes on when something cannot be compiled."""

    def __init__(self, module: ast.Module, evaluator: Evaluator) -> None:
        """Collect the functions that call setup(), directly or through others."""
        self._evaluator = evaluator
        self._raising: dict[ast.FunctionDef, bool] = {}
        self._setups = {"setup", "run_setup"}
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
        self._functions = {function.name: function for function in functions}
        for _ in range(3):
            for function in functions:
                if self._setup_calls(function.body):
                    self._setups.add(function.name)

    def has_second_setup(self, node: ast.Try) -> bool:
        """Return whether setup() is called again, with other arguments, if it fails."""
        first = self._setup_calls(node.body)
        return any(self._goes_without(first, handler) for handler in node.handlers)

    def has_lenient_builder(self, node: ast.ClassDef) -> bool:
        """Return whether the `build_ext` of the script catches a failure to compile."""
        return any(
            isinstance(part, ast.Try) and _builds(part.body) and self._catches(part, node)
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.name in BUILD_METHODS
            for part in ast.walk(method)
        )

    def tolerance(self, node: ast.Try) -> Tolerance:
        """Return what a program that is started in a `try` may do without stopping the script."""
        found = Tolerance.NOTHING
        for handler in node.handlers:
            if self._raises(handler.body, None):
                continue
            types = _types(handler)
            if types is None or not types.isdisjoint(_ANY_ERROR | _MISSING_ERRORS):
                return Tolerance.MISSING | Tolerance.FAILING
            if not types.isdisjoint(_FAILING_ERRORS):
                found |= Tolerance.FAILING
        return found

    def stops(self, body: Iterable[ast.stmt]) -> bool:
        """Return whether statements may stop the script."""
        return self._raises(body, None)

    def _setup_calls(self, body: Iterable[ast.AST]) -> list[ast.Call]:
        return [
            node
            for statement in body
            for node in ast.walk(statement)
            if isinstance(node, ast.Call) and last(node.func) in self._setups
        ]

    def _goes_without(self, first: list[ast.Call], handler: ast.ExceptHandler) -> bool:
        """Return whether a handler calls setup() again, with other arguments."""
        again = self._setup_calls(handler.body)
        if not first or not again or _about_other(handler):
            return False
        if {ast.dump(call) for call in first} != {ast.dump(call) for call in again}:
            return True
        return any("ext_modules" in texts(statement) for statement in handler.body)

    def _catches(self, node: ast.Try, within: ast.ClassDef) -> bool:
        """Return whether a handler catches a failure to compile, and does not raise it again."""
        handlers = [handler for handler in node.handlers if not _about_other(handler)]
        return bool(handlers) and not any(
            self._raises(handler.body, within) or _calls_again(node.body, handler.body)
            for handler in handlers
        )

    def _raises(self, body: Iterable[ast.stmt], within: ast.ClassDef | None) -> bool:
        for statement in body:
            match statement:
                case ast.Raise():
                    return True
                case ast.If(test=test, body=then, orelse=orelse):
                    truth = _not_found(test)
                    truth = self._evaluator.truth(test) if truth is None else truth
                    if (truth is not False and self._raises(then, within)) or (
                        truth is not True and self._raises(orelse, within)
                    ):
                        return True
                case ast.Expr(value=ast.Call(func=function)):
                    if dotted(function) in EXITS or self._helper_raises(function, within):
                        return True
                case ast.Try(body=then, handlers=[]) | ast.With(body=then):
                    if self._raises(then, within):
                        return True
        return False

    def _helper_raises(self, function: ast.expr, within: ast.ClassDef | None) -> bool:
        """Return whether a function that is called raises: of the script, or of the class."""
        name = last(function)
        body = within.body if within else ()
        methods = {part.name: part for part in body if isinstance(part, ast.FunctionDef)}
        helper = methods.get(name) or (
            self._functions.get(name) if within or isinstance(function, ast.Name) else None
        )
        if helper is None:
            return False
        if helper not in self._raising:
            # A helper that calls itself does not raise by that.
            self._raising[helper] = False
            self._raising[helper] = self._raises(helper.body, None)
        return self._raising[helper]


def _not_found(test: ast.expr) -> bool | None:
    """Return what a test for ENOENT comes to where a program is missing, None for other tests."""
    match test:
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() as sign], comparators=[right]) if (
            last(right) == "ENOENT"
        ):
            return isinstance(sign, ast.Eq)
    return None


def _types(handler: ast.ExceptHandler) -> set[str] | None:
    """Return the errors that a handler catches, None for all of them."""
    if handler.type is None:
        return None
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {last(each) for each in types}


def _builds(body: Iterable[ast.stmt]) -> bool:
    """Return whether one of a build command's methods is called in `body`."""
    return any(
        isinstance(part, ast.Call)
        and last(part.func) in BUILD_METHODS
        and not dotted(part.func).startswith("subprocess.")
        for statement in body
        for part in ast.walk(statement)
    )


def _calls_again(body: Iterable[ast.stmt], handler: Iterable[ast.stmt]) -> bool:
    """Return whether a handler calls the very method that has failed, in its other form.

    `super().run()`, which the classes of Python 2 did not have, and `build_ext.run(self)`.
    """

    def called(statements: Iterable[ast.stmt]) -> set[tuple[str, bool]]:
        return {
            (last(each.value.func), bool(each.value.args))
            for each in statements
            if isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Call)
            and last(each.value.func) in BUILD_METHODS
        }

    return any((name, not given) in called(handler) for name, given in called(body))


def _about_other(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler catches none of the errors that a failing compiler raises."""
    types = _types(handler)
    return types is not None and types <= _OTHER_ERRORS
