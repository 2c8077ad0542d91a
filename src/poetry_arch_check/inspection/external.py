"""PEP 725: the `[external]` table of `pyproject.toml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.toolchains.need import Need

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from poetry_arch_check.inspection.interpreter import Interpreter

_KEYS = ("build-requires", "host-requires", "build-host-requires")
# `dep:generic/cmake@>=3.20; python_version < '3.13'`; the PEP's drafts wrote `pkg:`.
_ENTRY = re.compile(
    r"(?:dep|pkg):(?P<name>[a-z]+(?:/[A-Za-z0-9._+-]+)+)"
    r"(?:\s*@(?P<versions>[^;?#]*))?[^;]*(?:;(?P<marker>.*))?",
    re.ASCII | re.DOTALL,
)


def external_requires(pyproject: Mapping[str, Any], interpreter: Interpreter) -> Iterator[Need]:
    """Yield what the table says that a build on `interpreter` requires.

    A marker that cannot be evaluated holds.
    """
    external = pyproject.get("external")
    if not isinstance(external, dict):
        return
    for key in _KEYS:
        entries = external.get(key)
        for entry in entries if isinstance(entries, list) else ():
            match = _ENTRY.fullmatch(entry) if isinstance(entry, str) else None
            if match and interpreter.meets(match["marker"]):
                yield Need.parse(f"dep:{match['name']}@{match['versions'] or ''}")
