"""YAML and JSON documents as plain values, and the platforms in them."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})
_LARGEST_YAML = 64 * 1024
_MOST = 20_000
# Names are that short; what is longer is computed.
LONGEST = 200
_PLATFORM = re.compile(r"[a-z]+/[a-z0-9_]+(?:/[a-z0-9.]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that builds images, and the Dockerfile that is asked about."""

    text: str
    path: str
    dockerfile: str
    environment: Mapping[str, str]

    def builds_it(self, context: object, dockerfile: object) -> bool:
        """Return whether a build with that context (relative to this file) is of the Dockerfile."""
        if not isinstance(context, str) or not isinstance(dockerfile, str):
            return False
        here = posixpath.dirname(self.path.replace("\\", "/"))
        built = posixpath.normpath(posixpath.join(here, context, dockerfile))
        return built == posixpath.normpath(self.dockerfile.replace("\\", "/"))


def read_yaml(text: str, path: str) -> dict[str, Any]:
    """Return the mapping in a YAML document. Raises DockerfileError, with the line."""
    if len(text) > _LARGEST_YAML:
        raise DockerfileError(
            f"{path}: it is too large: at most {_LARGEST_YAML // 1024} KiB are read"
        )
    try:
        tree = yaml.compose(text, yaml.SafeLoader)
        small = tree is None or _size(tree, {}) <= _MOST
        known = tree is not None and small
        document = yaml.constructor.SafeConstructor().construct_document(tree) if known else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DockerfileError(f"{path}:{line}: {error.problem or 'it is not YAML'}") from None
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - what PyYAML's constructors raise
        raise DockerfileError(f"{path}: it is not YAML ({type(error).__name__})") from None
    if not small:
        raise DockerfileError(f"{path}: it has too many entries, by its aliases")
    return _mapping(document, path)


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many values a document has with its aliases written out.

    One that has itself in it has too many.
    """
    if id(node) not in known:
        known[id(node)] = _MOST + 1
        parts: list[yaml.Node] = []
        if isinstance(node, yaml.SequenceNode):
            parts = node.value
        elif isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        known[id(node)] = min(1 + sum(_size(part, known) for part in parts), _MOST + 1)
    return known[id(node)]


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
    for name in dict.fromkeys(names):
        if not _PLATFORM.fullmatch(name):
            raise DockerfileError(
                f'{path}: which platforms "{name[:60]}" stands for is not known',
                hint="name them: -t linux/amd64 -t linux/arm64",
            )
        yield name
