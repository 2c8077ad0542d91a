"""Whether a requirement holds on a target: its marker (PEP 508), its `requires-python`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.markers import InvalidMarker, Marker
from packaging.specifiers import InvalidSpecifier, SpecifierSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.platforms.python import Python


def marker_holds(marker: str | None, environment: Mapping[str, object]) -> bool:
    """Return whether `marker` holds in a marker environment, without extras.

    No marker, and one that does not parse, hold everywhere.
    """
    if not marker:
        return True
    try:
        parsed = _parsed(marker)
    except InvalidMarker:
        return True
    return parsed.evaluate({**{key: str(value) for key, value in environment.items()}, "extra": ""})


def marker_may_hold(marker: str | None, environment: Mapping[str, object]) -> bool:
    """Return whether `marker` holds, for some choice of extras."""
    return (marker is not None and "extra" in marker) or marker_holds(marker, environment)


@lru_cache(maxsize=1024)
def _parsed(marker: str) -> Marker:
    return Marker(marker)


def requires_python_holds(requires_python: str | None, python: Python) -> bool:
    """Return whether `requires_python` (`>=3.8`) allows `python`; a wrong one allows all."""
    try:
        return SpecifierSet(requires_python or "").contains(python.full)
    except InvalidSpecifier:
        return True
