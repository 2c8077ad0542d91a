"""Which releases of setuptools and Cython a build gets: by its requirements, for its Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement

    from poetry_arch_check.inspection.interpreter import Interpreter

# The newest release for a Python 3 by its minor version, where newer ones ask for a newer Python:
# `requires-python` of the releases on the index.
_NEWEST = {
    "setuptools": {6: "59.6.0", 7: "68.0.0", 8: "75.3.4"},
    "cython": {6: "3.0.12", 7: "3.0.12"},
}
_LATEST = {"setuptools": "84.2.1", "cython": "3.3.1"}
# The tools of which the newest release is known.
RESOLVED = frozenset(_LATEST)
# Cython's releases, without the pre-releases, by series; those to come are like the latest.
_CYTHON = {"0.29": 37, "3.0": 12, "3.1": 8, "3.2": 9, "3.3": 1}


def newest(tool: str, interpreter: Interpreter) -> Version:
    """Return the newest release of `tool` that a build on `interpreter` can get."""
    return newest_for(tool, interpreter.version[1])


def newest_for(tool: str, minor: int) -> Version:
    """Return the newest release of `tool` for Python 3.`minor`."""
    return Version(_NEWEST[tool].get(minor, _LATEST[tool]))


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
        for series, last in _CYTHON.items()
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
