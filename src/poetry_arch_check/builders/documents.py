"""YAML and JSON documents as plain values, and the platforms in them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 10_000
_PLATFORM = re.compile(r"[a-z]+/[a-z0-9_]+(?:/[a-z0-9.]+)?")


def read_yaml(text: str, path: str) -> dict[str, Any]:
    """Return the mapping in a YAML document. Raises DockerfileError, with the line."""
    try:
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DockerfileError(f"{path}:{line}: {error.problem or 'it is not YAML'}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise DockerfileError(f"{path}: it is not YAML ({type(error).__name__})") from None
    return _mapping(document, path)


def read_json(text: str, path: str) -> dict[str, Any]:
    """Return the object in a JSON document. Raises DockerfileError, with the line."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise DockerfileError(f"{path}:{error.lineno}: {error.msg}") from None
    except ValueError:
        raise DockerfileError(f"{path}: it is not JSON") from None
    return _mapping(document, path)


def _mapping(document: object, path: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DockerfileError(f"{path}: it is not a mapping of names to values")
    return document


def table(value: object) -> dict[str, Any]:
    """Return `value` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[str]:
    """Return the strings of a list, or of a string with commas or lines in it.

    Raises DockerfileError where there is no end of them: aliases may double at each step.
    """
    found: list[str] = []
    waiting = [value]
    for _ in range(_MOST):
        if not waiting:
            return found
        item = waiting.pop()
        if isinstance(item, str):
            found += [part.strip() for part in re.split(r"[,\n]", item) if part.strip()]
        elif isinstance(item, list):
            waiting += reversed(item[:_MOST])
    raise DockerfileError("a list of platforms has too many entries")


def checked(names: list[str], path: str) -> Iterator[str]:
    """Yield `names`, which are to be platforms. Raises DockerfileError for what is computed."""
    for name in names:
        if not _PLATFORM.fullmatch(name):
            raise DockerfileError(
                f'{path}: which platforms "{name[:60]}" stands for is not known',
                cure="name them: -t linux/amd64 -t linux/arm64",
            )
        yield name
