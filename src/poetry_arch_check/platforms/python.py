"""A Python interpreter: implementation, version, and free-threaded or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from poetry_arch_check.data.tables import table
from poetry_arch_check.errors import TargetError

_ROWS = table("pythons")["rows"]


def _newest_patches(implementation: str) -> dict[int, int]:
    newest = (row["newest"].split(".") for row in _ROWS[implementation].values())
    return {int(minor): int(patch) for _, minor, patch in newest}


# The newest release of each minor version, by its minor. One that is missing counts as 3.x.0.
NEWEST_PATCH = _newest_patches("CPython")
# The same of PyPy, which lags behind.
NEWEST_PYPY_PATCH = _newest_patches("PyPy")
# Python 3.x up to this one has reached its end of life.
NEWEST_ENDED_MINOR = max(
    int(version.removeprefix("3.")) for version, row in _ROWS["CPython"].items() if row["ended"]
)
# Free-threaded builds exist since 3.13 (PEP 703).
FIRST_FREE_THREADED_MINOR = 13


class Implementation(Enum):
    """Implementations of Python, named as in `platform.python_implementation()`."""

    CPYTHON = "CPython"
    PYPY = "PyPy"
    GRAALPY = "GraalVM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """One Python 3. `asked` is the version in the words of whoever asked for it."""

    minor: int
    patch: int
    asked: str
    implementation: Implementation = Implementation.CPYTHON
    free_threaded: bool = False
    release: str = ""  # of the implementation, "242" for GraalPy 24.2

    @property
    def short(self) -> str:
        """`3.11`, `3.13t`, `pypy3.10`."""
        other = {Implementation.PYPY: "pypy", Implementation.GRAALPY: "graalpy"}
        prefix = other.get(self.implementation, "")
        return f"{prefix}3.{self.minor}{'t' if self.free_threaded else ''}"

    @property
    def full(self) -> str:
        """`3.11.18`, the `python_full_version` of PEP 508."""
        return f"3.{self.minor}.{self.patch}"

    @property
    def label(self) -> str:
        """`CPython 3.13t`, for people."""
        version = self.short.removeprefix("graalpy").removeprefix("pypy")
        return f"{self.implementation.value} {version}"


def python(minor: int, *, free_threaded: bool = False) -> Python:
    """Return the newest CPython 3.`minor`."""
    return Python(
        minor=minor,
        patch=NEWEST_PATCH.get(minor, 0),
        asked=f"3.{minor}{'t' if free_threaded else ''}",
        free_threaded=free_threaded,
    )


_PYTHON = re.compile(
    r"(?P<implementation>cpython|cp|pypy|pp|python|py)?-?"
    r"(?P<major>\d)\.?(?P<minor>0|[1-9]\d?)(?:\.(?P<patch>\d{1,3}))?(?P<threads>t?)",
    re.ASCII,
)


def parse_python(text: str) -> Python:
    """Read `3.11`, `3.11.4`, `3.13t`, `pypy3.10`, `cp311`.

    A version without a patch means the newest patch.
    Raises TargetError for anything else.
    """
    match = _PYTHON.fullmatch(text.strip().lower())
    if match is None:
        raise TargetError(
            f'"{text}" is not a Python version',
            hint="write it like 3.12, 3.12.4, 3.13t (free-threaded) or pypy3.10",
        )
    minor, patch = int(match["minor"]), match["patch"]
    if match["major"] != "3":
        raise TargetError(f'"{text}": only Python 3 can be checked', hint="name a 3.x: 3.12")
    pypy = match["implementation"] in {"pypy", "pp"}
    newest = NEWEST_PYPY_PATCH if pypy else NEWEST_PATCH
    free_threaded = bool(match["threads"])
    if free_threaded and (pypy or minor < FIRST_FREE_THREADED_MINOR):
        raise TargetError(
            f'"{text}": free-threaded builds exist from CPython 3.13 on', hint="leave the t out"
        )
    return Python(
        implementation=Implementation.PYPY if pypy else Implementation.CPYTHON,
        minor=minor,
        patch=int(patch) if patch else newest.get(minor, 0),
        free_threaded=free_threaded,
        asked=text.strip(),
    )
