"""What the compiler reads of a tree: the sources of extension modules, and what they include."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.alternatives import Alternatives, Chains
from poetry_arch_check.inspection.c_sources.events import Sign
from poetry_arch_check.inspection.c_sources.reader import (
    C_SUFFIXES,
    CYTHON_SUFFIXES,
    CSource,
    read_c_source,
)
from poetry_arch_check.inspection.preprocessor import (
    DEFINED,
    UNDEFINED,
    Condition,
    define,
    macros_of,
)
from poetry_arch_check.inspection.tree import is_built
from poetry_arch_check.toolchains.headers import is_system_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.script.script import Extension, Script
    from poetry_arch_check.inspection.tree import Tree

_INTERNAL = ("internal/", "pycore_")
_CXX_SUFFIXES = (".cc", ".cpp", ".cxx", ".mm")
# Where a script puts something into a path.
_PLACE = re.compile(r"%[sdr]|\{\w*\}")
# Directories for Windows: what they have in place of a system's headers, or of what `configure`
# writes.
_FOR_WINDOWS = re.compile(
    r"(?i)(?:^|[/_-])(?:win(?:dows|32|64)?|msvc|mingw|vs|vc)[\d_]*(?:$|[/_-])"
)
# Patterns are compared with every path; no real extension has as many.
_MOST_PATTERNS = 50


@dataclass(slots=True, kw_only=True)
class Compiled:
    """What is surely compiled on a target; each dictionary has the first file by what it has.

    `headers` are those included that are not in the tree, `bundled` those that are, by where they
    are; `uses` names of Python's C API,
    `errors` the texts of `#error` that are reached, `guards` the conditions of those that are
    reached if a macro of a library says so, `values` those of macros. `not_gcc_14` is what is an
    error since GCC 14, `not_cython_3` what Cython 3 refuses. `cython` has the files that Cython
    wrote, by its version, `cxx` those that it writes C++ for; `linked` are libraries that its
    files name. `alternatives` are headers of which the build chooses one.
    """

    headers: dict[str, str] = field(default_factory=dict)
    bundled: dict[str, str] = field(default_factory=dict)
    uses: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    guards: dict[str, str] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    not_gcc_14: dict[str, str] = field(default_factory=dict)
    not_cython_3: dict[str, str] = field(default_factory=dict)
    cython: dict[str, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    cxx: dict[str, str] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    alternatives: list[Alternatives] = field(default_factory=list)


def sources_of(extensions: Iterable[Extension], script: Script | None, tree: Tree) -> Iterator[str]:
    """Yield the sources of `extensions`, and all Cython files where numpy.distutils finds them."""
    yield from (path for each in extensions for path in each.sources)
    if script and any(use.startswith("numpy.distutils") for use in script.uses):
        yield from (name for name in sorted(tree.names) if name.endswith(".pyx") and is_built(name))


def compiled_of(
    sources: Iterable[str], code: Iterable[str], tree: Tree, interpreter: Interpreter
) -> Compiled:
    """Return what is compiled of `sources` (paths), and of `code` (texts in C)."""
    compiler = _Compiler(tree, interpreter)
    for text in code:
        compiler.compile("", read_c_source("code.c", text.encode()))
    for path in compiler.found(sources):
        compiler.compile(path, tree.c_sources.get(path, CSource()))
    compiled = compiler.compiled
    for name, path in compiler.callbacks.items():
        if name in compiler.raising:
            reason = f"passes {name}(), which is not noexcept, to C"
            compiled.not_cython_3.setdefault(reason, path)
    for name, path in compiler.to_pointers.items():
        if name in compiler.pointers:
            reason = f"assigns {name.partition(' ')[0]}() to a variable of another pointer type"
            compiled.not_gcc_14.setdefault(reason, path)
    # What the tree defines itself under that name is not Python's; and the internal headers tell
    # what a frame consists of.
    internal = any(header.startswith(_INTERNAL) for header in compiled.headers)
    compiled.uses = {
        name: path
        for name, path in compiled.uses.items()
        if name not in compiled.defined and not (internal and name.startswith("PyFrameObject."))
    }
    return compiled


class _Compiler:
    """Reads sources as the preprocessor does, each file once."""

    def __init__(self, tree: Tree, interpreter: Interpreter) -> None:
        self.compiled = Compiled()
        self._tree = tree
        self._macros = macros_of(interpreter)
        self._read: set[str] = set()
        self.callbacks: dict[str, str] = {}
        self.raising: set[str] = set()
        self.pointers: set[str] = set()
        self.to_pointers: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        windows = interpreter.sys_platform == "win32"
        for path in sorted(tree.names):
            if not windows and _FOR_WINDOWS.search(dirname(path)):
                continue
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def found(self, sources: Iterable[str]) -> Iterator[str]:
        """Yield the files of the tree that sources name, patterns included."""
        patterns = 0
        for source in sources:
            path = _PLACE.sub("*", normpath(source))
            if path.endswith(".*") and path.count("*") == 1:
                path = f"{path[:-1]}pyx"
            if "*" in path:
                patterns += 1
                if patterns <= _MOST_PATTERNS and path.endswith(C_SUFFIXES + CYTHON_SUFFIXES):
                    yield from sorted(n for n in self._tree.names if fnmatchcase(n, path))
                continue
            # Cython writes the one, or is given the other, which may both be missing.
            stem, dot, suffix = path.rpartition(".")
            others = {"pyx": ("pyx", "c", "cpp"), "c": ("c", "pyx"), "cpp": ("cpp", "pyx")}
            for each in others.get(suffix, (suffix,)):
                if dot and (file := self._one(f"{stem}.{each}")):
                    yield file
                    break

    def _one(self, path: str) -> str:
        """Return the file with this path, or the only one with this end of it, else ""."""
        if path in self._tree.names:
            return path
        ends = [
            each
            for each in self._by_name.get(path.rpartition("/")[2], ())
            if each.endswith(f"/{path}") and is_built(each)
        ]
        return ends[0] if len(ends) == 1 else ""

    def _header(self, path: str, text: str) -> str:
        """Return the file of the tree that a file includes as `text`, "" if it is none."""
        beside = normpath(f"{dirname(path)}/{text}".lstrip("/"))
        if beside in self._tree.names:
            return beside
        return "" if is_system_header(text) else self._one(normpath(text))

    def compile(self, path: str, source: CSource) -> None:
        """Read a source and what it includes."""
        macros = dict(self._macros)
        is_cxx = path.endswith(_CXX_SUFFIXES)
        macros["__cplusplus"] = DEFINED if is_cxx else UNDEFINED
        stack = [self._lines(path, source, macros)]
        while stack:
            included = next(stack[-1], None)
            if included is None:
                stack.pop()
            elif included not in self._read:
                self._read.add(included)
                known = self._tree.c_sources.get(included, CSource())
                stack.append(self._lines(included, known, macros))

    def _lines(self, path: str, source: CSource, macros: dict[str, Any]) -> Iterator[str]:
        """Note what a file has, line by line; yield the files that it includes."""
        found, condition, chains = self.compiled, Condition(), Chains()
        if source.cython:
            found.cython.setdefault(source.cython, path)
        if path.endswith(".pyx"):
            yield from filter(None, [self._one(f"{path[:-4]}.pxd")])
        for sign, text in source.events:
            if sign in {Sign.DEFINE, Sign.UNDEF}:
                define(sign, text, macros, condition)
                name = text.partition(" ")[0]
                found.defined.add(name)
                if isinstance(value := macros.get(name), int):
                    found.values[name] = value
            elif sign in {Sign.IF, Sign.ELIF, Sign.ELSE, Sign.ENDIF}:
                condition.read(sign, text, macros)
                found.alternatives += chains.read(sign, text)
            elif condition.counts is False:
                continue
            elif sign is Sign.WARNING:
                chains.refuse()
            elif condition.counts is None:
                self._unsure(path, sign, text, condition, chains)
            else:
                yield from self._line(path, sign, text)

    def _unsure(
        self, path: str, sign: Sign, text: str, condition: Condition, chains: Chains
    ) -> None:
        """Note a line of which it is not known whether it is compiled."""
        if sign is Sign.ERROR:
            chains.refuse()
            if condition.only_unknown:
                self.compiled.guards.setdefault(condition.only_unknown, path)
        elif sign is Sign.INCLUDE and not self._header(path, text) and not self._named(text):
            chains.include(text)

    def _named(self, header: str) -> bool:
        """Return whether the tree has a file that is called like a header, or that it is made of.

        The latter by `configure` or by CMake, which writes `…_export.h` by itself.
        """
        name = header.rpartition("/")[2]
        exported = name.endswith("_export.h") and "CMakeLists.txt" in self._by_name
        return exported or not self._by_name.keys().isdisjoint((name, f"{name}.in"))

    def _line(self, path: str, sign: Sign, text: str) -> Iterator[str]:
        """Note a line that is compiled; yield what it includes of the tree."""
        match sign:
            case Sign.IMPORT:
                for suffix in (".pxd", "/__init__.pxd", ".pxi"):
                    yield from filter(None, [self._one(f"{text}{suffix}")])
            case Sign.INCLUDE:
                if file := self._header(path, text):
                    self.compiled.bundled.setdefault(text, file)
                    yield file
                elif not self._named(text):
                    self.compiled.headers.setdefault(text, path)
            case _:
                self._note(path, sign, text)

    def _note(self, path: str, sign: Sign, text: str) -> None:
        """Note what code does."""
        match sign:
            case Sign.USE:
                self.compiled.uses.setdefault(text, path)
            case Sign.NO_GCC_14:
                self.compiled.not_gcc_14.setdefault(text, path)
            case Sign.NO_CYTHON_3:
                self.compiled.not_cython_3.setdefault(text, path)
            case Sign.ERROR:
                self.compiled.errors.setdefault(text, path)
            case Sign.CXX:
                self.compiled.cxx.setdefault(path, path)
            case Sign.LINK:
                self.compiled.linked.setdefault(text, path)
            case Sign.CALLBACK:
                self.callbacks.setdefault(text, path)
            case Sign.RAISES:
                self.raising.add(text)
            case Sign.POINTER:
                self.pointers.add(text)
            case Sign.TO_POINTER if not path.endswith(_CXX_SUFFIXES):
                self.to_pointers.setdefault(text, path)
            case _:
                pass
