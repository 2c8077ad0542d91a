"""Variables of a CMake project, as far as their values are written out, and conditions."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from poetry_arch_check.inspection.cmake.syntax import Argument
    from poetry_arch_check.inspection.interpreter import Interpreter

# A value that is longer becomes unknown: a project could double one at each step.
_MAX_LENGTH = 10_000
_MAX_TERMS = 100
_REFERENCE = re.compile(r"\$\{([\w.+/-]+)\}|\$<|\$ENV\{|@\w+@")
_FALSE = re.compile(r"(?i)0|off|no|false|n|ignore|notfound|.*-notfound|")
_TRUE = re.compile(r"(?i)1|on|yes|true|y|-?(?:0*[1-9]\d*)(?:\.\d*)?")
# Set by CMake itself, or by modules that are not read.
_SET_ELSEWHERE = re.compile(
    r"(?i).*_found$|.*version.*|cmake_.*|python.*|skbuild.*|.*_(?:dirs?|librar(?:y|ies)|executable)$"
)
_BINARY = frozenset(
    {"STREQUAL", "EQUAL", "LESS", "GREATER", "LESS_EQUAL", "GREATER_EQUAL", "MATCHES", "IN_LIST"}
    | {"STRLESS", "STRGREATER", "IS_NEWER_THAN", "PATH_EQUAL"}
    | {"VERSION_LESS", "VERSION_GREATER", "VERSION_EQUAL"}
    | {"VERSION_LESS_EQUAL", "VERSION_GREATER_EQUAL"}
)
_UNARY = frozenset({"DEFINED", "EXISTS", "TARGET", "COMMAND", "POLICY", "TEST", "IS_DIRECTORY"})


def platform_variables(interpreter: Interpreter) -> dict[str, str]:
    """Return what CMake says of the system, by cmake-variables(7)."""
    windows, mac = interpreter.sys_platform == "win32", interpreter.sys_platform == "darwin"
    absent = ("ANDROID", "IOS", "MINGW", "MSYS", "CYGWIN", "BORLAND", "EMSCRIPTEN", "WINCE")
    return {
        **dict.fromkeys(absent, ""),
        "WIN32": "1" if windows else "",
        "MSVC": "1" if windows else "",
        "APPLE": "1" if mac else "",
        "UNIX": "" if windows else "1",
        "LINUX": "1" if interpreter.sys_platform == "linux" else "",
        "CMAKE_SYSTEM_NAME": interpreter.system,
        "CMAKE_HOST_SYSTEM_NAME": interpreter.system,
        "CMAKE_SYSTEM_PROCESSOR": interpreter.machine,
        "CMAKE_SIZEOF_VOID_P": "8",
        "SKBUILD": "1",
    }


def set_elsewhere(name: str) -> bool:
    """Return whether CMake sets a variable itself, or a module that is not read."""
    return _SET_ELSEWHERE.fullmatch(name) is not None


class Variables:
    """Values by name, None where a value is not known.

    `mentioned` are names that some command got as an argument: it may have set them.
    """

    def __init__(self, values: Mapping[str, str | None]) -> None:
        self.values: dict[str, str | None] = dict(values)
        self.mentioned: set[str] = set()

    def expanded(self, argument: Argument) -> str | None:
        """Return what an argument stands for, None where that is not known."""
        text = argument.text
        for _ in range(4):
            references = list(_REFERENCE.finditer(text))
            if not references:
                return text
            pieces, at, length = [], 0, len(text)
            for reference in references:
                value = self.value(reference[1]) if reference[1] else None
                if value is None or (length := length + len(value)) > _MAX_LENGTH:
                    return None
                pieces += [text[at : reference.start()], value]
                at = reference.end()
            text = "".join(pieces) + text[at:]
        return None

    def words(self, arguments: Iterable[Argument]) -> list[str]:
        """Return the arguments with lists taken apart, without those that are not known."""
        found: list[str] = []
        for argument in arguments:
            value = self.expanded(argument)
            if value is None:
                continue
            found += [value] if argument.quoted else [each for each in value.split(";") if each]
        return found

    def separate(self, arguments: Iterable[Argument]) -> list[str | None]:
        """Return the arguments with lists taken apart, None for each that is not known."""
        found: list[str | None] = []
        for argument in arguments:
            value = self.expanded(argument)
            if value is None or argument.quoted:
                found.append(value)
            else:
                found += [each for each in value.split(";") if each]
        return found

    @contextmanager
    def bound(self, values: Mapping[str, str | None]) -> Iterator[None]:
        """Let the names of a function's arguments stand for them."""
        before = {name: self.values[name] for name in values if name in self.values}
        self.values.update(values)
        try:
            yield
        finally:
            for name in values:
                self.values.pop(name, None)
            self.values.update(before)

    def value(self, name: str) -> str | None:
        """Return a variable's value: one that nothing sets is empty."""
        if name in self.values:
            return self.values[name]
        return None if name in self.mentioned or set_elsewhere(name) else ""

    def holds(self, arguments: Sequence[Argument], exists: Callable[[str], bool]) -> bool | None:
        """Return whether the condition of an `if()` holds, None where that is not known."""
        if len(arguments) > _MAX_TERMS:
            return None
        return _Condition(self, arguments, exists).value()


