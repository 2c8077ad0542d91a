"""The imports of a build script: which succeed, and which bring in a helper beside it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.syntax import parse
from poetry_arch_check.inspection.tree import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.script.script import Script
    from poetry_arch_check.inspection.tree import Tree

# Files beside a script that are not read as helpers: the script itself, and a large one that
# compiles nothing.
_NOT_HELPERS = frozenset({"setup", "versioneer"})
# Larger modules of a package are not about its build.
_MAX_HELPER = 64 << 10


class Imports:
    """Notes in `script` what it imports.

    `tree` has the files beside the script, `modules` are those that it can import.
    """

    def __init__(self, script: Script, tree: Tree, modules: Modules) -> None:
        self._script = script
        self._tree = tree
        self._modules = modules
        self._helpers: set[str] = set()
        self._folders = {path.partition("/")[0] for path in tree.texts if path.endswith(".py")}

    def note(self, module: str, names: Collection[str], *, guarded: bool) -> Iterator[ast.Module]:
        """Note an import; yield the helpers that it brings in for the first time.

        `names` are those of `from module import names`. `guarded` says that the script goes on if
        the import fails.
        """
        root = module.partition(".")[0]
        if not guarded:
            self._script.imports.add(root)
            self._script.asked |= {module, *(f"{module}.{name}" for name in names)}
        self._script.uses.add(module)
        path = module.replace(".", "/")
        files = [f"{path}.py", f"{path}/__init__.py", *(f"{path}/{name}.py" for name in names)]
        # Scripts add directories to the paths where modules are looked for.
        folders = self._folders & self._script.strings
        files += [f"{folder}/{path}.py" for folder in sorted(folders)]
        for file in files:
            source = self._tree.texts.get(file)
            if source is None or file in self._helpers or root in _NOT_HELPERS:
                continue
            self._helpers.add(file)
            if len(source) <= (_MAX_HELPER if "/" in file else MAX_TEXT) and (
                helper := parse(source)
            ):
                yield helper

    def succeed(self, body: list[ast.stmt]) -> bool | None:
        """Return whether the statements, all of them imports, succeed.

        None where that cannot be told, and where there are other statements.
        """
        found: bool | None = True
        for statement in body:
            match statement:
                case ast.Import(names=names):
                    modules = [alias.name for alias in names]
                case ast.ImportFrom(module=str(module), names=names, level=0):
                    modules = [module, *(f"{module}.{alias.name}" for alias in names)]
                case _:
                    return None
            for module in modules:
                match self._modules.has_inside(module):
                    case False:
                        return False
                    case None:
                        found = None
        return found
