"""Compose files: `services.<name>.build.platforms`, else `services.<name>.platform`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile import expanded
from poetry_arch_check.dockerfile.builds.documents import (
    MAX_NAME,
    Names,
    mapping,
    platform_names,
    read_yaml,
)
from poetry_arch_check.dockerfile.shell.quoting import WordError

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.builds.documents import Source


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms of the services that are built (compose-spec, build.platforms).

    Those that are built from the Dockerfile count, if there are any, else all.
    """
    names = Names(source.path)
    services = map(mapping, mapping(read_yaml(source.text, source.path).get("services")).values())
    built = [service for service in services if "build" in service]
    own = [service for service in built if _builds(service, source)]
    return tuple(
        name
        for service in own or built
        for name in platform_names(_of(service, source, names), source.path)
    )


def _builds(service: dict[str, Any], source: Source) -> bool:
    build = service["build"]
    if isinstance(build, str):
        return source.builds(build, "Dockerfile")
    settings = mapping(build)
    return source.builds(settings.get("context", "."), settings.get("dockerfile", "Dockerfile"))


def _of(service: dict[str, Any], source: Source, names: Names) -> list[str]:
    build = mapping(service["build"])
    named = names.of(build.get("platforms")) or names.of(service.get("platform"))
    return [_plain(name, source) for name in named]


def _plain(name: str, source: Source) -> str:
    """Return `name` with its variables: those of the environment, and their defaults."""
    if "$" not in name or len(name) > MAX_NAME:
        return name
    try:
        return expanded(name, source.environment) or name
    except WordError:
        return name
