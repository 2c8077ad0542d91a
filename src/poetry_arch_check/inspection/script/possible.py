"""What an expression of a build script may stand for, as texts and lists of texts.

What a parameter stands for is told by the calls of its function, one call after the other.
"""

from __future__ import annotations

import ast
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

from poetry_arch_check.inspection.script.arguments import Decisions, argument
from poetry_arch_check.inspection.script.bindings import parameters
from poetry_arch_check.inspection.script.syntax import dotted, last

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.inspection.script.bindings import Bindings, Frame
    from poetry_arch_check.inspection.script.evaluation import Evaluator

# Stands for the part of a text that is not known.
HOLE = "\N{REPLACEMENT CHARACTER}"
# Functions that look for a program.
LOOKING = frozenset({"which", "find_executable"})
_AS_THEY_ARE = frozenset({"list", "tuple", "str", "sorted", "fspath", "Path"})
# A text, or the texts of a list.
Value: TypeAlias = "str | tuple[str, ...]"
_MAX_VALUES = 24
_MAX_ITEMS = 100
_MAX_LENGTH = 2000
_MAX_DEPTH = 10
_MAX_STEPS = 20_000


class Possible:
    """Tells what expressions may stand for, by the bindings of a script.

    `alternatives` is set where a value is one of several that a script tries in turn.
    """

    def __init__(self, bindings: Bindings, evaluator: Evaluator) -> None:
        self.alternatives = False
        self._bindings = bindings
        self._evaluator = evaluator
        self._decisions = Decisions(bindings, evaluator)
        self._steps = 0

    def values(self, node: ast.expr, frame: Frame | None, depth: int = 0) -> list[Value]:
        """Return what an expression may stand for, texts with HOLE for what is not known."""
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return []
        found = islice(self._values(node, frame, depth + 1), 4 * _MAX_VALUES)
        return list(dict.fromkeys(each for each in found if len(each) <= _MAX_LENGTH))[:_MAX_VALUES]

    def texts(self, node: ast.expr, frame: Frame | None, depth: int = 0) -> list[str]:
        """Return the texts that an expression may stand for, HOLE if none is known."""
        found = [each for each in self.values(node, frame, depth) if isinstance(each, str)]
        return found or [HOLE]

    def members(self, node: ast.expr, frame: Frame | None) -> set[str]:
        """Return the texts that a list may contain, those added to it as well."""
        found: set[str] = set()
        waiting, seen = [node], set[int]()
        while waiting:
            each = waiting.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            for value in self.values(each, frame):
                found.update([value] if isinstance(value, str) else value)
            if isinstance(each, ast.BinOp):
                waiting += [each.left, each.right]
            elif name := dotted(each):
                waiting += self._bindings.added(frame.function if frame else None, name)
        return {text for text in found if HOLE not in text}

    def _values(self, node: ast.expr, frame: Frame | None, depth: int) -> Iterator[Value]:
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Name() | ast.Attribute():
                yield from self._named(node, frame, depth)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                yield from self._listed(elements, frame, depth)
            case ast.JoinedStr(values=parts):
                texts = [self.texts(part, frame, depth) for part in parts]
                yield from ("".join(each) for each in islice(product(*texts), _MAX_VALUES))
            case ast.FormattedValue(value=value):
                yield from self.texts(value, frame, depth)
            case ast.IfExp() | ast.BoolOp(op=ast.Or()):
                for part in self._decisions.taken(node, frame):
                    yield from self.values(part, frame, depth)
            case ast.BinOp(op=ast.Add() | ast.Mod()):
                yield from self._operation(node, frame, depth)
            case (
                ast.ListComp(elt=element, generators=[generator])
                | ast.GeneratorExp(elt=element, generators=[generator])
            ):
                yield from self._comprehension(element, generator, frame, depth)
            case ast.Call():
                yield from self._called(node, frame, depth)

    def _comprehension(
        self, element: ast.expr, generator: ast.comprehension, frame: Frame | None, depth: int
    ) -> Iterator[Value]:
        """Yield the lists of what an expression is for each element of another list."""
        if not isinstance(generator.target, ast.Name) or generator.ifs:
            return
        names = self._evaluator.names
        for items in self.values(generator.iter, frame, depth):
            made: list[str] = []
            with names.restored():
                for item in items[:_MAX_ITEMS] if isinstance(items, tuple) else ():
                    names.values[generator.target.id] = item
                    value = self._evaluator.value(element)
                    known = isinstance(value, str)
                    made.append(value if known else self.texts(element, frame, depth)[0])
            yield tuple(made)

    def _operation(self, node: ast.BinOp, frame: Frame | None, depth: int) -> Iterator[Value]:
        if isinstance(node.op, ast.Mod):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            yield from self._formatted(node.left, given, frame, depth, "%")
            return
        for first in self.values(node.left, frame, depth):
            for second in self.values(node.right, frame, depth) or [HOLE]:
                yield from _joined(first, second)

    def _named(
        self, node: ast.Name | ast.Attribute, frame: Frame | None, depth: int
    ) -> Iterator[Value]:
        name = dotted(node)
        function = frame.function if frame else None
        if frame and isinstance(node, ast.Name) and name in parameters(frame.function):
            yield from self._parameter(name, frame, depth)
        if loop := self._bindings.looped(function, name):
            self.alternatives |= loop.leaves
            for value in self.values(loop.over, frame, depth):
                yield from value if isinstance(value, tuple) else ()
        added = self._bindings.added(function, name)
        for assigned in self._bindings.assigned(function, name):
            for value in self.values(assigned, frame, depth):
                yield self._extended(value, added, frame, depth)
        value = self._evaluator.value(node)
        if isinstance(value, str) or (
            isinstance(value, tuple) and all(isinstance(each, str) for each in value)
        ):
            yield value

    def _extended(
        self, value: Value, added: Sequence[ast.expr], frame: Frame | None, depth: int
    ) -> Value:
        if isinstance(value, str):
            return value
        more: list[str] = []
        for each in added[:20]:
            first = next(iter(self.values(each, frame, depth)), HOLE)
            more += [first] if isinstance(first, str) else first
        return (*value, *more)

    def _parameter(self, name: str, frame: Frame, depth: int) -> Iterator[Value]:
        found = argument(name, frame)
        if found is None:
            return
        if isinstance(found.given, list):
            yield from self._listed(found.given, found.frame, depth)
        else:
            yield from self.values(found.given, found.frame, depth)

    def _listed(
        self, elements: list[ast.expr], frame: Frame | None, depth: int
    ) -> Iterator[tuple[str, ...]]:
        parts: list[list[tuple[str, ...]]] = []
        for element in elements[:100]:
            if isinstance(element, ast.Starred):
                values = self.values(element.value, frame, depth)
                parts.append([each for each in values if isinstance(each, tuple)] or [(HOLE,)])
            else:
                parts.append([(text,) for text in self.texts(element, frame, depth)])
        for chosen in islice(product(*parts), _MAX_VALUES):
            yield tuple(text for part in chosen for text in part)

    def _called(self, node: ast.Call, frame: Frame | None, depth: int) -> Iterator[Value]:
        name, owner = last(node.func), None
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
        match name, owner, node.args:
            case "split", _, [first, *_] if owner is None or dotted(owner) == "shlex":
                yield from (tuple(text.split()) for text in self.texts(first, frame, depth))
            case "split", ast.expr(), _:
                yield from (tuple(text.split()) for text in self.texts(owner, frame, depth))
            case "format", ast.expr(), given:
                yield from self._formatted(owner, given, frame, depth, "{")
            case "join", ast.Constant(value=str(between)), [joined]:
                for value in self.values(joined, frame, depth):
                    yield between.join(value) if isinstance(value, tuple) else HOLE
            case "strip" | "decode" | "encode", ast.expr(), _:
                yield from self.texts(owner, frame, depth)
            case _, _, [first, *_] if name in _AS_THEY_ARE:
                yield from self.values(first, frame, depth)
            case _ if name in LOOKING:
                # It may be there or not: the script is prepared for both, unless it stops where
                # nothing comes of the function.
                demanded = frame is not None and self._bindings.demanded(frame.function)
                yield from self.texts(node.args[0], frame, depth) if demanded else [HOLE]
            case _:
                value = self._evaluator.value(node)
                if isinstance(value, str):
                    yield value
                elif node.args:
                    # Of a path that is put together, the last part is a file's name.
                    texts = self.texts(node.args[-1], frame, depth)
                    yield from (f"{HOLE}/{text}" for text in texts)

    def _formatted(
        self, template: ast.expr, given: list[ast.expr], frame: Frame | None, depth: int, style: str
    ) -> Iterator[str]:
        """Yield a template (`"%s"` or `"{}"`) with its fields filled in, one after the other."""
        texts = [self.texts(each, frame, depth) for each in given[:10]]
        for text in self.texts(template, frame, depth):
            for chosen in islice(product(*texts), _MAX_VALUES):
                yield _filled(text, chosen, style)


def _filled(template: str, values: tuple[str, ...], style: str) -> str:
    opening, closing = ("%", "sdri") if style == "%" else ("{", "}")
    head, *fields = template.split(opening)
    pieces = [head]
    for at, each in enumerate(fields[:50]):
        end = next((where for where, char in enumerate(each[:40]) if char in closing), None)
        index = each[: end or 0]
        number = int(index) if style == "{" and index.isdecimal() else at
        value = values[number] if number < len(values) else HOLE
        pieces.append(each if end is None else f"{value}{each[end + 1 :]}")
    return "".join(pieces)


def _joined(first: Value, second: Value) -> Iterator[Value]:
    match first, second:
        case str(), str():
            yield first + second
        case tuple(), tuple():
            yield first + second
        case tuple(), str():
            yield (*first, second)
