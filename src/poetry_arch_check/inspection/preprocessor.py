"""The preprocessor of C, as far as it can be told from outside: which lines count on a target.

A condition is true, false, or unknown: of macros that neither the target nor the tree defines,
nothing is known, `HAVE_ZLIB_H` above all. Only what is surely compiled counts.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.c_sources.events import Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from poetry_arch_check.inspection.interpreter import Interpreter

# A macro that is not defined, and one that is, with a value that cannot be told.
UNDEFINED = object()
DEFINED = object()

_LINUX = ("__linux__", "__linux", "linux", "__unix__", "__unix", "unix", "__ELF__", "__gnu_linux__")
_APPLE = ("__APPLE__", "__MACH__", "MACOSX", "__clang__")
_WINDOWS = (
    *("_WIN32", "WIN32", "_WIN64", "WIN64", "__WIN32__", "_WINDOWS", "_MSC_VER"),
    *("MS_WIN32", "MS_WIN64", "MS_WINDOWS"),
)
_OTHERS = (
    *("__MINGW32__", "__MINGW64__", "__CYGWIN__", "__FreeBSD__", "__NetBSD__", "__OpenBSD__"),
    *("__DragonFly__", "__sun", "sun", "__sun__", "__SVR4", "__svr4__", "_AIX", "__hpux"),
    *("__HAIKU__", "__BEOS__", "__BORLANDC__", "__WATCOMC__", "__ANDROID__", "__EMSCRIPTEN__"),
    *("__wasi__", "__wasm__", "__VMS", "VMS", "__QNX__", "__sgi", "__osf__", "macintosh"),
)
_GNU = 13


def macros_of(interpreter: Interpreter) -> dict[str, Any]:
    """Return what the compiler and `Python.h` define, and what they do not, on a target."""
    own = {"linux": _LINUX, "darwin": _APPLE, "win32": _WINDOWS}.get(interpreter.sys_platform, ())
    absent = {*_LINUX, *_APPLE, *_WINDOWS, *_OTHERS}.difference(own)
    macros: dict[str, Any] = dict.fromkeys(absent, UNDEFINED) | dict.fromkeys(own, DEFINED)
    macros["__clang__"] = DEFINED if "__clang__" in own else None
    if own is not _WINDOWS and own:
        macros["__GNUC__"] = _GNU
    major, minor, patch = interpreter.version
    macros |= {
        "PY_MAJOR_VERSION": major,
        "PY_MINOR_VERSION": minor,
        "PY_MICRO_VERSION": patch,
        "PY_VERSION_HEX": (major << 24) | (minor << 16) | (patch << 8) | 0xF0,
        "PYPY_VERSION": DEFINED if interpreter.implementation == "pypy" else UNDEFINED,
        "PYPY_VERSION_NUM": DEFINED if interpreter.implementation == "pypy" else UNDEFINED,
        "GRAALVM_PYTHON": DEFINED if interpreter.implementation == "graalpy" else UNDEFINED,
        "Py_GIL_DISABLED": 1 if interpreter.free_threaded else UNDEFINED,
        "Py_LIMITED_API": UNDEFINED,
        "Py_DEBUG": UNDEFINED,
        "Py_TRACE_REFS": UNDEFINED,
        "Py_PYTHON_H": DEFINED,
    }
    return macros


_BY_PYTHON = re.compile(r"\bPY_(?:VERSION_HEX|M(?:AJOR|INOR)_VERSION)\b")


class Condition:
    """Where a file is read: inside which conditions, outermost first.

    Each one is whether its branch counts, whether an earlier branch of it did, and its text.
    """

    def __init__(self) -> None:
        self._open: list[tuple[bool | None, bool | None, str]] = []

    @property
    def counts(self) -> bool | None:
        """Whether what stands here is compiled, None if that is unknown."""
        return _all(truth for truth, _, _ in self._open)

    @property
    def only_unknown(self) -> str:
        """The text of the one condition that is unknown, if all others hold, else ""."""
        unknown = [text for truth, _, text in self._open if truth is None]
        refused = any(truth is False for truth, _, _ in self._open)
        return unknown[0] if len(unknown) == 1 and not refused else ""

    @property
    def refused_by_python(self) -> bool:
        """Whether what stands here is not compiled for the version of Python."""
        return any(truth is False and _BY_PYTHON.search(text) for truth, _, text in self._open)

    def read(self, sign: Sign, text: str, macros: dict[str, Any]) -> None:
        """Enter, change or leave a condition."""
        match sign:
            case Sign.IF:
                truth = evaluate(text, macros)
                self._open.append((truth, truth, text))
            case Sign.ELIF if self._open:
                _, before, _ = self._open[-1]
                truth = evaluate(text, macros)
                self._open[-1] = (_all((_not(before), truth)), _any((before, truth)), text)
            case Sign.ELSE if self._open:
                _, before, test = self._open[-1]
                self._open[-1] = (_not(before), True, f"!({test})")
            case Sign.ENDIF if self._open:
                self._open.pop()
            case _:
                pass


def define(sign: Sign, text: str, macros: dict[str, Any], condition: Condition) -> None:
    """Note a definition, or its end; one that may count makes its macro unknown.

    What is defined for other Pythons alone is not defined: nobody gives it to the compiler.
    """
    name, _, value = text.partition(" ")
    if condition.counts is False:
        if condition.refused_by_python:
            macros.setdefault(name, UNDEFINED)
        return
    new = UNDEFINED if sign is Sign.UNDEF else _literal(value)
    macros[name] = new if condition.counts else None


def _literal(value: str) -> Any:
    """Return the value of a macro: a number, or that it is defined."""
    number = _number(value.strip("() \t"))
    return DEFINED if number is None else number


_TOKEN = re.compile(r"\s*(\w+|&&|\|\||[!<>=]=|<<|>>|.)", re.DOTALL)
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,18})[uUlL]{0,3}")
_MAX_DEPTH = 40
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("+", "-"),
    ("*",),
)


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    octal = re.fullmatch("0[0-7]+", match[1])
    return int(match[1], 8) if octal else int(match[1], 16 if "x" in match[1].lower() else 10)


def evaluate(condition: str, macros: dict[str, Any]) -> bool | None:
    """Return whether a condition of `#if` holds, None if that cannot be told."""
    tokens = [match[1] for match in _TOKEN.finditer(condition)]
    parser = _Parser(tokens, macros)
    value = parser.level(0, 0)
    if value is None or not parser.at_end:
        return None
    return value != 0


class _Parser:
    """Evaluates the tokens of a condition; None is unknown."""

    def __init__(self, tokens: list[str], macros: dict[str, Any]) -> None:
        self._tokens = tokens
        self._macros = macros
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._tokens)

    def _next(self) -> str:
        token = "" if self.at_end else self._tokens[self._at]
        self._at += 1
        return token

    def level(self, level: int, depth: int) -> int | None:
        if level == len(_LEVELS):
            return self._unary(depth)
        value = self.level(level + 1, depth)
        while not self.at_end and self._tokens[self._at] in _LEVELS[level]:
            sign = self._next()
            value = _combined(sign, value, self.level(level + 1, depth))
        return value

    def _unary(self, depth: int) -> int | None:
        word = self._next()
        if depth > _MAX_DEPTH:
            self._at = len(self._tokens) + 1
            return None
        match word:
            case "!" | "-":
                value = self._unary(depth + 1)
                return value if value is None else int(not value) if word == "!" else -value
            case "(":
                value = self.level(0, depth + 1)
                self._next()
                return value
            case "defined":
                return self._defined()
        number = _number(word)
        return self._macro(word) if number is None else number

    def _defined(self) -> int | None:
        name = self._next()
        if name == "(":
            name = self._next()
            self._next()
        value = self._macros.get(name)
        return None if value is None else int(value is not UNDEFINED)

    def _macro(self, name: str) -> int | None:
        if not self.at_end and self._tokens[self._at] == "(":
            # A macro with arguments: nothing is known of it.
            depth = 0
            while not self.at_end:
                depth += {"(": 1, ")": -1}.get(self._next(), 0)
                if depth == 0:
                    break
            return None
        value = self._macros.get(name)
        if value is UNDEFINED:
            return 0
        return value if isinstance(value, int) else None


_OPERATORS: Mapping[str, Callable[[int, int], int]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "&&": lambda left, right: bool(left and right),
    "||": lambda left, right: bool(left or right),
}


def _combined(sign: str, left: int | None, right: int | None) -> int | None:
    """Return the value of two operands; what one of them decides, the other need not."""
    if sign == "&&" and 0 in {left, right}:
        return 0
    if sign == "||" and (left or right):
        return 1
    if left is None or right is None:
        return None
    return int(_OPERATORS[sign](left, right))


def _not(value: bool | None) -> bool | None:  # noqa: FBT001 - a truth value
    return None if value is None else not value


def _all(values: Iterable[bool | None]) -> bool | None:
    truths = list(values)
    if False in truths:
        return False
    return None if None in truths else True


def _any(values: Iterable[bool | None]) -> bool | None:
    truths = list(values)
    if True in truths:
        return True
    return None if None in truths else False
