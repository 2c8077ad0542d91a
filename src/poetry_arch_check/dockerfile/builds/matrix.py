"""The targets that a bake file has by a matrix (Docker docs, Bake: matrix targets).

Evaluated are names of the matrix, their members, and `replace` of one; other expressions stay
as they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import MAX_NAME, MAX_VALUES, mapping, strings
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Callable

_READ = ("name", "inherits", "context", "dockerfile", "target", "args", "platforms")
# An expression alone is a value of any type: `item.platforms`, `${item.platforms}`.
_ALONE = re.compile(r"(?:\$\{)?(\w+(?:\.\w+)*)\}?")
_WITHIN = re.compile(
    r"\$\{(?:(?P<path>\w+(?:\.\w+)*)"
    r"|replace\((?P<in>\w+(?:\.\w+)*),\s*\\?\"(?P<old>[^\"\\]*)\\?\",\s*\\?\"(?P<new>[^\"\\]*)\\?\"\))\}"
)


def combinations_of(
    label: str, target: Mapping[str, Any], value: Callable[[object], object], limit: int
) -> dict[str, dict[str, Any]]:
    """Return a target for each combination of its matrix, by its name.

    `value` evaluates what the matrix itself names. Raises DockerfileError for more combinations
    than `limit`.
    """
    used = {key: target[key] for key in _READ if key in target}
    axes = {name: value(items) for name, items in mapping(target.get("matrix")).items()}
    rows = [items if isinstance(items, list) else [items] for items in axes.values()]
    found: dict[str, dict[str, Any]] = {}
    cost = len(axes) + _size(used)
    left = MAX_VALUES
    for number, row in enumerate(itertools.product(*rows)):
        if number >= limit:
            raise DockerfileError(f"matrix of {label}: limit exceeded: more than {limit} targets")
        left -= cost
        body: dict[str, Any] = {}
        if left >= 0:
            scope = dict(zip(axes, map(value, row), strict=True))
            body = {key: _filled(each, scope) for key, each in used.items()}
            left -= len(strings(body.get("platforms")))
        if left < 0:
            raise DockerfileError(
                f"matrix of {label}: limit exceeded: more than {MAX_VALUES} values"
            )
        name = body.pop("name", None)
        known = isinstance(name, str) and "${" not in name and name not in found
        found[str(name) if known else f"{label}-{number}"] = body
    return found


def _size(value: object) -> int:
    """Return how many values there are in a value, itself among them."""
    match value:
        case list():
            return 1 + sum(map(_size, value))
        case dict():
            return 1 + sum(map(_size, value.values()))
    return 1


def _filled(value: Any, scope: Mapping[str, object]) -> Any:
    """Return a value with the names of `scope` replaced by what they stand for."""
    match value:
        case str():
            return _text(value, scope)
        case list():
            return [_filled(item, scope) for item in value]
        case dict():
            return {key: _filled(item, scope) for key, item in value.items()}
    return value


def _text(text: str, scope: Mapping[str, object]) -> Any:
    if len(text) > MAX_NAME:
        return text
    if (alone := _ALONE.fullmatch(text)) and (found := _at(alone[1], scope)) is not None:
        return found
    filled = _WITHIN.sub(lambda match: _part(match, scope), text)
    return filled if len(filled) <= MAX_NAME else text


def _part(match: re.Match[str], scope: Mapping[str, object]) -> str:
    found = _at(match["path"] or match["in"], scope)
    if not isinstance(found, str | int | float) or len(text := str(found)) > MAX_NAME:
        return match[0]
    return text.replace(match["old"], match["new"]) if match["in"] else text


def _at(path: str, scope: Mapping[str, object]) -> object:
    """Return the member of a name in `scope`, None if it is not there."""
    found: object = scope
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
