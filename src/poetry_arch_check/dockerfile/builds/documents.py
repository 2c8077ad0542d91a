"""YAML and JSON documents as plain values, and the names of platforms in them."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import yaml

NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})
_MAX_TEXT = 64 * 1024
MAX_VALUES = 20_000
# A longer name is an expression.
MAX_NAME = 200
_INTEGER = "tag:yaml.org,2002:int"
_PLATFORM = re.compile(r"[a-z]+/[a-z0-9_]+(?:/[a-z0-9.]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that builds images, and the Dockerfile whose platforms are looked up in it."""

    text: str
    path: str
    dockerfile: str
    environment: Mapping[str, str]

    def builds(self, context: object, dockerfile: object) -> bool:
        """Return whether a build with this context (relative to the file) uses the Dockerfile."""
        return self.located(context, dockerfile) == posixpath.normpath(_slashes(self.dockerfile))

    def located(self, context: object, dockerfile: object) -> str | None:
        """Return the path of a build's Dockerfile as the file's own is named, None if unknown."""
        if not isinstance(context, str) or not isinstance(dockerfile, str) or elsewhere(context):
            return None
        here = posixpath.dirname(_slashes(self.path))
        return posixpath.normpath(posixpath.join(here, context, dockerfile))

    def uses(self, folder: str, dockerfile: object) -> bool:
        """Return whether the Dockerfile is the one at a path from `folder`."""
        if not isinstance(dockerfile, str):
            return False
        built = posixpath.normpath(posixpath.join(folder, dockerfile))
        return built == posixpath.normpath(_slashes(self.dockerfile))


def elsewhere(context: str) -> bool:
    """Return whether a build's context is not on this machine (docker build: URL contexts)."""
    return "://" in context or context.startswith(("git@", "github.com/"))


def _slashes(path: str) -> str:
    return path.replace("\\", "/")


def check_size(text: str, path: str) -> None:
    """Raise DockerfileError for a document that is larger than its parser is quick with."""
    if len(text) > _MAX_TEXT:
        raise DockerfileError(
            f"{path}: the file is too large: at most {_MAX_TEXT // 1024} KiB are read"
        )


def read_yaml(text: str, path: str) -> dict[str, Any]:
    """Return the mapping in a YAML document. Raises DockerfileError, with the line."""
    import yaml  # noqa: PLC0415 - nothing else reads YAML

    check_size(text, path)
    try:
        tree = yaml.compose(text, yaml.SafeLoader)
        small = tree is None or _size(tree, {}) <= MAX_VALUES
        empty = tree is None or not small
        if tree is not None and small:
            _drop_tags(tree)
        document = None if empty else yaml.constructor.SafeConstructor().construct_document(tree)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DockerfileError(f"{path}:{line}: {error.problem or 'not YAML'}") from None
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - what PyYAML's constructors raise
        raise DockerfileError(f"{path}: not YAML ({type(error).__name__})") from None
    if not small:
        raise DockerfileError(
            f"{path}: limit exceeded: more than {MAX_VALUES} values with its aliases expanded"
        )
    return _mapping(document, path)


_COMPOSE_TAGS = frozenset({"!reset", "!override"})
_YAML = "tag:yaml.org,2002:"
_KINDS = {"ScalarNode": "null", "SequenceNode": "seq", "MappingNode": "map"}


def _drop_tags(tree: yaml.Node) -> None:
    """Make plain values of those that say how files are merged (compose-spec, merge)."""
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.tag in _COMPOSE_TAGS:
            node.tag = _YAML + _KINDS[type(node).__name__]
        for item in node.value if isinstance(node.value, list) else []:
            waiting += item if isinstance(item, tuple) else (item,)


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Return how many values a document has with its aliases expanded.

    A document that contains itself exceeds the limit. Raises ValueError for a number that Python
    does not write out: of hexadecimal ones, it reads those of any length.
    """
    if id(node) not in sizes:
        if node.tag == _INTEGER and len(node.value) > MAX_NAME:
            raise ValueError(node.value)
        sizes[id(node)] = MAX_VALUES + 1
        # The value of a scalar is text, that of a mapping are pairs of nodes.
        items = node.value if isinstance(node.value, list) else []
        parts = [part for item in items for part in (item if isinstance(item, tuple) else (item,))]
        sizes[id(node)] = min(1 + sum(_size(part, sizes) for part in parts), MAX_VALUES + 1)
    return sizes[id(node)]


def read_json(text: str, path: str) -> dict[str, Any]:
    """Return the object in a JSON document. Raises DockerfileError, with the line."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise DockerfileError(f"{path}:{error.lineno}: {error.msg}") from None
    except ValueError:
        raise DockerfileError(f"{path}: not JSON") from None
    return _mapping(document, path)


def _mapping(document: object, path: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DockerfileError(f"{path}: not a mapping of names to values")
    return document


def mapping(value: object) -> dict[str, Any]:
    """Return `value` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """Return the strings of a list, or of a string separated by commas or lines.

    Raises DockerfileError above the limit: aliases may double at each step.
    """
    found: list[str] = []
    waiting = [value]
    for _ in range(MAX_VALUES):
        if not waiting:
            return found
        item = waiting.pop()
        if isinstance(item, str):
            found += [part.strip() for part in re.split(r"[,\n]", item) if part.strip()]
        elif isinstance(item, list):
            waiting += reversed(item[:MAX_VALUES])
    raise DockerfileError(f"limit exceeded: a list of more than {MAX_VALUES} platforms")


class Names:
    """The names in the values of one document, each of which is read once.

    A value may be written once and be used at many places, in aliases and in what inherits.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._read: dict[int, tuple[object, tuple[str, ...]]] = {}
        self._left = MAX_VALUES

    def of(self, value: object) -> tuple[str, ...]:
        """Return the different strings of `value`.

        Raises DockerfileError if there are more in the document than the limit.
        """
        if id(value) not in self._read:
            # The value is kept, so that no other one gets its identity.
            self._read[id(value)] = value, tuple(dict.fromkeys(strings(value)))
        return self.counted(self._read[id(value)][1])

    def counted(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return `names`, which count as those of one more place."""
        self._left -= 1 + len(names)
        if self._left < 0:
            raise DockerfileError(
                f"{self._path}: limit exceeded: more than {MAX_VALUES} names of platforms"
            )
        return names


def platform_names(names: Iterable[str], path: str) -> Iterator[str]:
    """Yield `names` once each. Raises DockerfileError for one that is not a platform."""
    for name in dict.fromkeys(names):
        if not _PLATFORM.fullmatch(name):
            raise DockerfileError(
                f'{path}: "{name[:60]}" is not a platform, and its value is not known',
                hint="name them: -t linux/amd64 -t linux/arm64",
            )
        yield name
