"""Bake files, in HCL or JSON: how targets are built, and for which platforms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import (
    check_size,
    mapping,
    platform_names,
    read_json,
    strings,
)
from poetry_arch_check.dockerfile.builds.inheritance import Inheritance
from poetry_arch_check.dockerfile.builds.matrix import combinations_of
from poetry_arch_check.dockerfile.builds.recipe import Recipe, agreed
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.dockerfile.builds.documents import Source

_MAX_TARGETS = 500
_BLOCKS = ("target", "group", "variable", "function")
_INTERPOLATION = re.compile(r"\$\{(\w+)\}")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_SPLIT = re.compile(r"(?:\$\{)?split\(\\?\"(.)\\?\",\s*(\w+)\)\}?")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms of the targets that `docker buildx bake` builds.

    Those are the ones of the group `default`, else the target `default`, else all that no
    other inherits from; of them, those that are built from the Dockerfile, if there are any.
    Raises DockerfileError if there is no target.
    """
    targets, variables, built = _read(source)
    if not targets:
        raise DockerfileError(f"{source.path}: no target in it")
    recipes = Inheritance(targets, variables.text)
    own = [name for name in built if recipes.builds(name, source)]
    reader = _Platforms(targets, variables)
    # A default that builds for this machine alone is for trying out.
    others = [name for name in targets if recipes.builds(name, source)] or list(targets)
    found = reader.of_all(own or built) or reader.of_all(others)
    return tuple(platform_names(found, source.path))


def recipe(source: Source) -> Recipe:
    """Return how the Dockerfile is built: what all targets that are built from it agree on."""
    targets, variables, built = _read(source)
    recipes = Inheritance(targets, variables.text)
    own = [name for name in built if recipes.builds(name, source)]
    return agreed([recipes.recipe(name, source) for name in own])


def _read(source: Source) -> tuple[dict[str, dict[str, Any]], _Variables, list[str]]:
    """Return targets by their names, variables, and the names of what is built."""
    text, path = source.text, source.path
    document = read_json(text, path) if text.lstrip().startswith("{") else _hcl(text, path)
    variables = _Variables(_defaults(document))
    targets, groups = _expanded(document, variables, path)
    return targets, variables, _built(groups, targets)


