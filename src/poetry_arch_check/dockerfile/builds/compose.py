"""Compose files: how services are built, and for which platforms (compose-spec, build)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile import expanded
from poetry_arch_check.dockerfile.builds.documents import (
    MAX_NAME,
    Names,
    elsewhere,
    mapping,
    platform_names,
    read_yaml,
)
from poetry_arch_check.dockerfile.shell.quoting import WordError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from poetry_arch_check.dockerfile.builds.documents import Source

# A value that is longer stays as it is written: variables that double would fill the memory.
_MAX_VALUE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an image is built from a Dockerfile: its context, arguments, and stage, None if not said.

    The context is a path relative to the working directory, as the file's own is.
    """

    context: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms of the services that are built (compose-spec, build.platforms).

    Those that are built from the Dockerfile count, if there are any, else all.
    """
    names = Names(source.path)
    built = _built(source)
    own = [service for service in built if _builds(service, source)]
    return tuple(
        name
        for service in own or built
        for name in platform_names(_of(service, source, names), source.path)
    )


def dockerfiles(source: Source) -> tuple[str, ...]:
    """Return the paths of the Dockerfiles that services are built from."""
    found = (source.located(*_place(service, source)) for service in _built(source))
    return tuple(dict.fromkeys(path for path in found if path))


def contexts_elsewhere(source: Source) -> tuple[str, ...]:
    """Return the contexts of services that are not on this machine."""
    contexts = (_place(service, source)[0] for service in _built(source))
    return tuple(each for each in contexts if isinstance(each, str) and elsewhere(each))


def recipe(source: Source) -> Recipe:
    """Return how the Dockerfile is built: what all services that are built from it agree on."""
    services = [each for each in _built(source) if _builds(each, source)]
    builds = [mapping(each["build"]) for each in services]
    contexts = {_context(_place(each, source)[0], source) for each in services}
    targets = {_plain(str(each.get("target") or ""), source) for each in builds}
    arguments = [dict(_arguments(each.get("args"), source)) for each in builds]
    agreed = set.intersection(*(set(each.items()) for each in arguments)) if arguments else set()
    return Recipe(
        context=contexts.pop() if len(contexts) == 1 else None,
        arguments=dict(sorted(agreed)),
        target=(targets.pop() or None) if len(targets) == 1 else None,
    )


def _built(source: Source) -> list[dict[str, Any]]:
    services = mapping(read_yaml(source.text, source.path).get("services"))
    return [service for service in map(mapping, services.values()) if service.get("build")]


def _place(service: dict[str, Any], source: Source) -> tuple[object, object]:
    """Return the context of a service that is built, and the Dockerfile within it."""
    build = service["build"]
    settings = {"context": build} if isinstance(build, str) else mapping(build)
    place = settings.get("context", "."), settings.get("dockerfile", "Dockerfile")
    context, dockerfile = (
        _plain(each, source) if isinstance(each, str) else each for each in place
    )
    return context, dockerfile


def _builds(service: dict[str, Any], source: Source) -> bool:
    return source.builds(*_place(service, source))


def _context(context: object, source: Source) -> str | None:
    """Return where a context is, None for one elsewhere (`https://…`)."""
    if not isinstance(context, str) or elsewhere(context):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(source.path), context))


def _arguments(args: object, source: Source) -> Iterator[tuple[str, str]]:
    """Yield build arguments: of a mapping, or of a list of `NAME=VALUE`.

    The environment has the value of one that has none.
    """
    if isinstance(args, list):
        pairs = [each.partition("=") for each in args if isinstance(each, str)]
        args = {name: value if equals else None for name, equals, value in pairs}
    for name, value in mapping(args).items():
        if value is None:
            if name in source.environment:
                yield name, source.environment[name]
        elif isinstance(value, bool):
            yield str(name), str(value).lower()
        elif isinstance(value, (str, int, float)):
            yield str(name), _expanded(str(value), source)


def _of(service: dict[str, Any], source: Source, names: Names) -> list[str]:
    build = mapping(service["build"])
    named = names.of(build.get("platforms")) or names.of(service.get("platform"))
    return [_plain(name, source) for name in named]


def _plain(name: str, source: Source) -> str:
    """Return `name` with its variables, as it stands if nothing is left of it then."""
    return _expanded(name, source) or name


def _expanded(text: str, source: Source) -> str:
    """Return `text` with its variables: those of the environment, and their defaults, else ""."""
    if "$" not in text or len(text) > MAX_NAME:
        return text
    try:
        found = expanded(text, source.environment) or ""
    except WordError:
        return text
    return found if len(found) <= _MAX_VALUE else text
