"""PEP 725: the `[external]` table of `pyproject.toml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEYS = ("build-requires", "host-requires", "build-host-requires")
# `dep:generic/cmake@>=3.20; python_version < '3.13'`; the PEP's drafts wrote `pkg:`.
_NAME = re.compile(r"(?:dep|pkg):([a-z]+(?:/[A-Za-z0-9._+-]+)+)", re.ASCII)


def external_requires(pyproject: Mapping[str, Any]) -> Iterator[str]:
    """Yield the PEP 725 names of what a build requires, without versions and markers."""
    external = pyproject.get("external")
    if not isinstance(external, dict):
        return
    for key in _KEYS:
        entries = external.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, str) and (match := _NAME.match(entry)):
                yield f"dep:{match[1]}"
