"""What a build script tells its build system: calls, keywords and extension modules."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.arguments import Decisions
from poetry_arch_check.inspection.script.bindings import Bindings
from poetry_arch_check.inspection.script.commands import STARTING, Commands
from poetry_arch_check.inspection.script.position import Tolerance
from poetry_arch_check.inspection.script.possible import LOOKING, Possible
from poetry_arch_check.inspection.script.script import Extension
from poetry_arch_check.inspection.script.sources import sources_of
from poetry_arch_check.inspection.script.syntax import (
    dotted,
    flat,
    is_none,
    last,
    parts,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poetry_arch_check.inspection.script.evaluation import Evaluator
    from poetry_arch_check.inspection.script.position import Function, Position
from poetry_arch_check.inspection.script.script import Script

# Keywords of setup(), and of the dictionaries that are made for it.
_EXTENSION_KEYS = frozenset({"ext_modules", "rust_extensions", "cmake_extensions"})
_CFFI_KEY = "cffi_modules"
# Functions that return extensions.
_EXTENSION_FUNCTIONS = frozenset({"cythonize", "mypycify", "intree_extensions"})
# The attributes of a command, and of a distribution, that have the extension modules.
_BUILT = frozenset({"extensions", "ext_modules"})
_MUTATIONS = frozenset({"append", "extend", "insert", "update", "add", "setdefault"})


@dataclass(frozen=True, slots=True)
class _Link:
    """Libraries that are linked to an extension, or (None) to one that is told elsewhere."""

    value: ast.expr
    within: Function | None
    certain: bool
    extension: Extension | None = None


class SetupArguments:
    """Notes in `script` what calls and keywords say of the build.

    A keyword counts wherever it stands: scripts collect the arguments of setup() in dictionaries.
    """

    def __init__(self, script: Script, evaluator: Evaluator, position: Position) -> None:
        self._script = script
        self._evaluator = evaluator
        self._position = position
        self.bindings = Bindings()
        self._possible = Possible(self.bindings, evaluator)
        self._decisions = Decisions(self.bindings, evaluator)
        self._commands = Commands(self.bindings, self._possible)
        self._linking: list[_Link] = []

    def finish(self) -> None:
        """Note what is told when all is read: command lines, and libraries that are linked."""
        self._script.started.extend(self._commands.started())
        for link in self._linking:
            sure = link.certain and self.bindings.sure(link.within, link.value)
            frames = list(self.bindings.frames(link.within))
            names = set[str]().union(*(self._possible.members(link.value, f) for f in frames))
            if link.extension is not None:
                left_out = [self._decisions.left_out(link.value, frame) for frame in frames]
                never = set.intersection(*left_out) - names if left_out else set[str]()
                known = dict.fromkeys((*link.extension.libraries, *sorted(names)))
                link.extension.libraries = tuple(each for each in known if each not in never)
                link.extension.sure = frozenset(names if sure else ())
            elif sure and not self.bindings.doubtful(link.within):
                self._script.linked |= names

    def call(self, node: ast.Call) -> None:
        """Note a call: an extension module, a process that is started, a list that changes."""
        name = last(node.func)
        self._script.takes_out |= takes_out(node)
        position = self._position
        self.bindings.call(node, position)
        names = self._evaluator.names
        self._commands.note(
            node, names.real(node.func), self._position, own=name in names.functions
        )
        for keyword in node.keywords:
            if keyword.arg == "libraries" and name == "setup":
                self._script.built |= {text for text in texts(keyword.value) if text.isidentifier()}
            elif keyword.arg and not (keyword.arg == "libraries" and name.endswith("Extension")):
                self.keyword(keyword.arg, keyword.value)
        if name.endswith("Extension") or (
            name in _EXTENSION_FUNCTIONS
            and any(isinstance(part, ast.Constant) for part in flat(node.args))
        ):
            self._script.extensions.append(self._extension(name, node))
        elif name in _EXTENSION_FUNCTIONS:
            self._script.compiles = True
        elif name == "set_source" and not is_none(node.args[1:2]):
            self._script.extensions.append(self._extension(name, node))
        elif name == "exec" and dotted(node.func) == "exec":
            for namespace in node.args[1:]:
                names.forget(namespace)
            if not node.args[1:]:
                names.forget_texts()
        elif name in STARTING and Tolerance.MISSING not in position.tolerance:
            self._program(node)
        if isinstance(node.func, ast.Attribute):
            self._changed(node.func, node.args)

    def _changed(self, method: ast.Attribute, arguments: list[ast.expr]) -> None:
        """Note a method that is called: what a list gains."""
        if method.attr in _MUTATIONS and any(
            self._evaluator.truth(argument) is not False for argument in arguments
        ):
            self._evaluator.names.forget(method.value)
            self.add(method.value, method.attr, arguments)

    def demand(self, node: ast.expr) -> None:
        """Note what an expression looks for, directly or by a name.

        The script stops where it is not found: programs, and what its functions return.
        """
        for part in ast.walk(node):
            calls: Sequence[ast.expr] = [part] if isinstance(part, ast.Call) else []
            if isinstance(part, ast.Name):
                calls = self.bindings.assigned(self._position.within, part.id)
            for call in calls:
                if isinstance(call, ast.Call):
                    self.bindings.demand(call)
                    if last(call.func) in LOOKING:
                        self._program(call)

    def _program(self, node: ast.Call) -> None:
        words = next(iter(texts(node.args[0])), "").split() if node.args else []
        if words:
            self._script.programs.add(words[0].rpartition("/")[2])

    def add(self, target: ast.expr, method: str, arguments: list[ast.expr]) -> None:
        """Note what is added to a list, if that is certain: else it depends on the machine."""
        if method in {"append", "extend", "insert"} and self._position.certain:
            self.bindings.add(self._position.within, target, arguments[-1])
            if last(target) == "libraries" and isinstance(target, ast.Attribute):
                self._linking.append(self._link(arguments[-1]))

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """Note the libraries that a command, or an extension, is given for those it had."""
        if (
            self._position.certain
            and isinstance(target, ast.Attribute)
            and last(target) == "libraries"
        ):
            self._linking.append(self._link(value))

    def _link(self, value: ast.expr, extension: Extension | None = None) -> _Link:
        return _Link(value, self._position.within, self._position.certain, extension)

    def keyword(self, key: str, value: ast.expr) -> None:
        """Note a keyword argument, or an item of a dictionary."""
        given = self._evaluator.truth(value) is not False
        if given:
            self._script.uses.add(key)
        if key == "setup_requires":
            stated = self._evaluator.value(value)
            listed = stated if isinstance(stated, tuple) else self._strings(value)
            self._script.setup_requires.extend(each for each in listed if isinstance(each, str))
        elif key == _CFFI_KEY and given:
            self._script.cffi.extend(texts(value) or [""])
        elif key in _EXTENSION_KEYS and given:
            self._script.compiles = True
        elif key == "libraries" and given:
            self._linking.append(self._link(value))

    def _spread(self, node: ast.Call) -> ast.Call:
        """Return a call with the items of a dictionary in place of its name: `f(**options)`."""
        keywords: list[ast.keyword] = []
        for keyword in node.keywords:
            named = keyword.value if keyword.arg is None else None
            assigned = self.bindings.assigned(self._position.within, dotted(named or node))
            match assigned if named else ():
                case [ast.Dict(keys=keys, values=values)]:
                    keywords += [
                        ast.keyword(arg=key.value, value=value)
                        for key, value in zip(keys, values, strict=True)
                        if isinstance(key, ast.Constant) and isinstance(key.value, str)
                    ]
                case [ast.Call(func=ast.Name(id="dict"), args=[], keywords=given)]:
                    keywords += given
                case _:
                    keywords.append(keyword)
        return ast.Call(func=node.func, args=node.args, keywords=keywords)

    def _extension(self, kind: str, node: ast.Call) -> Extension:
        node = self._spread(node)
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        optional = keywords.get("optional")
        language = keywords.get("language")
        found = Extension(
            kind=kind,
            strings=tuple(text for argument in parts(node) for text in self._strings(argument)),
            language=None if language is None else str(self._evaluator.value(language)),
            libraries=self._strings(keywords.get("libraries")),
            optional=optional is not None and self._evaluator.truth(optional) is True,
            sources=() if kind == "set_source" else sources_of(node, self._evaluator),
            code="\n".join(texts(node.args[1])) if kind == "set_source" and node.args[1:] else "",
        )
        if "libraries" in keywords:
            self._linking.append(self._link(keywords["libraries"], found))
        return found

    def _strings(self, node: ast.expr | None) -> tuple[str, ...]:
        """Return the strings of a list, also of one that has a name."""
        match node:
            case None:
                return ()
            case ast.Name(id=name):
                return self._evaluator.names.strings(name)
            case _:
                return tuple(texts(node))


def takes_out(node: ast.AST) -> bool:
    """Return whether a part of a script removes an extension module from those to be built."""
    match node:
        case ast.Call(func=ast.Attribute(attr="remove" | "pop", value=target)):
            return last(target) in _BUILT
        case ast.Delete(targets=[ast.Subscript(value=target)]):
            return last(target) in _BUILT
        case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.ListComp(generators=made)):
            return name in _BUILT and any(each.ifs for each in made)
    return False
