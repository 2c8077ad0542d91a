"""Where the project's requirements stand in pyproject.toml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

    from poetry.core.packages.dependency import Dependency

_NAME = r"([^\s\[\](<>=!~;,@\"']+)"
# A key of Poetry's tables, or the beginning of a requirement (PEP 508).
_REQUIRED = re.compile(rf"^\s*\"?{_NAME}\"?\s*=|[\"']{_NAME}\s*(?=[\[(<>=!~;,@\"' ])")
_NO_REQUIREMENT = re.compile(r"\s*(name\s*=|#)", re.IGNORECASE)


class Places:
    """The lines of a pyproject.toml, by the names that they may require; read once."""

    def __init__(self, path: Path) -> None:
        """Read the file at `path`."""
        self._file = path.name
        self._lines: dict[str, list[tuple[int, str]]] = {}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if _NO_REQUIREMENT.match(line):
                continue
            for name in {canonicalize_name(m[1] or m[2]) for m in _REQUIRED.finditer(line)}:
                self._lines.setdefault(name, []).append((number, line))

    def of(self, dependency: Dependency) -> str:
        """Return `pyproject.toml:6`, without the line where the file does not have it.

        The line is the one with its constraint, else the first that requires its name.
        """
        constraint = dependency.pretty_constraint
        found = [
            (constraint not in line, number)
            for number, line in self._lines.get(dependency.name, ())
        ]
        return f"{self._file}:{min(found)[1]}" if found else self._file
