"""Values of a build script's expressions: Python objects, or UNKNOWN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda _: "UNKNOWN"})()
# Longer texts and tuples become UNKNOWN: a script could double one at each step.
_MAX_LENGTH = 10_000


def any_unknown(values: Iterable[Any]) -> bool:
    """Return whether one of `values` is UNKNOWN."""
    return any(value is UNKNOWN for value in values)


def bounded(value: Any) -> Any:
    """Return `value`, UNKNOWN if it is longer than 10,000 items or characters."""
    return value if not hasattr(value, "__len__") or len(value) <= _MAX_LENGTH else UNKNOWN


def same(first: Any, second: Any) -> bool:
    """Return whether both values are known, and equal."""
    return first is not UNKNOWN and second is not UNKNOWN and first == second


def merged(before: Any, after: Any) -> Any:
    """Return the value of a name that may have changed from `before` to `after`."""
    return before if before is after or same(before, after) else UNKNOWN
