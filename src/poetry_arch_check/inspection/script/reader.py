"""Reading a build script (`setup.py`, a `build.py` of Poetry's) by its syntax tree.

What is reachable on the target is walked through; nothing is executed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.evaluation import UNKNOWN, Evaluator, Interpreter
from poetry_arch_check.inspection.script.fallbacks import BUILD_METHODS, Fallbacks, builds_nothing
from poetry_arch_check.inspection.script.script import Extension, Script
from poetry_arch_check.inspection.script.syntax import (
    dotted,
    flat,
    is_none,
    last,
    locals_of,
    parse,
    parts,
    texts,
)
from poetry_arch_check.inspection.tree import TreeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.script.modules import Modules
    from poetry_arch_check.inspection.tree import Tree

# Keywords of setup(), and of the dictionaries that are made for it.
_EXTENSION_KEYS = frozenset({"ext_modules", "rust_extensions", "cmake_extensions"})
_CFFI_KEY = "cffi_modules"
# Functions that return extensions.
_EXTENSION_FUNCTIONS = frozenset({"cythonize", "mypycify", "intree_extensions"})
# Of a command, these are called by setuptools; of an object, by Python.
_CALLED_METHODS = frozenset(
    {*BUILD_METHODS, "initialize_options", "finalize_options", "__init__", "__new__", "initialize"}
    | {"clean", "__call__"}
)
_DEFAULTS = frozenset({"initialize_options", "finalize_options", "__init__"})
_SPAWNING = frozenset(
    {"call", "check_call", "check_output", "run", "Popen", "system", "popen", "spawn", "which"}
    | {"find_executable", "getoutput", "getstatusoutput", "execvp"}
)
# Far more than a person writes.
_MOST_STEPS = 300_000
_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit"})
_MUTATIONS = frozenset({"append", "extend", "insert", "update", "add", "setdefault"})


def read_script(
    module: ast.Module,
    interpreter: Interpreter,
    tree: Tree,
    modules: Modules,
    *,
    everything: bool = False,
) -> Script:
    """Return what a script does on `interpreter`; `tree` is what lies beside it.

    `modules` are those that it can import. With `everything`, functions count that the script
    does not call: its caller does. Raises TreeError for a script without end.
    """
    reader = _Reader(module, interpreter, tree, modules)
    try:
        reader.read(everything=everything)
    except RecursionError:
        # As deep as no person nests: nothing is known, so that nothing is missed.
        reader.script.compiles = True
    return reader.script


class _Reader:
    """Walks through what is reachable on the target."""

    def __init__(
        self, module: ast.Module, interpreter: Interpreter, tree: Tree, modules: Modules
    ) -> None:
        self.script = Script()
        self._module = module
        self._tree = tree
        self._evaluator = Evaluator(interpreter, tree.names)
        self._fallbacks = Fallbacks(module, self._evaluator)
        self._importable = modules
        self._waiting: dict[str, list[ast.AST]] = {}
        self._referenced: set[str] = set()
        self._modules: set[str] = set()
        self._lists: dict[str, tuple[str, ...]] = {}
        self._steps = 0

    def read(self, *, everything: bool) -> None:
        self._block(self._module.body, certain=True, guarded=False)
        while waiting := [name for name in self._waiting if everything or name in self._referenced]:
            for name in waiting:
                for node in self._waiting.pop(name):
                    self._enter(node)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TreeError("its build script has no end")

    # --- statements ---

    def _block(self, statements: Iterable[ast.stmt], *, certain: bool, guarded: bool) -> bool:
        """Walk through a block; return whether it surely goes no further."""
        return any(
            self._statement(statement, certain=certain, guarded=guarded) for statement in statements
        )

    def _statement(self, node: ast.stmt, *, certain: bool, guarded: bool) -> bool:
        """Walk through a statement; return whether it surely leaves what it stands in."""
        self._step()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._waiting.setdefault(node.name, []).append(node)
                if isinstance(node, ast.FunctionDef):
                    self._evaluator.functions[node.name] = node
                if isinstance(node, ast.ClassDef):
                    self._expressions(node.bases)
            case ast.If(test=test, body=body, orelse=orelse):
                self._expression(test)
                truth = self._evaluator.truth(test)
                left = False
                if truth is not False:
                    left |= self._block(body, certain=certain and truth is True, guarded=guarded)
                if truth is not True:
                    left |= self._block(orelse, certain=certain and truth is False, guarded=guarded)
                return left
            case ast.Try():
                self._try(node, certain=certain, guarded=guarded)
            case ast.For() | ast.AsyncFor():
                self._expression(node.iter)
                self._forget(node.target)
                if self._evaluator.truth(node.iter) is not False:
                    self._block([*node.body, *node.orelse], certain=False, guarded=guarded)
            case ast.While(test=test, body=body, orelse=orelse):
                self._expression(test)
                self._block([*body, *orelse], certain=False, guarded=guarded)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                self._expressions(item.context_expr for item in items)
                quiet = any(_suppresses(item.context_expr) for item in items)
                return self._block(body, certain=certain and not quiet, guarded=guarded)
            case ast.Return() | ast.Raise():
                self._expressions(
                    child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
                )
                self.script.refuses |= isinstance(node, ast.Raise) and certain and not guarded
                return certain
            case ast.Expr(value=ast.Call(func=func) as call) if dotted(func) in _EXITS:
                self._expression(call)
                self.script.refuses |= certain and not guarded
                return certain
            case ast.Import(names=names):
                for alias in names:
                    self._import(alias.name, guarded=guarded or not certain)
                    if alias.asname:
                        self._evaluator.imported(alias.asname, alias.name)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                self._import(module, guarded=guarded or not certain)
                for alias in names:
                    self._referenced.add(alias.name)
                    self._evaluator.imported(alias.asname or alias.name, f"{module}.{alias.name}")
            case ast.Assign(targets=targets, value=value):
                self._expression(value)
                for target in targets:
                    self._assign(target, value, certain=certain)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._expression(value)
                self._assign(target, value, certain=certain)
            case ast.AugAssign(target=target, value=value):
                self._expression(value)
                if self._evaluator.truth(value) is not False:
                    self._forget(target)
            case _:
                self._expressions(
                    child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
                )
        return False

    def _try(self, node: ast.Try, *, certain: bool, guarded: bool) -> None:
        if self._fallbacks.has_second_setup(node):
            self.script.survives = True
        match self._imports(node.body):
            case True:
                self._block([*node.body, *node.orelse], certain=certain, guarded=guarded)
                self._block(node.finalbody, certain=certain, guarded=guarded)
                return
            case False:
                handlers = [part for handler in node.handlers for part in handler.body]
                self._block([*handlers, *node.finalbody], certain=certain, guarded=guarded)
                return
            case None:
                pass
        self._block(node.body, certain=False, guarded=guarded or bool(node.handlers))
        for handler in node.handlers:
            self._block(handler.body, certain=False, guarded=True)
        self._block([*node.orelse, *node.finalbody], certain=False, guarded=guarded)

    def _imports(self, body: list[ast.stmt]) -> bool | None:
        """Return whether a `try` that does nothing but import succeeds, None if who knows."""
        found: bool | None = True
        for statement in body:
            match statement:
                case ast.Import(names=names):
                    modules = [alias.name for alias in names]
                case ast.ImportFrom(module=str(module), level=0):
                    modules = [module]
                case _:
                    return None
            for module in modules:
                match self._importable.has(module.partition(".")[0]):
                    case False:
                        return False
                    case None:
                        found = None
        return found

    def _import(self, module: str, *, guarded: bool) -> None:
        root = module.partition(".")[0]
        if not guarded:
            self.script.imports.add(root)
        self.script.uses.add(module)
        source = self._tree.texts.get(f"{root}.py")
        if source is None or root in self._modules or root in {"setup", "versioneer"}:
            return
        # A helper beside the script: what the script refers to is looked at there.
        self._modules.add(root)
        if helper := parse(source):
            names = self._evaluator.names
            main = names.get("__name__", UNKNOWN)
            names["__name__"] = root
            self._block(helper.body, certain=True, guarded=guarded)
            names["__name__"] = main

    def _assign(self, target: ast.expr, value: ast.expr, *, certain: bool) -> None:
        match target:
            case ast.Name(id=name):
                known, new = self._evaluator.names.get(name, UNKNOWN), self._evaluator.value(value)
                # What is added later to a list does not take away what was there.
                if isinstance(new, tuple):
                    strings = [part for part in new if isinstance(part, str)]
                    self._lists[name] = (*self._lists.get(name, ()), *strings)
                elif isinstance(value, (ast.List, ast.Tuple)):
                    self._lists[name] = (*self._lists.get(name, ()), *texts(value))
                self._evaluator.names[name] = new if certain or _same(known, new) else UNKNOWN
            case ast.Tuple(elts=targets) if isinstance(value, ast.Tuple) and len(value.elts) == len(
                targets
            ):
                for each, part in zip(targets, value.elts, strict=True):
                    self._assign(each, part, certain=certain)
            case ast.Attribute(value=ast.Name(id="self")):
                name = dotted(target)
                new = self._evaluator.value(value)
                known = self._evaluator.names.get(name, new)
                self._evaluator.names[name] = new if certain or _same(known, new) else UNKNOWN
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                self._keyword(key, value)
                self._forget(target.value)
            case ast.Subscript() | ast.Attribute() | ast.Tuple() | ast.List():
                self._forget(target)

    def _forget(self, target: ast.expr) -> None:
        """Take what `target` holds for unknown."""
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self._evaluator.names[node.id] = UNKNOWN

    def _enter(self, node: ast.AST) -> None:
        """Walk through a function or a class that the script uses."""
        match node:
            case ast.ClassDef(name=name, bases=bases) if builds_nothing(name, bases):
                return
            case ast.ClassDef(body=body):
                if any(last(base).lower().endswith("build_ext") for base in node.bases) or (
                    "buildext" in node.name.lower().replace("_", "")
                ):
                    self.script.survives |= self._fallbacks.has_lenient_builder(node)
                for statement in body:
                    self._statement(statement, certain=False, guarded=True)
                self._defaults(body)
                # The others count where something refers to them.
                self._referenced.update(_CALLED_METHODS)
            case (
                ast.FunctionDef(args=arguments, body=body)
                | ast.AsyncFunctionDef(args=arguments, body=body)
            ):
                before = dict(self._evaluator.names)
                for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    self._evaluator.names[argument.arg] = UNKNOWN
                self._block(body, certain=True, guarded=True)
                # What the function changed of the script's own names is not what it was.
                after, own = self._evaluator.names, locals_of(node)
                for name, value in before.items():
                    after[name] = value if name in own else _merged(value, after[name])

    def _defaults(self, body: Iterable[ast.stmt]) -> None:
        """Take the options of a command for what it sets them to: frontends give it none."""
        names = self._evaluator.names
        for name in [name for name in names if name.startswith("self.")]:
            del names[name]
        for method in body:
            if isinstance(method, ast.FunctionDef) and method.name in _DEFAULTS:
                for part in ast.walk(method):
                    if isinstance(part, ast.Assign):
                        for target in part.targets:
                            if isinstance(target, ast.Attribute):
                                self._assign(target, part.value, certain=False)

    # --- expressions ---

    def _expressions(self, nodes: Iterable[ast.expr]) -> None:
        for node in nodes:
            self._expression(node)

    def _expression(self, node: ast.expr) -> None:
        """Note names, calls and strings, where they are evaluated at all."""
        self._step()
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self._evaluator.truth(test)
                branches = [test]
                if truth is not False:
                    branches.append(body)
                if truth is not True:
                    branches.append(orelse)
                self._expressions(branches)
                return
            case ast.BoolOp(op=ast.And(), values=[first, *rest]):
                self._expression(first)
                if self._evaluator.truth(first) is not False:
                    self._expressions(rest)
                return
            case ast.Name(id=name):
                self._referenced.add(name)
            case ast.Attribute(attr=attribute):
                self._referenced.add(attribute)
                self.script.uses.add(attribute)
            case ast.Constant(value=str(text)):
                self.script.strings.add(text)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self._keyword(key.value, value)
            case ast.Call():
                self._call(node)
        for child in parts(node):
            self._expression(child)

    def _call(self, node: ast.Call) -> None:
        name = last(node.func)
        for keyword in node.keywords:
            if keyword.arg:
                self._keyword(keyword.arg, keyword.value)
        if name.endswith("Extension") or (
            name in _EXTENSION_FUNCTIONS
            and any(isinstance(part, ast.Constant) for part in flat(node.args))
        ):
            self.script.extensions.append(self._extension(name, node))
        elif name in _EXTENSION_FUNCTIONS:
            self.script.compiles = True
        elif name == "set_source" and not is_none(node.args[1:2]):
            self.script.extensions.append(self._extension(name, node))
        elif name in _SPAWNING and node.args:
            first = next((text for text in texts(node.args[0])), "")
            if first.split():
                self.script.programs.add(first.split()[0].rpartition("/")[2])
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in _MUTATIONS
            and any(self._evaluator.truth(argument) is not False for argument in node.args)
        ):
            self._forget(node.func.value)

    def _keyword(self, key: str, value: ast.expr) -> None:
        if self._evaluator.truth(value) is not False:
            self.script.uses.add(key)
        if key == "setup_requires":
            stated = self._evaluator.value(value)
            listed = stated if isinstance(stated, tuple) else self._listed(value)
            self.script.setup_requires.extend(each for each in listed if isinstance(each, str))
        if key not in _EXTENSION_KEYS and key != _CFFI_KEY:
            return
        if self._evaluator.truth(value) is False:
            return
        if key == _CFFI_KEY:
            self.script.cffi.extend(texts(value) or [""])
        else:
            self.script.compiles = True

    def _extension(self, kind: str, node: ast.Call) -> Extension:
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        optional = keywords.get("optional")
        language = keywords.get("language")
        return Extension(
            kind=kind,
            strings=tuple(text for argument in parts(node) for text in self._listed(argument)),
            language=None if language is None else str(self._evaluator.value(language)),
            libraries=self._listed(keywords.get("libraries")),
            optional=optional is not None and self._evaluator.truth(optional) is True,
        )

    def _listed(self, node: ast.expr | None) -> tuple[str, ...]:
        """Return the strings of a list, also of one that has a name."""
        match node:
            case None:
                return ()
            case ast.Name(id=name):
                return self._lists.get(name, ())
            case _:
                return tuple(texts(node))


def _suppresses(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and last(context.func) == "suppress"


def _same(known: object, new: object) -> bool:
    return known is not UNKNOWN and new is not UNKNOWN and known == new


def _merged(before: object, after: object) -> object:
    return before if before is after or _same(before, after) else UNKNOWN
