"""What the names in a build script stand for."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.script.syntax import dotted
from poetry_arch_check.inspection.script.values import UNKNOWN, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Names:
    """The names of a script at one point of it.

    `values` are those of variables, and of attributes by their dotted name (`self.debug`), where
    something was assigned to them: UNKNOWN where it cannot be told what. `functions` are the
    script's own.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self._imported: dict[str, str] = {}
        self._strings: dict[str, tuple[str, ...]] = {}

    def import_as(self, name: str, real: str) -> None:
        """Note that `name` was imported, and is `real` outside of the script (`sys.platform`)."""
        self._imported[name] = real

    def real(self, node: ast.AST) -> str:
        """Return a dotted name as it is outside of the script, "" if `node` is not a name."""
        head, dot, rest = dotted(node).partition(".")
        return f"{self._imported.get(head, head)}{dot}{rest}"

    def assign(self, name: str, value: Any, *, certain: bool, before: Any = UNKNOWN) -> None:
        """Note an assignment; if it is not `certain`, the name keeps its value or is UNKNOWN.

        `before` is the value of a name that nothing was assigned to.
        """
        known = self.values.get(name, before)
        self.values[name] = value if certain or same(known, value) else UNKNOWN

    def forget(self, target: ast.expr) -> None:
        """Note that the names in `target` have changed in a way that cannot be told."""
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.values[node.id] = UNKNOWN

    def forget_texts(self) -> None:
        """Note that code was run that is not read: scripts take texts from it, as their version."""
        texts = [name for name, value in self.values.items() if value is None or value == ""]
        self.values.update(dict.fromkeys(texts, UNKNOWN))

    def forget_attributes(self) -> None:
        """Remove the attributes of `self`: another class begins."""
        for name in [name for name in self.values if name.startswith("self.")]:
            del self.values[name]

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Restore the values at the end of the block: what it assigns is local to it."""
        before = dict(self.values)
        try:
            yield
        finally:
            self.values.clear()
            self.values.update(before)

    def strings(self, name: str) -> tuple[str, ...]:
        """Return all strings of the lists that were assigned to `name`."""
        return self._strings.get(name, ())

    def add_strings(self, name: str, strings: Iterable[str]) -> None:
        """Note the strings of a list; what is assigned later does not remove earlier ones."""
        self._strings[name] = (*self.strings(name), *strings)
