"""Compose files: how services are built, and for which platforms (compose-spec, build)."""

from __future__ import annotations

import posixpath
import re
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
from poetry_arch_check.dockerfile.builds.recipe import Recipe, agreed
from poetry_arch_check.dockerfile.shell.quoting import WordError
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.builds.documents import Source

# A value that is longer stays as it is written: variables that double would fill the memory.
_MAX_VALUE = 1000


_LEFT_OPEN = re.compile(r"\$\{\w{1,100}:?-\}")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms of the services that are built (compose-spec, build.platforms).

    Those that are built from the Dockerfile count, if there are any, else all. Raises
    DockerfileError if no service is built.
    """
    names = Names(source.path)
    built = _built(source)
    if not built:
        raise DockerfileError(f"{source.path}: no service is built")
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
    return agreed([_recipe(each, source) for each in _built(source) if _builds(each, source)])


def _recipe(service: dict[str, Any], source: Source) -> Recipe:
    build = mapping(service["build"])
    return Recipe(
        context=_context(_place(service, source)[0], source),
        arguments=dict(_arguments(build.get("args"), source)),
        targets=(_expanded(str(build.get("target") or ""), source),),
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
    # With an empty default, it is left to Docker.
    return [_plain(name, source) for name in named if not _LEFT_OPEN.fullmatch(name)]


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
