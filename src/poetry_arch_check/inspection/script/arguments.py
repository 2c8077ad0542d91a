"""What the parameters of a function stand for in a call of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.bindings import parameters
from poetry_arch_check.inspection.script.syntax import texts

if TYPE_CHECKING:
    from poetry_arch_check.inspection.script.bindings import Bindings, Frame
    from poetry_arch_check.inspection.script.evaluation import Evaluator


@dataclass(frozen=True, slots=True)
class Argument:
    """What is given for a parameter, or its default: an expression, or a list of them.

    `frame` is where the expression stands, None for the module.
    """

    given: ast.expr | list[ast.expr]
    frame: Frame | None


def argument(name: str, frame: Frame) -> Argument | None:
    """Return what the parameter `name` stands for, None where nothing is known of the call."""
    arguments, call = frame.function.args, frame.call
    positional = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    defaults = dict(zip(positional[::-1], arguments.defaults[::-1], strict=False))
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    defaults |= {each.arg: default for each, default in keywords if default}
    given = list(call.args) if call else []
    if positional[:1] == ["self"] and call and isinstance(call.func, ast.Attribute):
        positional = positional[1:]
    named = {each.arg: each.value for each in call.keywords} if call else {}
    if arguments.vararg and arguments.vararg.arg == name:
        return Argument(given[len(positional) :], frame.caller)
    if name in named:
        return Argument(named[name], frame.caller)
    if name in positional[: len(given)]:
        return Argument(given[positional.index(name)], frame.caller)
    return Argument(defaults[name], None) if name in defaults else None


class Decisions:
    """Tells which part of `a if test else b` is taken, also where a parameter decides."""

    def __init__(self, bindings: Bindings, evaluator: Evaluator) -> None:
        self._bindings = bindings
        self._evaluator = evaluator

    def truth(self, test: ast.expr, frame: Frame | None) -> bool | None:
        """Return whether a test holds in a call, None where that cannot be told."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self.truth(operand, frame)
                return None if truth is None else not truth
            case ast.Name(id=name) if frame and name in parameters(frame.function):
                if frame.call is None or self._bindings.assigned(frame.function, name):
                    return None
                found = argument(name, frame)
                if found is None or isinstance(found.given, list):
                    return None
                return self.truth(found.given, found.frame)
            case _:
                return self._evaluator.truth(test)

    def taken(self, node: ast.IfExp | ast.BoolOp, frame: Frame | None) -> list[ast.expr]:
        """Return the parts that an expression may come to."""
        if isinstance(node, ast.BoolOp):
            return node.values
        match self.truth(node.test, frame):
            case True:
                return [node.body]
            case False:
                return [node.orelse]
            case None:
                return [node.body, node.orelse]

    def left_out(self, node: ast.expr, frame: Frame | None) -> set[str]:
        """Return the texts that stand in parts of an expression, or of a name's, not taken."""
        within = frame.function if frame else None
        named = self._bindings.assigned(within, node.id) if isinstance(node, ast.Name) else ()
        found: set[str] = set()
        for each in (node, *named):
            for part in ast.walk(each):
                if isinstance(part, ast.IfExp):
                    taken = self.taken(part, frame)
                    parts = [other for other in (part.body, part.orelse) if other not in taken]
                    found.update(text for other in parts for text in texts(other))
        return found
