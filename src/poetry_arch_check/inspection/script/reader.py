"""Reading a build script (`setup.py`, a `build.py` of Poetry's) from its syntax tree.

Only what is reached on the target counts; nothing is executed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.bindings import Loop
from poetry_arch_check.inspection.script.commands import starts_something
from poetry_arch_check.inspection.script.definitions import Definitions
from poetry_arch_check.inspection.script.evaluation import Evaluator
from poetry_arch_check.inspection.script.expressions import Expressions, Steps
from poetry_arch_check.inspection.script.fallbacks import Fallbacks
from poetry_arch_check.inspection.script.functions import EXITS
from poetry_arch_check.inspection.script.imports import Imports
from poetry_arch_check.inspection.script.position import Position, Tolerance
from poetry_arch_check.inspection.script.script import Script
from poetry_arch_check.inspection.script.setup_arguments import takes_out
from poetry_arch_check.inspection.script.syntax import dotted, expressions_of, last
from poetry_arch_check.inspection.script.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.tree import Tree

_UNPACKING = frozenset({"extractall", "unpack_archive"})
# Loops with more rounds are read once, as are loops inside of others.
_MAX_ROUNDS = 8


def read_script(
    module: ast.Module,
    interpreter: Interpreter,
    tree: Tree,
    modules: Modules,
    *,
    everything: bool = False,
) -> Script:
    """Return what a script does on `interpreter`; `tree` has the files beside it.

    `modules` are those that it can import. With `everything`, functions count that the script
    does not call itself: a build backend calls them. Raises TreeError for a script that is too
    large.
    """
    reader = _Reader(module, interpreter, tree, modules)
    try:
        reader.read(everything=everything)
    except RecursionError:
        # What was not reached may compile something.
        reader.script.compiles = True
    return reader.script


class _Reader:
    """Reads statements in the order of control flow.

    `certain` says that a statement is surely reached, `guarded` that the script goes on if it
    fails.
    """

    def __init__(
        self, module: ast.Module, interpreter: Interpreter, tree: Tree, modules: Modules
    ) -> None:
        self.script = Script()
        self._module = module
        self._evaluator = Evaluator(interpreter, tree.names)
        self._evaluator.files.complete = not any(map(_unpacks, ast.walk(module)))
        self._names = self._evaluator.names
        self._steps = Steps()
        self._position = Position()
        self._expressions = Expressions(self.script, self._evaluator, self._steps, self._position)
        self._imports = Imports(self.script, tree, modules)
        self._fallbacks = Fallbacks(module, self._evaluator)
        self._rounds = 0
        self._definitions = Definitions(
            *(self.script, self._names, self._expressions, self._fallbacks, self._position),
            block=self._block,
        )

    def read(self, *, everything: bool) -> None:
        self._block(self._module.body, certain=True, guarded=False)
        self._definitions.read(everything=everything)
        self._expressions.finish()

    def _block(self, statements: Iterable[ast.stmt], *, certain: bool, guarded: bool) -> bool:
        """Read a block; return whether it is surely left before its end."""
        return any(
            self._statement(statement, certain=certain, guarded=guarded) for statement in statements
        )

    def _statement(self, node: ast.stmt, *, certain: bool, guarded: bool) -> bool:
        """Read a statement; return whether it surely leaves the block it stands in."""
        self._steps.count()
        self._position.certain = certain
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definitions.note(node)
            case ast.If():
                return self._if(node, certain=certain, guarded=guarded)
            case ast.Try():
                self._try(node, certain=certain, guarded=guarded)
            case ast.For() | ast.AsyncFor():
                self._for(node, certain=certain, guarded=guarded)
            case ast.While(test=test, body=body, orelse=orelse):
                self._expressions.read(test)
                self._block([*body, *orelse], certain=False, guarded=guarded)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                contexts = [item.context_expr for item in items]
                self._expressions.read_all(contexts)
                suppressed = any(_suppresses(context) for context in contexts)
                return self._block(body, certain=certain and not suppressed, guarded=guarded)
            case ast.Return():
                self._expressions.bindings.returned(self._position.within, node.value)
                with self._position.tolerating(_asked(node.value)):
                    self._expressions.read_all(expressions_of(node))
                return certain
            case ast.Raise():
                self._expressions.read_all(expressions_of(node))
                return self._stop(certain=certain, guarded=guarded)
            case ast.Expr(value=ast.Call(func=function) as call) if dotted(function) in EXITS:
                self._expressions.read(call)
                return self._stop(certain=certain, guarded=guarded)
            case ast.Expr(value=ast.Call(func=ast.Name(id=name)) as call) if (
                certain and not guarded and name in self._names.functions
            ):
                self._expressions.read(call)
                return self._evaluator.stops(call) and self._stop(certain=True, guarded=False)
            case ast.Import() | ast.ImportFrom(module=str(), level=0):
                self._import(node, guarded=guarded or not certain)
            case _:
                self._simple(node, certain=certain)
        return False

    def _for(self, node: ast.For | ast.AsyncFor, *, certain: bool, guarded: bool) -> None:
        self._expressions.read(node.iter)
        self._names.forget(node.target)
        leaves = any(isinstance(part, (ast.Return, ast.Break)) for part in ast.walk(node))
        loop = Loop(node.iter, leaves)
        self._expressions.bindings.loop(self._position.within, node.target, loop)
        items = self._evaluator.value(node.iter)
        if not isinstance(node.target, ast.Name) or not isinstance(items, tuple):
            if self._evaluator.truth(node.iter) is not False:
                self._block([*node.body, *node.orelse], certain=False, guarded=guarded)
            return
        # What each round comes to is known where there are few of them.
        rounds = items if len(items) <= _MAX_ROUNDS and not self._rounds else items[:1]
        self._rounds = len(rounds)
        for item in rounds:
            self._names.values[node.target.id] = item if rounds is items else UNKNOWN
            self._block(
                [*node.body, *node.orelse],
                certain=certain and not leaves and rounds is items,
                guarded=guarded,
            )
        self._rounds = 0
        self._names.forget(node.target)

    def _simple(self, node: ast.stmt, *, certain: bool) -> None:
        """Read a statement that is an assignment, or has no effect but its expressions."""
        self.script.takes_out |= takes_out(node)
        match node:
            case ast.Assign(targets=targets, value=value):
                self._expressions.read(value)
                for target in targets:
                    self._expressions.assign(target, value, certain=certain)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._expressions.read(value)
                self._expressions.assign(target, value, certain=certain)
            case ast.AugAssign(target=target, value=value):
                self._expressions.read(value)
                if self._evaluator.truth(value) is not False:
                    self._names.forget(target)
                    self._expressions.add(target, value)
            case _:
                self._expressions.read_all(expressions_of(node))

    def _stop(self, *, certain: bool, guarded: bool) -> bool:
        """Note that the script stops here; return whether that is certain."""
        self.script.refuses |= certain and not guarded
        return certain

    def _if(self, node: ast.If, *, certain: bool, guarded: bool) -> bool:
        stops = self._fallbacks.stops([*node.body, *node.orelse])
        demanded = stops or self._stops_at_its_end()
        with self._position.tolerating(Tolerance.NOTHING if demanded else Tolerance.FAILING):
            self._expressions.read(node.test)
        if stops:
            self._expressions.demand(node.test)
        # What is asked a program is answered with no where nothing is installed.
        asked = not stops and starts_something(node.test)
        with self._position.tolerating(Tolerance.FAILING if asked else Tolerance.NOTHING):
            return self._branches(node, certain=certain, guarded=guarded)

    def _branches(self, node: ast.If, *, certain: bool, guarded: bool) -> bool:
        truth = self._evaluator.truth(node.test)
        left = False
        if truth is not False:
            left |= self._block(node.body, certain=certain and truth is True, guarded=guarded)
        if truth is not True:
            left |= self._block(node.orelse, certain=certain and truth is False, guarded=guarded)
        return left

    def _try(self, node: ast.Try, *, certain: bool, guarded: bool) -> None:
        if self._fallbacks.has_second_setup(node):
            self.script.survives = True
        match self._imports.succeed(node.body):
            case True:
                self._block([*node.body, *node.orelse], certain=certain, guarded=guarded)
                self._block(node.finalbody, certain=certain, guarded=guarded)
            case False:
                handlers = [part for handler in node.handlers for part in handler.body]
                self._block([*handlers, *node.finalbody], certain=certain, guarded=guarded)
            case None:
                with self._position.tolerating(self._tolerated(node)):
                    self._block(node.body, certain=False, guarded=guarded or bool(node.handlers))
                for handler in node.handlers:
                    self._block(handler.body, certain=False, guarded=True)
                self._block([*node.orelse, *node.finalbody], certain=False, guarded=guarded)

    def _tolerated(self, node: ast.Try) -> Tolerance:
        """Return what a `try` tolerates."""
        return Tolerance.NOTHING if self._stops_at_its_end() else self._fallbacks.tolerance(node)

    def _stops_at_its_end(self) -> bool:
        """Return whether the function that is read raises at its end: something must succeed."""
        within = self._position.within
        return within is not None and self._fallbacks.stops(within.body[-1:])

    def _import(self, node: ast.Import | ast.ImportFrom, *, guarded: bool) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    self._import_module(alias.name, (), guarded=guarded)
                    if alias.asname:
                        self._names.import_as(alias.asname, alias.name)
            case ast.ImportFrom(module=module, names=names):
                self._import_module(str(module), [each.name for each in names], guarded=guarded)
                for alias in names:
                    self._expressions.referenced.add(alias.name)
                    self._names.import_as(alias.asname or alias.name, f"{module}.{alias.name}")

    def _import_module(self, module: str, names: Collection[str], *, guarded: bool) -> None:
        """Read the helpers that an import brings in: what the script refers to counts."""
        for helper in self._imports.note(module, names, guarded=guarded):
            values = self._names.values
            main = values.get("__name__", UNKNOWN)
            values["__name__"] = module.partition(".")[0]
            self._block(helper.body, certain=True, guarded=guarded)
            values["__name__"] = main


def _asked(value: ast.expr | None) -> Tolerance:
    """Return what is tolerated of a program whose outcome is compared, and returned."""
    compared = isinstance(value, (ast.Compare, ast.UnaryOp, ast.BoolOp))
    return Tolerance.FAILING if compared else Tolerance.NOTHING


def _unpacks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last(node.func) in _UNPACKING


def _suppresses(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and last(context.func) == "suppress"
