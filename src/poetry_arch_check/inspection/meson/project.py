"""A Meson project: its statements in the order in which Meson runs them for a target."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.branches import Branches
from poetry_arch_check.inspection.meson.asked import Dependency, Found, Project
from poetry_arch_check.inspection.meson.evaluation import Evaluator
from poetry_arch_check.inspection.meson.syntax import Call, Operation, statements
from poetry_arch_check.inspection.meson.values import UNKNOWN, merged

if TYPE_CHECKING:
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.meson.syntax import Expression, Statement
    from poetry_arch_check.inspection.tree import Tree

_MAX_DEPTH = 40
_MAX_FOLDERS = 500


def read_project(tree: Tree, interpreter: Interpreter) -> Project:
    """Return what the project at the root of `tree` asks for on `interpreter`."""
    reader = _Reader(tree, interpreter)
    reader.read("")
    return reader.project


class _Reader:
    """Runs statements."""

    def __init__(self, tree: Tree, interpreter: Interpreter) -> None:
        self._tree = tree
        self._evaluator = Evaluator(
            tree, interpreter, subdir=self.read, stop=self._demand, sure=self._sure
        )
        self._evaluator.read_options()
        self.project = self._evaluator.project
        self._read: set[str] = set()
        self._branches = Branches()
        self._outer: list[Branches] = []
        # By where it was looked for: what is not there in a branch.
        self._absent: dict[str, Found] = {}

    def read(self, folder: str) -> None:
        """Run the meson.build of a directory."""
        path = normpath(join(folder, "meson.build"))
        if path in self._read or len(self._read) >= _MAX_FOLDERS or path not in self._tree.texts:
            return
        self._read.add(path)
        self._outer.append(self._branches)
        self._branches = Branches()
        above, self._evaluator.folder = self._evaluator.folder, folder
        for statement in statements(self._tree.text(path) or ""):
            if self._evaluator.step():
                break
            self._statement(statement)
        self._branches, self._evaluator.folder = self._outer.pop(), above

    def _statement(self, statement: Statement) -> None:
        branches = self._branches
        match statement.keyword:
            case "if":
                holds = self._evaluator.truth(statement.expression) if self._reached() else False
                absent, present = self._asked_of(statement.expression)
                branches.begin(holds=holds, absent=absent, present=present)
            case "elif" if branches:
                asked = branches.alternative
                branches.otherwise_if(
                    holds=self._evaluator.truth(statement.expression) if asked else False
                )
            case "else" if branches:
                branches.otherwise()
            case "endif" if branches:
                branches.end()
            case "foreach":
                self._evaluator.names[statement.target] = UNKNOWN
            case "" if self._reached() and statement.expression is not None:
                value = self._evaluator.value(statement.expression)
                if statement.target:
                    sure = branches.sure and not statement.added
                    self._evaluator.names[statement.target] = (
                        value
                        if sure
                        else merged(self._evaluator.names.get(statement.target, value), value)
                    )

    def _sure(self) -> bool:
        return self._branches.sure and all(outer.sure for outer in self._outer)

    def _reached(self) -> bool:
        return len(self._branches) < _MAX_DEPTH and self._branches.reached

    def _asked_of(self, expression: Expression | None) -> tuple[str, str]:
        """Return what is not there, and what is, where a condition holds; "" for nothing.

        `not x.found()`, and `x.found()`, of what was looked for in vain.
        """
        match expression:
            case Operation(operator="not", operands=[Call(name="found", owner=owner)]) if owner:
                return self._missed(owner), ""
            case Call(name="found", owner=owner) if owner:
                return "", self._missed(owner)
            case Operation(operator="and", operands=operands):
                absent = (self._asked_of(each)[0] for each in operands)
                return next(filter(None, absent), ""), ""
        return "", ""

    def _missed(self, searched: Expression) -> str:
        match self._evaluator.value(searched):
            case Found(found=False, sought=sought) as found if sought:
                self._absent[repr(sought)] = found
                return repr(sought)
        return ""

    def _demand(self) -> None:
        """Note that the build stops here: what is not there must be."""
        match self._absent.get(self._branches.absent):
            case Found(sought=Dependency() as dependency):
                self.project.dependencies.append(dependency)
            case Found(sought=str(library)):
                self.project.libraries.append(library)
