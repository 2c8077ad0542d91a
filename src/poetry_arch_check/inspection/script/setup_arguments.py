"""What a build script tells its build system: calls, keywords and extension modules."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.script import Extension
from poetry_arch_check.inspection.script.syntax import flat, is_none, last, parts, texts

if TYPE_CHECKING:
    from poetry_arch_check.inspection.script.evaluation import Evaluator
    from poetry_arch_check.inspection.script.script import Script

# Keywords of setup(), and of the dictionaries that are made for it.
_EXTENSION_KEYS = frozenset({"ext_modules", "rust_extensions", "cmake_extensions"})
_CFFI_KEY = "cffi_modules"
# Functions that return extensions.
_EXTENSION_FUNCTIONS = frozenset({"cythonize", "mypycify", "intree_extensions"})
_SPAWNING = frozenset(
    {"call", "check_call", "check_output", "run", "Popen", "system", "popen", "spawn", "which"}
    | {"find_executable", "getoutput", "getstatusoutput", "execvp"}
)
_MUTATIONS = frozenset({"append", "extend", "insert", "update", "add", "setdefault"})


class SetupArguments:
    """Notes in `script` what calls and keywords say of the build.

    A keyword counts wherever it stands: scripts collect the arguments of setup() in dictionaries.
    """

    def __init__(self, script: Script, evaluator: Evaluator) -> None:
        self._script = script
        self._evaluator = evaluator

    def call(self, node: ast.Call) -> None:
        """Note a call: an extension module, a process that is started, a list that changes."""
        name = last(node.func)
        for keyword in node.keywords:
            if keyword.arg:
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
        elif name in _SPAWNING and node.args:
            first = next(iter(texts(node.args[0])), "")
            if first.split():
                self._script.programs.add(first.split()[0].rpartition("/")[2])
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in _MUTATIONS
            and any(self._evaluator.truth(argument) is not False for argument in node.args)
        ):
            self._evaluator.names.forget(node.func.value)

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

    def _extension(self, kind: str, node: ast.Call) -> Extension:
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        optional = keywords.get("optional")
        language = keywords.get("language")
        return Extension(
            kind=kind,
            strings=tuple(text for argument in parts(node) for text in self._strings(argument)),
            language=None if language is None else str(self._evaluator.value(language)),
            libraries=self._strings(keywords.get("libraries")),
            optional=optional is not None and self._evaluator.truth(optional) is True,
        )

    def _strings(self, node: ast.expr | None) -> tuple[str, ...]:
        """Return the strings of a list, also of one that has a name."""
        match node:
            case None:
                return ()
            case ast.Name(id=name):
                return self._evaluator.names.strings(name)
            case _:
                return tuple(texts(node))
