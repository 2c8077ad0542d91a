"""What `poetry add` is given for a version: in the spirit of what is required today."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry.core.constraints.version import Version as PoetryVersion
from poetry.core.constraints.version import parse_constraint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from packaging.version import Version

    from poetry_arch_check.check.releases import Dependent, Release


def bound(
    version: Version,
    required: str,
    releases: Iterable[Release],
    fitting: Collection[Version],
    dependents: Iterable[Dependent] = (),
) -> str:
    """Return what follows the name: `@^1.4.4`, `>=1.1,<2`; `==1.1` where only that is sure.

    `required` is the project's constraint today. What Poetry takes is the newest of `releases`
    that the new one and `dependents` allow: it has to be one of `fitting`.
    """
    spirit = in_spirit_of(required, version)
    return spirit if newest(releases, spirit, dependents) in fitting else f"=={version}"


def carried_over(
    required: str, version: Version, releases: Collection[Release], fitting: Collection[Version]
) -> str:
    """Return what follows the name of a package in place of one that is `required` so."""
    kept = f"@{required}" if required[:1] in "^~" and required[:2] != "~=" else required
    if required[:1] in set("^~>") and newest(releases, kept) in fitting:
        return kept
    return bound(version, "*", releases, fitting)


def in_spirit_of(required: str, version: Version) -> str:
    """Return a constraint from `version` on: a caret for a caret, with the upper limit there was.

    An upper limit that forbids it is left out.
    """
    if found := re.fullmatch(r"([\^~])\s*\d[\w.]*", required):
        return f"@{found[1]}{version}"
    poetrys = PoetryVersion.parse(str(version))
    limits = [
        part
        for part in (each.strip() for each in required.split(",") if "||" not in required)
        if part.startswith(("<", "!=")) and parse_constraint(part).allows(poetrys)
    ]
    return ",".join((f">={version}", *limits))


def newest(
    releases: Iterable[Release], constraint: str = "*", dependents: Iterable[Dependent] = ()
) -> Version | None:
    """Return what Poetry takes of `releases`, None for none.

    The project requires `constraint`; of `dependents`, its own requirements are written anew.
    """
    allowed = parse_constraint(constraint.removeprefix("@"))
    others = [each.allows for each in dependents if each.own is None]
    taken = (
        release.version
        for release in releases
        if release.is_offered()
        and allowed.allows(PoetryVersion.parse(str(release.version)))
        and all(allows(release.version) for allows in others)
    )
    return max(taken, default=None)
