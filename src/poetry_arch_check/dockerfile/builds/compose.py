"""Compose files: `services.<name>.build.platforms`, else `services.<name>.platform`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile import expanded
from poetry_arch_check.dockerfile.builds.documents import LONGEST, checked, listed, read_yaml, table

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.builds.documents import Source


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms of the services that are built (compose-spec, build.platforms).

    Those that are built from the Dockerfile count, if there are any, else all.
    """
    services = map(table, table(read_yaml(source.text, source.path).get("services")).values())
    built = [service for service in services if "build" in service]
    own = [service for service in built if _is_of(service, source)]
    return tuple(
        name for service in own or built for name in checked(_of(service, source), source.path)
    )


def _is_of(service: dict[str, Any], source: Source) -> bool:
    build = service["build"]
    if isinstance(build, str):
        return source.builds_it(build, "Dockerfile")
    settings = table(build)
    return source.builds_it(settings.get("context", "."), settings.get("dockerfile", "Dockerfile"))


def _of(service: dict[str, Any], source: Source) -> list[str]:
    named = listed(table(service["build"]).get("platforms")) or listed(service.get("platform"))
    return [_plain(name, source) for name in named]


def _plain(name: str, source: Source) -> str:
    """Return `name` with its variables: those of the environment, and their defaults."""
    if "$" not in name or len(name) > LONGEST:
        return name
    return expanded(name, source.environment) or name
