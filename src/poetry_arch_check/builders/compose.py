"""Compose files: `services.<name>.build.platforms`, else `services.<name>.platform`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.builders.documents import LONGEST, checked, listed, read_yaml, table

if TYPE_CHECKING:
    from collections.abc import Iterable

# `${NAME:-default}` and `${NAME-default}`; what the environment says is not asked.
_DEFAULT = re.compile(r"\$\{\w+:?-([^}]*)\}")


def platforms(text: str, path: str) -> tuple[str, ...]:
    """Return the platforms of all services that are built (compose-spec, build.platforms)."""
    services = table(read_yaml(text, path).get("services"))
    return tuple(
        name for service in services.values() for name in checked(_of(table(service)), path)
    )


def _of(service: dict[str, object]) -> list[str]:
    if "build" not in service:
        return []
    build = table(service["build"])
    return _plain(listed(build.get("platforms"))) or _plain(listed(service.get("platform")))


def _plain(names: Iterable[str]) -> list[str]:
    return [_DEFAULT.sub(r"\1", name) if len(name) < LONGEST else name for name in names]
