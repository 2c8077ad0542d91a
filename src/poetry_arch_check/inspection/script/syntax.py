"""Helpers for Python's syntax trees."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.errors import TreeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def parse(source: bytes) -> ast.Module | None:
    """Return the syntax tree of a script, None where it is not Python 3.

    Raises TreeError for a script that is nested too deeply.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError):
        raise TreeError("limit exceeded: its build script is too deeply nested") from None


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for names and attributes of names, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def last(node: ast.expr) -> str:
    """Return the last part of a dotted name (`c` of `a.b.c`), "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the direct subexpressions of `node`."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.expr():
                yield child
            case ast.keyword(value=value):
                yield value
            case ast.comprehension(iter=iterable, ifs=conditions):
                yield iterable
                yield from conditions


def expressions_of(statement: ast.stmt) -> list[ast.expr]:
    """Return the expressions that a statement consists of."""
    return [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.expr)]


def texts(node: ast.AST) -> list[str]:
    """Return the string constants in `node`, in the order of the source."""
    found = [
        part
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    found.sort(key=lambda part: (part.lineno, part.col_offset))
    return [str(part.value) for part in found]


def flat(nodes: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Yield `nodes`, with the elements of lists and tuples in place of those."""
    for node in nodes:
        if isinstance(node, (ast.List, ast.Tuple)):
            yield from node.elts
        else:
            yield node


def locals_of(node: ast.AST) -> set[str]:
    """Return the local names of a function: its arguments, and what it assigns to."""
    shared = {
        name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names
    }
    own = {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    own |= {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return own - shared


def is_none(arguments: list[ast.expr]) -> bool:
    """Return whether one of `arguments` is None."""
    return any(isinstance(each, ast.Constant) and each.value is None for each in arguments)