class _Condition:
    """A condition, by cmake-commands(7): `NOT` before `AND` before `OR`."""

    def __init__(
        self, variables: Variables, arguments: Sequence[Argument], exists: Callable[[str], bool]
    ) -> None:
        self._variables = variables
        self._arguments = arguments
        self._exists = exists
        self._at = 0

    def value(self) -> bool | None:
        return self._or()

    def _next(self, *words: str) -> bool:
        """Take the next argument if it is one of `words`."""
        if self._at < len(self._arguments):
            argument = self._arguments[self._at]
            if not argument.quoted and argument.text in words:
                self._at += 1
                return True
        return False

    def _or(self) -> bool | None:
        value = self._and()
        while self._next("OR"):
            other = self._and()
            value = True if value or other else (None if None in (value, other) else False)
        return value

    def _and(self) -> bool | None:
        value = self._not()
        while self._next("AND"):
            other = self._not()
            value = False if False in (value, other) else (None if None in (value, other) else True)
        return value

    def _not(self) -> bool | None:
        negated = False
        while self._next("NOT"):
            negated = not negated
        value = self._term()
        return value if value is None or not negated else not value

    def _term(self) -> bool | None:
        if self._next("("):
            value = self._or()
            self._next(")")
            return value
        if self._at >= len(self._arguments):
            return None
        first = self._arguments[self._at]
        self._at += 1
        if not first.quoted and first.text in _UNARY and self._at < len(self._arguments):
            operand = self._arguments[self._at]
            self._at += 1
            return self._unary(first.text, operand)
        if self._at + 1 < len(self._arguments) and self._arguments[self._at].text in _BINARY:
            operator, other = self._arguments[self._at : self._at + 2]
            self._at += 2
            return _compared(self._operand(first), operator.text, self._operand(other))
        return self._truth(first)

    def _unary(self, operator: str, operand: Argument) -> bool | None:
        text = self._variables.expanded(operand)
        match operator:
            case "EXISTS" | "IS_DIRECTORY" if text and not text.startswith(("/", "~")):
                return self._exists(text)
            case "DEFINED" if text and not text.startswith("ENV{"):
                value = self._variables.value(text)
                return None if value is None else text in self._variables.values
            case "DEFINED":
                return False
            case _:
                return None

    def _operand(self, argument: Argument) -> str | None:
        text = self._variables.expanded(argument)
        if text is None or argument.quoted or text not in self._variables.values:
            return text
        return self._variables.values[text]

    def _truth(self, argument: Argument) -> bool | None:
        text = self._variables.expanded(argument)
        if text is None:
            return None
        if _TRUE.fullmatch(text):
            return True
        if _FALSE.fullmatch(text) or argument.quoted:
            return False
        value = self._variables.value(text)
        return None if value is None else not _FALSE.fullmatch(value)


def _compared(left: str | None, operator: str, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    match operator:
        case "STREQUAL":
            return left == right
        case "MATCHES":
            # Expressions that are more than alternatives of words are not evaluated.
            words = right.strip("()^$").split("|")
            plain = all(re.fullmatch(r"[\w. -]+", word) for word in words)
            return any(word in left for word in words) if plain else None
        case "EQUAL" if left.isdecimal() and right.isdecimal():
            return left.lstrip("0") == right.lstrip("0")
        case "VERSION_LESS" | "VERSION_GREATER" | "VERSION_EQUAL" | "VERSION_GREATER_EQUAL":
            return _versions(left, operator, right)
        case _:
            return None


def _versions(left: str, operator: str, right: str) -> bool | None:
    try:
        first, second = Version(left), Version(right)
    except InvalidVersion:
        return None
    match operator:
        case "VERSION_LESS":
            return first < second
        case "VERSION_GREATER":
            return first > second
        case "VERSION_EQUAL":
            return first == second
        case _:
            return first >= second
