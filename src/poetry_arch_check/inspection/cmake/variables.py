"""Variables of a CMake project, as far as their values are written out."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from poetry_arch_check.inspection.cmake.syntax import Argument
    from poetry_arch_check.inspection.interpreter import Interpreter

# A value that is longer becomes unknown: a project could double one at each step.
_MAX_LENGTH = 10_000
_REFERENCE = re.compile(r"\$\{([\w.+/-]+)\}|\$<|\$ENV\{|@\w+@")
# Set by CMake itself, or by modules that are not read.
_SET_ELSEWHERE = re.compile(
    r"(?i).*_found$|.*version.*|cmake_.*|python.*|skbuild.*|.*_(?:dirs?|librar(?:y|ies)|executable)$"
)


# What CMake says of systems: set on some, on others not at all (cmake-variables(7)).
_SYSTEMS = {
    "win32": ("WIN32", "MSVC"),
    "darwin": ("APPLE", "UNIX"),
    "linux": ("LINUX", "UNIX"),
    "": ("ANDROID", "IOS", "MINGW", "MSYS", "CYGWIN", "BORLAND", "EMSCRIPTEN", "WINCE"),
}
_OF_SYSTEMS = frozenset(name for names in _SYSTEMS.values() for name in names)


def platform_variables(interpreter: Interpreter) -> dict[str, str]:
    """Return what CMake says of the system, "" where it says nothing, by cmake-variables(7)."""
    own = _SYSTEMS.get(interpreter.sys_platform, ("UNIX",))
    return {
        **{name: "1" if name in own else "" for name in sorted(_OF_SYSTEMS)},
        "CMAKE_SYSTEM_NAME": interpreter.system,
        "CMAKE_HOST_SYSTEM_NAME": interpreter.system,
        "CMAKE_SYSTEM_PROCESSOR": interpreter.machine,
        "CMAKE_SIZEOF_VOID_P": "8",
        "SKBUILD": "1",
    }


def is_unset(name: str, value: str) -> bool:
    """Return whether a variable with this value is one of other systems, which is not set."""
    return not value and name in _OF_SYSTEMS


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

    def state(self, name: str, words: Sequence[str], *, known: bool, sure: bool) -> None:
        """Note what `set()`, `option()`, `unset()` or `list()` does to the first of its `words`.

        `known` says that all its arguments are known, `sure` that it is surely run.
        """
        variable, *rest = words
        values = self.values
        new: str | None = ""
        match name:
            case "unset":
                self._unset(variable, sure=sure)
                return
            case "option":
                # What is given on the command line stays.
                values.setdefault(variable, rest[1] if rest[1:] else "OFF")
                return
            case "list":
                values.update(dict.fromkeys(rest[:1]))
                return
            case "set":
                cached = "CACHE" in rest
                if cached and variable in values:
                    return
                stated = rest[: rest.index("CACHE")] if cached else rest
                new = ";".join(each for each in stated if each != "PARENT_SCOPE") if known else None
        values[variable] = new if sure or values.get(variable, "") == new else None

    def _unset(self, variable: str, *, sure: bool) -> None:
        if sure:
            self.values.pop(variable, None)
            self.mentioned.discard(variable)
        elif variable in self.values:
            self.values[variable] = None
