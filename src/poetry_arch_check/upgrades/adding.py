"""The `poetry add` line for another version, and what its dependents make of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

    from poetry_arch_check.check.releases import Dependent


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """The line to paste, () for none, and who is in the way, as a clause."""

    lines: tuple[str, ...]
    reasons: str
    forbidden: bool


def adding(name: str, version: Version, bound: str, dependents: Sequence[Dependent]) -> Adding:
    """Return how `name` gets to `version`, which `bound` (`>=1.1,<2`) asks Poetry for.

    There is a line if `poetry add` changes nothing but plain requirements of the project: of
    those that forbid the version, else of all.
    """
    forbid = forbidding(version, dependents)
    reasons = [f"{each.who} requires {each.text}" for each in forbid]
    own = [each.own for each in forbid or dependents]
    possible = all(own) if forbid else True in own and False not in own
    return Adding(
        lines=(f"poetry add '{name}{bound}'",) if possible else (),
        reasons=listed(reasons or ["every requirement allows it"]),
        forbidden=bool(forbid),
    )


def forbidding(version: Version, dependents: Sequence[Dependent]) -> list[Dependent]:
    """Return those of `dependents` that do not allow a version."""
    return [each for each in dependents if not each.allows(version)]