def _expanded(
    document: dict[str, Any], variables: _Variables, path: str
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return targets and groups by their names; one with a matrix is a group of its targets."""
    targets: dict[str, dict[str, Any]] = {}
    groups = {
        name: {"targets": variables.value(mapping(group).get("targets"))}
        for name, group in mapping(document.get("group")).items()
    }
    count = 0
    for name, target in mapping(document.get("target")).items():
        found = {name: mapping(target)}
        if "matrix" in found[name]:
            found = combinations_of(name, found[name], variables.value, _MAX_TARGETS)
            groups.setdefault(name, {"targets": list(found)})
        targets |= found
        # Of one name, there may be many.
        count += len(found)
        if count > _MAX_TARGETS:
            raise DockerfileError(f"{path}: limit exceeded: more than {_MAX_TARGETS} targets")
    return targets, groups


def _defaults(document: dict[str, Any]) -> dict[str, Any]:
    """Return the values of variables, and of attributes beside the blocks, which are some, too."""
    variables = mapping(document.get("variable"))
    found = {name: mapping(variable).get("default") for name, variable in variables.items()}
    return {name: value for name, value in document.items() if name not in _BLOCKS} | found


def _built(groups: dict[str, dict[str, Any]], targets: dict[str, dict[str, Any]]) -> list[str]:
    if "default" in groups:
        return _members("default", groups, targets)
    if "default" in targets:
        return ["default"]
    inherited = {each for target in targets.values() for each in strings(target.get("inherits"))}
    return [name for name in targets if name not in inherited]


def _members(
    group: str, groups: dict[str, dict[str, Any]], targets: dict[str, dict[str, Any]]
) -> list[str]:
    """Return the targets of a group and of those within it, once each and in their order."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [group]
    while waiting:
        name = waiting.pop()
        if name in targets and name not in groups:
            found[name] = None
        elif name not in seen:
            seen.add(name)
            waiting += reversed(strings(groups.get(name, {}).get("targets")))
    return list(found)


class _Variables:
    """The defaults of a file's variables."""

    def __init__(self, defaults: dict[str, Any]) -> None:
        self._defaults = defaults

    def text(self, value: object) -> str | None:
        """Return a text with its variables, None for one that is computed otherwise."""
        if not isinstance(value, str | int | float):
            return None
        known = {name: each for name, each in self._defaults.items() if isinstance(each, str | int)}
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        found = _INTERPOLATION.sub(lambda match: str(known.get(match[1], match[0])), shown)
        return None if "${" in found else found

    def value(self, value: object) -> object:
        """Return the default of a variable, also where it is split; nothing else is computed."""
        if not isinstance(value, str):
            return value
        if match := _INTERPOLATION.fullmatch(value):
            return self._defaults.get(match[1], value)
        if match := _SPLIT.fullmatch(value):
            default = self._defaults.get(match[2])
            if isinstance(default, str):
                return list(dict.fromkeys(default.split(match[1])))
        return self._defaults.get(value, value)


class _Platforms:
    """The platforms of targets, with what they inherit; each target and text is read once."""

    def __init__(self, targets: dict[str, dict[str, Any]], variables: _Variables) -> None:
        self._targets = targets
        self._value = variables.value
        self._known: dict[str, tuple[str, ...]] = {}
        self._texts: dict[str, tuple[str, ...]] = {}

    def of_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the platforms of some targets, once each."""
        return tuple(dict.fromkeys(each for name in names for each in self.of(name)))

    def of(self, name: str) -> tuple[str, ...]:
        """Return the platforms of a target: its own, else those of its last parent with some."""
        if name not in self._known and name in self._targets:
            # A target that inherits from itself has no more.
            self._known[name] = ()
            self._known[name] = self._of(self._targets[name])
        return self._known.get(name, ())

    def _of(self, target: dict[str, Any]) -> tuple[str, ...]:
        own = self._value(target.get("platforms"))
        items = own if isinstance(own, list) else [own]
        if named := dict.fromkeys(each for item in items for each in self._names(item)):
            return tuple(each for each in named if each != "local")
        parents = dict.fromkeys(reversed(strings(target.get("inherits"))))
        return next((found for each in parents if (found := self.of(each))), ())

    def _names(self, item: object) -> tuple[str, ...]:
        """Return the names in an item of a list."""
        if not isinstance(item, str):
            return _strings(self._value(item))
        if item not in self._texts:
            self._texts[item] = _strings(self._value(item))
        return self._texts[item]


def _strings(value: object) -> tuple[str, ...]:
    """Return the different strings of a list; an expression is one, with the commas in it."""
    if isinstance(value, str) and "${" in value:
        return (value,)
    return tuple(dict.fromkeys(strings(value)))


def _hcl(text: str, path: str) -> dict[str, Any]:
    try:
        import hcl2  # noqa: PLC0415 - an extra: few need it
    except ImportError:
        raise DockerfileError(
            f"{path}: python-hcl2 is needed to read HCL",
            hint="install it beside Poetry: poetry self add 'poetry-arch-check[bake]'",
        ) from None
    check_size(text, path)
    try:
        document = hcl2.loads(text)
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser's own errors, of several kinds
        line = getattr(error, "line", None)
        where = f"{path}:{line}" if isinstance(line, int) and line > 0 else path
        raise DockerfileError(f"{where}: not HCL") from None
    # Newer versions leave the quotes of strings, and have names of variables without `${}`.
    quotes = hcl2.loads('a = "b"\n')["a"] == '"b"'
    blocks = {kind: _blocks(document.get(kind), quotes=quotes) for kind in _BLOCKS}
    return {
        k: _plain(value, quotes=quotes) for k, value in document.items() if k not in blocks
    } | blocks


def _blocks(blocks: object, *, quotes: bool) -> dict[str, Any]:
    """Return labelled blocks by their label; hcl2 has them as a list of mappings."""
    found: dict[str, Any] = {}
    for block in blocks if isinstance(blocks, list) else ():
        for label, body in mapping(block).items():
            found[_unquoted(label)] = _plain(body, quotes=quotes)
    return found


def _plain(value: object, *, quotes: bool) -> Any:
    """Return a value with its strings unquoted, and names of variables as in older versions."""
    if isinstance(value, dict):
        return {_unquoted(key): _plain(item, quotes=quotes) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, quotes=quotes) for item in value]
    if not isinstance(value, str):
        return value
    return f"${{{value}}}" if quotes and _NAME.fullmatch(value) else _unquoted(value)


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text
