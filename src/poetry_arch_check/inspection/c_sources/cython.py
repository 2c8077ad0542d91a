"""Cython files: the headers and files that they include, and what Cython 3 refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.c_sources.events import Event, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

# At the beginning of a line: what is indented may stand under a compile-time IF.
_EXTERN = re.compile(rb"(?m)^cdef[ \t]+extern[ \t]+from[ \t]+[\"']<?([^\"'<>\n*]{1,200})>?[\"']")
_CIMPORT = re.compile(rb"(?m)^(?:from[ \t]+([\w.]{1,200})[ \t]+)?cimport[ \t]+([^\n#(]{1,200})")
_PXI = re.compile(rb"(?m)^include[ \t]+[\"']([^\"'\n]{1,200})\.px[idx][\"']")
# What a file tells `cythonize` in the comments before its code (Cython's documentation,
# "Configuring the C-Build").
_TOLD = re.compile(rb"(?m)^#[ \t]*distutils:[ \t]*(language|libraries)[ \t]*=[ \t]*([^\n]{1,300})")
_COMMENTS = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")


def _told(content: bytes) -> Iterator[Event]:
    """Yield the language that Cython is told to write, and the libraries to link to."""
    comments = _COMMENTS.match(content)
    for match in _TOLD.finditer(comments[0] if comments else b""):
        if match[1] == b"libraries":
            for name in match[2].decode("utf-8", "replace").split():
                yield Event(Sign.LINK, name)
        elif match[2].strip() in {b"c++", b"C++"}:
            yield Event(Sign.CXX, "")


LONG = "uses Python 2's long"
# Python 2's `long`, called or asked for; not the C type, in a cast or a declaration.
_LONG = re.compile(rb"(?<![\w.<*])long\((?!\*)|\(int, long\)|\(long, int\)")
_OWN_LONG = re.compile(rb"\blong[ \t]*=[^=]|\bas long\b|\bimport long\b")
# Attributes of a cdef class: 0.29.37 takes it, 3.0.0 to 3.3.1 say "redeclared".
_MODULE = re.compile(rb"(?m)^[ \t]+cdef[ \t]+(?:public|readonly)[ \t]+\w{1,80}[ \t]+__module__\b")
# Within an `extern` block, functions and pointers to them do not raise; a function that Cython
# compiles does, since 3.0, unless it says `noexcept`.
_BLOCK = re.compile(
    rb"(?m)^cdef[ \t]+extern[ \t]+from[^\n]*\n((?:[ \t]+[^\n]*\n|[ \t]*\n|#[^\n]*\n)*)"
)
_DECLARED = re.compile(rb"(?m)^[ \t]+[\w \t*]{1,100}?[ \t*](\w{1,80})[ \t]*(?:\(|$)")
_FUNCTION = re.compile(
    rb"(?m)^cdef[ \t]+(?:inline[ \t]+)?[\w.]+[ \t*]+(\w{1,80})\([^()]{0,500}\)"
    rb"([^\n:]{0,100}):?[ \t]*$"
)
_CALL = re.compile(rb"(?<![\w.])(\w{1,80})\(([^()\n]{0,200})\)")
_ASSIGNED = re.compile(
    rb"(?m)^[ \t]+\w{1,80}\.(\w{1,80})[ \t]*=[ \t]*(\w{1,80})(?:\[\w+\])?[ \t]*$"
)
_LENIENT = re.compile(rb"legacy_implicit_noexcept[ \t]*=[ \t]*True")
_MOST_CALLBACKS = 500


def _refused_by_cython_3(content: bytes) -> Iterator[Event]:
    """Yield what Cython 3 refuses: names of Python 2, and what callbacks that may raise are."""
    code = re.sub(rb"#[^\n]*", b"", content)
    if _LONG.search(code) and not _OWN_LONG.search(code):
        yield Event(Sign.NO_CYTHON_3, LONG)
    if _MODULE.search(code):
        yield Event(Sign.NO_CYTHON_3, "declares __module__ in a class")
    if _LENIENT.search(content):
        return
    for name, rest in _FUNCTION.findall(code):
        if b"except" not in rest:
            yield Event(Sign.RAISES, name.decode())
    declared = {name for block in _BLOCK.finditer(code) for name in _DECLARED.findall(block[1])}
    given: dict[bytes, None] = {}
    for called, arguments in _CALL.findall(code):
        if called in declared:
            given.update(dict.fromkeys(each.strip() for each in arguments.split(b",")))
    given.update((name, None) for member, name in _ASSIGNED.findall(code) if member in declared)
    for name in list(given)[:_MOST_CALLBACKS]:
        if name.isalnum() or name.replace(b"_", b"").isalnum():
            yield Event(Sign.CALLBACK, name.decode("utf-8", "replace"))


def cython_events(content: bytes) -> Iterator[Event]:
    """Yield the headers that a Cython file includes, the Cython files, and what is refused."""
    yield from _told(content)
    yield from _refused_by_cython_3(content)
    for match in _EXTERN.finditer(content):
        yield Event(Sign.INCLUDE, match[1].decode("utf-8", "replace"))
    for match in _PXI.finditer(content):
        yield Event(Sign.IMPORT, match[1].decode("utf-8", "replace"))
    for match in _CIMPORT.finditer(content):
        names = [
            part.split()[0]
            for part in match[2].decode("utf-8", "replace").split(",")
            if part.split()
        ]
        parent = (match[1] or b"").decode("utf-8", "replace")
        if not parent:
            yield from (Event(Sign.IMPORT, name.replace(".", "/")) for name in names)
            continue
        path = parent.lstrip(".").replace(".", "/")
        yield Event(Sign.IMPORT, path)
        yield from (Event(Sign.IMPORT, f"{path}/{name}".lstrip("/")) for name in names)
