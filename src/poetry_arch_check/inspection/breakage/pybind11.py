"""Build requirements that allow no pybind11 whose headers compile with a Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from poetry_arch_check.inspection.breakage.breakage import Breakage
from poetry_arch_check.inspection.script.modules import requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.interpreter import Interpreter

# The first whose headers compile, by the minor version of the Python: measured with a module of
# one function, by 2.5.0, 2.6.1, 2.7.1, 2.8.1, each 2.9 and 2.10.0, for 3.11.7, 3.12.1 and 3.13.0.
_FIRST = {11: "2.9.2"}
# More than pybind11 has of each.
_LAST_MINOR, _LAST_PATCH = 30, 20


def pybind11_breakage(
    build_requires: Iterable[str], interpreter: Interpreter, constraints: Iterable[str]
) -> Breakage | None:
    """Return why no pybind11 that a build can get compiles on `interpreter`, None if one does."""
    stated = [
        each.specifier
        for name, each in requirements(build_requires)
        if name == "pybind11" and interpreter.meets(str(each.marker or ""))
    ]
    first = next((each for minor, each in _FIRST.items() if interpreter.version[1] >= minor), None)
    if not stated or first is None or interpreter.implementation != "cpython":
        return None
    stated += [each.specifier for name, each in requirements(constraints) if name == "pybind11"]
    releases = (
        Version(f"{major}.{minor}.{patch}")
        for major in (2, 3)
        for minor in range(_LAST_MINOR)
        for patch in range(_LAST_PATCH)
    )
    newer = (each for each in releases if each >= Version(first))
    if any(all(each.contains(release) for each in stated) for release in newer):
        return None
    return Breakage(
        why=f"its build requirements ask for a pybind11 older than {first}, which does not compile"
        f" for Python 3.{interpreter.version[1]}"
    )
