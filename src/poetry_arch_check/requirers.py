"""Who requires a package, and in which versions: the project and the entries of its lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name
from poetry.core.constraints.version import Version as PoetryVersion
from poetry.core.constraints.version import parse_constraint

from poetry_arch_check.suggestions import Requirer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from packaging.version import Version
    from poetry.core.constraints.version import VersionConstraint
    from poetry.poetry import Poetry

    from poetry_arch_check.targets import Target


def requirers_of(name: str, poetry: Poetry, targets: Sequence[Target]) -> tuple[Requirer, ...]:
    """Return who requires `name` (normalized) on any of `targets`, or at all without any."""
    return (*_of_project(name, poetry), *_of_lock(name, poetry, targets))


def _of_project(name: str, poetry: Poetry) -> Iterator[Requirer]:
    path = poetry.file.path
    for dependency in poetry.package.all_requires:
        if dependency.name == name:
            line = _line_of(name, path.read_text("utf-8"))
            yield Requirer(
                who=f"{path.name}:{line}" if line else path.name,
                text=f"{dependency.pretty_name} ({dependency.pretty_constraint})",
                own=True,
                allows=_allowing(dependency.constraint),
            )


def _line_of(name: str, text: str) -> int | None:
    """Return the first line that has a requirement of `name`."""
    spelled = re.sub(r"[-_.]+", "[-_.]+", name)
    pattern = re.compile(rf"(^|[\"'\s]){spelled}\s*([\"'(=<>!~\[ ]|$)", re.IGNORECASE)
    lines = (
        number
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line) and not line.lstrip().startswith(("name", "#"))
    )
    return next(lines, None)


def _of_lock(name: str, poetry: Poetry, targets: Sequence[Target]) -> Iterator[Requirer]:
    lock = poetry.locker.lock
    text = lock.read_text("utf-8")
    for info in poetry.locker.lock_data.get("package", []):
        for key, stated in info.get("dependencies", {}).items():
            if canonicalize_name(key) != name:
                continue
            for constraint in _constraints(stated, targets):
                line = _line_of_entry(text, info["name"], info["version"])
                yield Requirer(
                    who=f"{info['name']} {info['version']} ({lock.name}:{line})",
                    text=f"{key} ({constraint})",
                    own=False,
                    allows=_allowing(parse_constraint(constraint)),
                )


def _line_of_entry(text: str, name: str, version: str) -> int:
    at = text.find(f'name = "{name}"\nversion = "{version}"')
    return text.count("\n", 0, at) if at > 0 else 1


def _constraints(stated: Any, targets: Sequence[Target]) -> Iterable[str]:
    """Return the constraints of a dependency in the lock that count on any of `targets`."""
    if isinstance(stated, str):
        return [stated]
    if isinstance(stated, dict):
        stated = [stated]
    return [
        each["version"]
        for each in stated
        if isinstance(each, dict) and "version" in each and _applies(each.get("markers"), targets)
    ]


def _applies(markers: str | None, targets: Sequence[Target]) -> bool:
    if not markers or not targets:
        return True
    try:
        marker = Marker(markers)
    except InvalidMarker:
        return True
    return any(
        marker.evaluate({**{k: str(v) for k, v in target.markers.items()}, "extra": ""})
        for target in targets
    )


def _allowing(constraint: VersionConstraint) -> Callable[[Version], bool]:
    return lambda version: constraint.allows(PoetryVersion.parse(str(version)))
