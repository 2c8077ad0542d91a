"""Which releases of setuptools and Cython a build gets: by its requirements, for its Python.

`data/build_tools.json` has them; what is released later is taken for the newest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.version import Version

from poetry_arch_check.data.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement

    from poetry_arch_check.inspection.interpreter import Interpreter

# The tools of which the newest release is known.
RESOLVED = frozenset({"setuptools", "cython"})


def _row(tool: str) -> dict[str, Any]:
    row: dict[str, Any] = table("build_tools")["rows"][tool]
    return row


def newest(tool: str, interpreter: Interpreter) -> Version:
    """Return the newest release of `tool` that a build on `interpreter` can get."""
    return newest_for(tool, interpreter.version[1])


def newest_for(tool: str, minor: int) -> Version:
    """Return the newest release of `tool` for Python 3.`minor`."""
    row = _row(tool)
    return Version(row["python"].get(f"3.{minor}", row["newest"]))


def resolved_cython(
    requirements: Iterable[Requirement], interpreter: Interpreter
) -> Version | None:
    """Return the Cython that a build gets by its requirements and constraints.

    None where no final release is allowed: one is pinned that is not known.
    """
    specifiers = [requirement.specifier for requirement in requirements]
    most = newest("cython", interpreter)
    releases = (
        Version(f"{series}.{patch}")
        for series, last in _row("cython")["series"].items()
        for patch in range(last + 1)
    )
    allowed = [
        release
        for release in releases
        if release <= most and all(specifier.contains(release) for specifier in specifiers)
    ]
    pinned = [
        Version(each.version)
        for specifier in specifiers
        for each in specifier
        if each.operator == "==" and not each.version.endswith(".*")
    ]
    return max(pinned or allowed, default=None)


def excludes(constraint: Requirement | None, version: str) -> bool:
    """Return whether a build constraint excludes `version` and later ones."""
    return constraint is not None and not constraint.specifier.contains(f"{version}.9999")


def gets(requirement: Requirement | None, version: str, *, always: bool = False) -> bool:
    """Return whether a build gets `version` or a later one.

    `always` says that a build gets the tool without requiring it, too.
    """
    if requirement is None:
        return always
    bounded = {"==", "===", "~=", "<", "<="}
    return not any(
        specifier.operator in bounded and not specifier.contains(f"{version}.9999")
        for specifier in requirement.specifier
    )
