"""What pyproject.toml would have to say for a Python to be allowed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from poetry.core.constraints.version import Version, VersionRange, parse_constraint

from poetry_arch_check.check.readiness import Limit
from poetry_arch_check.platforms.python import NEWEST_PATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry.core.packages.package import Package

    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.poetry_api.project import Project


def limits_of(project: Project, python: Python) -> tuple[Limit, ...]:
    """Return each line that does not allow `python`, as it would have to be.

    Poetry takes `tool.poetry.dependencies.python` where there is one, which must not exceed
    `project.requires-python`.
    """
    lines = project.pyproject_path.read_text("utf-8").splitlines()
    found = []
    for key, stated in _stated(project):
        if (new := widened(stated, python)) is not None and new != stated:
            number = _line_of(key, stated, lines)
            place = project.pyproject_path.name + (f":{number}" if number else "")
            found.append(Limit(place=place, line=f"{key} = {json.dumps(new)}"))
    return tuple(found)


def place_of_limit(project: Project) -> str:
    """Return where pyproject.toml says which Pythons the project is for, the last word on it."""
    file = project.pyproject_path
    lines = file.read_text("utf-8").splitlines()
    numbers = [_line_of(key, stated, lines) for key, stated in _stated(project)]
    number = next(filter(None, reversed(numbers)), None)
    return file.name + (f":{number}" if number else "")


def _stated(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the keys that limit the Python, with what they say."""
    own = project.pyproject.get("project", {}).get("requires-python")
    tables = project.tool_tables.get("poetry")
    poetrys = tables.get("dependencies", {}).get("python") if isinstance(tables, dict) else None
    if isinstance(poetrys, dict):
        poetrys = poetrys.get("version")
    for key, stated in (("requires-python", own), ("python", poetrys)):
        if isinstance(stated, str):
            yield key, str(stated)


def _line_of(key: str, stated: str, lines: list[str]) -> int | None:
    """Return the line with `key` that says what is `stated`, None where it is written otherwise."""
    pattern = re.compile(rf"\s*[\"']?{key}[\"']?\s*=.*{re.escape(stated)}")
    return next((number for number, line in enumerate(lines, 1) if pattern.match(line)), None)


def allows_python(package: Package, python: Python) -> bool:
    """Return whether what a package says of its Pythons allows one."""
    return package.python_constraint.allows(Version.parse(python.full))


def widened(stated: str, python: Python) -> str | None:
    """Return `>=3.9,<3.16` for `>=3.9,<3.14` and Python 3.15; None where that is not known.

    What allows it stays as it is. All releases that were allowed are allowed by what is returned.
    """
    version = Version.parse(python.full)
    try:
        old = parse_constraint(stated)
        if old.allows(version):
            return stated
        if "|" in stated:
            new = f"{stated} || ~3.{python.minor}"
        else:
            parts = re.split(r"\s*,\s*|\s+(?=[<>=!~^])", stated.strip())
            new = ",".join(filter(None, (_allowing(part, version) for part in parts if part)))
        wider = parse_constraint(new)
    except ValueError:
        return None
    lost = any(old.allows(each) and not wider.allows(each) for each in _released())
    return new if wider.allows(version) and not lost else None


def _released() -> Iterator[Version]:
    for minor, newest in NEWEST_PATCH.items():
        yield from (Version.parse(f"3.{minor}.{patch}") for patch in range(newest + 1))


def _allowing(part: str, version: Version) -> str:
    """Return one bound of several so that it allows `version`, "" where nothing is left of it."""
    bound = parse_constraint(part)
    if bound.allows(version):
        return part
    if not isinstance(bound, VersionRange | Version) or part.startswith("!="):
        return ""
    lower, upper = bound.min, bound.max
    if lower is not None and version < lower:
        limit = "<=" if isinstance(bound, Version) or bound.include_max else "<"
        highest = f",{limit}{upper.text.removesuffix('.dev0')}" if upper else ""
        return f">=3.{version.minor}{highest}"
    # `3.13.*` begins before its first release.
    return (
        f">={lower.text.removesuffix('.dev0')}," if lower else ""
    ) + f"<3.{(version.minor or 0) + 1}"
