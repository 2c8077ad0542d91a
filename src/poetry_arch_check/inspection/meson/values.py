"""Values of a Meson project: Python objects, or UNKNOWN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN: Any = object()


def combined(operator: str, values: list[Any]) -> Any:
    """Return what an operator makes of its values, as far as that is known."""
    match operator, values:
        case "not", [bool(value)]:
            return not value
        case "and" | "or", [_, bool(value)] if value is (operator == "or"):
            return value
        case "and" | "or", [bool(), bool(value)]:
            return value
        case "==", [str(left), str(right)]:
            return left == right
        case "!=", [str(left), str(right)]:
            return left != right
        case "in", [str(left), tuple(right)] if UNKNOWN not in right:
            return left in right
        case "not in", [str(left), tuple(right)] if UNKNOWN not in right:
            return left not in right
    return UNKNOWN


def merged(before: Any, after: Any) -> Any:
    """Return the value of a name that may have changed from `before` to `after`."""
    return after if before is after or before == after else UNKNOWN


def flat(values: Sequence[Any]) -> list[Any]:
    """Return values with lists taken apart."""
    return [part for each in values for part in (each if isinstance(each, tuple) else (each,))]


def state(method: str, value: Any) -> bool:
    """Return what a feature option says: True is enabled, False disabled, else `auto`."""
    match method:
        case "enabled":
            return value is True
        case "disabled":
            return value is False
        case "allowed":
            return value is not False
        case _:
            return bool(value == "auto")


def searched(method: str, text: str, part: Any) -> Any:
    """Return what a method of a text that looks for a part returns."""
    if not isinstance(part, str):
        return UNKNOWN
    match method:
        case "startswith":
            return text.startswith(part)
        case "endswith":
            return text.endswith(part)
        case _:
            return part in text
