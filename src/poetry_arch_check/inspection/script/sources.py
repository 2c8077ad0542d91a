"""The source files of an extension module, as far as a build script tells them."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.syntax import last, texts
from poetry_arch_check.inspection.script.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.inspection.script.evaluation import Evaluator


def sources_of(call: ast.Call, evaluator: Evaluator) -> tuple[str, ...]:
    """Return the paths that a call like `Extension(name, sources)` surely compiles.

    Also one like `cythonize(sources)`; the extensions in a list tell for themselves.
    """
    if last(call.func) in _OF_SOURCES:
        return tuple(path for each in call.args[:1] for path in _listed(each))
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    node = keywords.get("sources") or next(iter(call.args[1:2]), None)
    if node is None:
        return ()
    return tuple(dict.fromkeys(_paths(node, evaluator)))


_OF_SOURCES = frozenset({"cythonize"})


def _listed(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(path)):
            yield path
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                yield from _listed(element)


def _paths(node: ast.expr, evaluator: Evaluator) -> Iterator[str]:
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                yield from _paths(element, evaluator)
        case ast.BinOp(op=ast.Add(), left=ast.List() | ast.Name() as left, right=right):
            yield from _paths(left, evaluator)
            yield from _paths(right, evaluator)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(pattern))):
            value = evaluator.value(node)
            yield value if isinstance(value, str) else pattern
        case ast.BinOp(op=ast.Add(), left=left, right=ast.Name()) if (
            isinstance(stem := evaluator.value(left), str) and evaluator.value(node) is UNKNOWN
        ):
            # The ending, which depends on whether there is Cython.
            yield f"{stem}.*"
        case ast.Starred(value=value):
            yield from _paths(value, evaluator)
        case _:
            match evaluator.value(node):
                case str() | PurePosixPath() as path:
                    yield str(path)
                case tuple() as several:
                    yield from (
                        str(each) for each in several if isinstance(each, (str, PurePosixPath))
                    )
                case _ if isinstance(node, ast.Name):
                    yield from evaluator.names.strings(node.id)
                case _ if isinstance(node, ast.Call):
                    # The path may be told by its last part: os.path.join(here, "a.c").
                    yield from texts(node)[-1:]
