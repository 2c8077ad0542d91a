"""What is read of a file: events, in the order of the file."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

# Of one file; far more than any real file has.
MAX_EVENTS = 20_000


class Sign(Enum):
    """Kinds of events."""

    IF = auto()  # the text is the condition, in the language of `#if`
    ELIF = auto()
    ELSE = auto()
    ENDIF = auto()
    DEFINE = auto()  # a macro, and its value after a space
    UNDEF = auto()
    INCLUDE = auto()  # the path of a header
    IMPORT = auto()  # the path of a Cython file, without its suffix
    ERROR = auto()
    WARNING = auto()
    USE = auto()  # a name of Python's C API
    NO_GCC_14 = auto()  # what is an error since GCC 14, for people
    POINTER = auto()  # a function that returns a pointer, and its type (`f TPtr`)
    TO_POINTER = auto()  # a function whose result a variable takes, and what that points to
    CXX = auto()  # Cython is told to write C++
    LINK = auto()  # a library that Cython is told to link to
    NO_CYTHON_3 = auto()  # what Cython 3 refuses, for people
    CALLBACK = auto()  # a name that is given to C for a function that does not raise
    RAISES = auto()  # a function by Cython that may raise
    RUST_BEFORE = auto()  # the first release of Rust that refuses what the file has


class Event(NamedTuple):
    """A line of a file, or a use in it."""

    sign: Sign
    text: str
