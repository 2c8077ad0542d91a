"""Bake files: `target.<name>.platforms`, with what targets inherit, in HCL or JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import (
    mapping,
    platform_names,
    read_json,
    strings,
)
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.builds.documents import Source

_MAX_TARGETS = 500
_INTERPOLATION = re.compile(r"\$\{(\w+)\}")
_SPLIT = re.compile(r"(?:\$\{)?split\(\\?\"(.)\\?\",\s*(\w+)\)\}?")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms of the targets that `docker buildx bake` builds.

    Those are the ones of the group `default`, else the target `default`, else all that no
    other inherits from; of them, those that are built from the Dockerfile, if there are any.
    """
    text, path = source.text, source.path
    document = read_json(text, path) if text.lstrip().startswith("{") else _hcl(text, path)
    targets = {name: mapping(target) for name, target in mapping(document.get("target")).items()}
    defaults = {
        name: mapping(variable).get("default")
        for name, variable in mapping(document.get("variable")).items()
    }
    if len(targets) > _MAX_TARGETS:
        raise DockerfileError(f"{path}: limit exceeded: more than {_MAX_TARGETS} targets")
    built = list(dict.fromkeys(_built(document, targets)))
    built = [name for name in built if _builds(targets.get(name, {}), source)] or built
    found = [each for name in built for each in _of(name, targets, defaults, set())]
    # A default that builds for this machine alone is for trying out.
    if not found:
        found = [each for name in targets for each in _of(name, targets, defaults, set())]
    return tuple(platform_names(found, path))


def _builds(target: dict[str, Any], source: Source) -> bool:
    return source.builds(target.get("context", "."), target.get("dockerfile", "Dockerfile"))


def _built(document: dict[str, Any], targets: dict[str, dict[str, Any]]) -> list[str]:
    groups = {name: mapping(group) for name, group in mapping(document.get("group")).items()}
    if "default" in groups:
        return _members("default", groups, targets, set())
    if "default" in targets:
        return ["default"]
    inherited = {each for target in targets.values() for each in strings(target.get("inherits"))}
    return [name for name in targets if name not in inherited]


def _members(
    name: str,
    groups: dict[str, dict[str, Any]],
    targets: dict[str, dict[str, Any]],
    seen: set[str],
) -> list[str]:
    if name in targets and name not in groups:
        return [name]
    if name in seen:
        return []
    seen.add(name)
    members = strings(groups.get(name, {}).get("targets"))
    return [each for member in members for each in _members(member, groups, targets, seen)]


def _of(
    name: str,
    targets: dict[str, dict[str, Any]],
    defaults: dict[str, Any],
    seen: set[str],
) -> list[str]:
    """Return the platforms of a target: its own, else those of the last that it inherits from."""
    if name in seen or name not in targets:
        return []
    seen.add(name)
    target = targets[name]
    own = _value(target.get("platforms"), defaults)
    items = own if isinstance(own, list) else [own]
    if named := [each for item in items for each in _strings(_value(item, defaults))]:
        return [name for name in named if name != "local"]
    for parent in reversed(strings(target.get("inherits"))):
        if found := _of(parent, targets, defaults, seen):
            return found
    return []


def _strings(value: object) -> list[str]:
    """Return the strings of a list; an expression is one, whatever commas are in it."""
    return [value] if isinstance(value, str) and "${" in value else strings(value)


def _value(value: object, defaults: dict[str, Any]) -> object:
    """Return the default of a variable, also where it is split; nothing else is computed."""
    if not isinstance(value, str):
        return value
    if match := _INTERPOLATION.fullmatch(value):
        return defaults.get(match[1], value)
    if (match := _SPLIT.fullmatch(value)) and isinstance(default := defaults.get(match[2]), str):
        return default.split(match[1])
    return defaults.get(value, value)


def _hcl(text: str, path: str) -> dict[str, Any]:
    try:
        import hcl2  # noqa: PLC0415 - an extra: few need it
    except ImportError:
        raise DockerfileError(
            f"{path}: python-hcl2 is needed to read HCL",
            hint="install it beside Poetry: poetry self add 'poetry-arch-check[bake]'",
        ) from None
    try:
        document = hcl2.loads(text)
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser's own errors, of several kinds
        line = getattr(error, "line", None)
        where = f"{path}:{line}" if isinstance(line, int) and line > 0 else path
        raise DockerfileError(f"{where}: not HCL") from None
    return {kind: _blocks(document.get(kind)) for kind in ("target", "group", "variable")}


def _blocks(blocks: object) -> dict[str, Any]:
    """Return labelled blocks by their label; hcl2 has them as a list of mappings."""
    found: dict[str, Any] = {}
    for block in blocks if isinstance(blocks, list) else ():
        for label, body in mapping(block).items():
            found[_unquoted(label)] = _plain(body)
    return found


def _plain(value: object) -> Any:
    """Return a value with its strings unquoted, as newer versions of hcl2 leave the quotes."""
    if isinstance(value, dict):
        return {_unquoted(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _unquoted(value) if isinstance(value, str) else value


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text
