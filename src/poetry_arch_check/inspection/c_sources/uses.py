"""Uses of what some Python no longer has in its C API, and of what GCC 14 refuses."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.inspection.c_sources.events import MAX_EVENTS, Event, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def _removed() -> frozenset[bytes]:
    """Return the names of Python's C API that some version removed."""
    rows = table("c_api")["rows"]
    return frozenset(name.encode() for names in rows.values() for name in names)


@cache
def _removed_without_underscore() -> frozenset[bytes]:
    return frozenset(name.lstrip(b"_") for name in _removed())


_DEFINITION = re.compile(rb"#[ \t]*define\b[^\n\\]*(?:\\[\s\S][^\n\\]*)*")
_PYTHON_NAME = re.compile(rb"Py\w+")
_MEMBERS = (
    # Members of structures, and macros that are assigned to: each with the name in the table.
    (re.compile(rb"(?<!long_value\.)\bob_digit\b"), "ob_digit"),
    (re.compile(rb"\b(?:tstate|PyThreadState_G(?:ET|et)\(\))->(\w{1,40})"), "PyThreadState.{}"),
    (re.compile(rb"Py_(TYPE|SIZE|REFCNT)[ \t]*\([^()\n]{1,80}\)[ \t]*=[^=]"), "Py_{}() ="),
)
_FRAME_MEMBER = re.compile(rb"->(f_\w{1,20})")
_BYTE_ARRAY = re.compile(rb"\b_PyLong_AsByteArray[ \t]*\(([^;{}]{1,400});")
_BYTE_ARRAY_ARGUMENTS = 5


def uses(code: bytes) -> list[tuple[int, Event]]:
    """Return the uses of what a Python removed from its C API, with their places."""
    if b"Py" not in code:
        return []
    # A macro that nobody uses hurts nobody.
    code = _DEFINITION.sub(lambda match: b" " * len(match[0]), code)
    found: list[tuple[int, Event]] = []
    if hits := set(_PYTHON_NAME.findall(code)) & _removed_without_underscore():
        names = b"|".join(sorted(hits))
        for match in re.finditer(
            rb"(?<!\w)(_?(?:%s))\b([ \t]*\([^;{}()]{0,300}\)\s*\{)?" % names, code
        ):
            if match[1] in _removed():
                sign = Sign.DEFINE if match[2] else Sign.USE
                found.append((match.start(), Event(sign, match[1].decode())))
    for pattern, name in _MEMBERS:
        for match in pattern.finditer(code):
            part = match[1].decode() if pattern.groups else ""
            found.append((match.start(), Event(Sign.USE, name.format(part))))
    if b"PyFrameObject" in code:
        found.extend(
            (match.start(), Event(Sign.USE, f"PyFrameObject.{match[1].decode()}"))
            for match in _FRAME_MEMBER.finditer(code)
        )
    found.extend(
        (match.start(), Event(Sign.USE, "_PyLong_AsByteArray() with 5 arguments"))
        for match in _BYTE_ARRAY.finditer(code)
        if _arguments(match[1]) == _BYTE_ARRAY_ARGUMENTS
    )
    found.extend(_not_gcc_14(code))
    found.extend(_pointers(code))
    return found[:MAX_EVENTS]


# An entry of a PyMethodDef whose function is cast to another type than the member's, which has two
# arguments: GCC 14 takes that for an error. Casts by way of `void (*)(void)` are no such thing.
_METHOD = re.compile(
    rb"[{,][ \t\r\n]*\((PyCFunctionWithKeywords|_?PyCFunctionFast(?:WithKeywords)?)\)"
    rb"[ \t]*\w{1,200}[ \t\r\n]*,[ \t\r\n]*METH_"
)


def _not_gcc_14(code: bytes) -> Iterator[tuple[int, Event]]:
    for match in _METHOD.finditer(code):
        text = f"a {match[1].decode()} in a PyMethodDef"
        yield match.start(), Event(Sign.NO_GCC_14, text)


# Functions that return a type which is a pointer by its name, and variables that are no more than
# declared, as pointers to one: libxml2's sources, and those that follow them, call types like that.
_RETURNING = re.compile(rb"(?m)^(?:static |extern )?(\w{1,80}Ptr)[ \t]+(\w{1,80})[ \t]*\(")
_TO_POINTER = re.compile(rb"(?m)^[ \t]+(\w{1,80}Ptr)[ \t]*\*[ \t]*(\w{1,40})[ \t]*;")
# The rest of the function that such a variable belongs to, at most.
_REST = 2000


def _pointers(code: bytes) -> Iterator[tuple[int, Event]]:
    """Yield the functions that return pointers, and those whose result goes to another pointer."""
    for match in _RETURNING.finditer(code):
        yield match.start(), Event(Sign.POINTER, f"{match[2].decode()} {match[1].decode()}")
    for match in _TO_POINTER.finditer(code):
        rest = code[match.end() : match.end() + _REST].partition(b"\n}")[0]
        taken = re.search(rb"\n[ \t]*%s[ \t]*=[ \t]*(\w{1,80})[ \t]*\(" % match[2], rest)
        if taken:
            event = Event(Sign.TO_POINTER, f"{taken[1].decode()} {match[1].decode()}")
            yield match.start(), event


def _arguments(text: bytes) -> int:
    """Return how many arguments a call has, by the text after its opening parenthesis."""
    depth, commas = 0, 0
    for character in text.decode("utf-8", "replace"):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
            if depth < 0:
                break
        elif character == "," and depth == 0:
            commas += 1
    return commas + 1
