"""What it takes to move to a Python: which packages are ready for it, and what the others need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import RemedyKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A line of pyproject.toml that does not allow a Python, and what it would have to be."""

    place: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unready:
    """A package that is not ready; the `remedy` is a version that is.

    `why` says why there is none, by which parent it comes (`with pydantic 2.12`), or who does not
    allow it where no line to paste changes that.
    """

    package: LockedPackage
    remedy: Remedy | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How the packages of a lock stand on all `targets` with one Python (`3.15`), in name order.

    The `limits` have to be changed first: without any, the project allows the Python; () where
    `allowed` is False means that what they would have to be is not known. Of the `unknown`
    packages, the index or the lock does not tell enough.
    """

    python: str
    targets: tuple[str, ...] = ()
    allowed: bool = True
    limits: tuple[Limit, ...] = ()
    ready: tuple[LockedPackage, ...] = ()
    moving: tuple[Unready, ...] = ()
    blocked: tuple[Unready, ...] = ()
    unknown: tuple[Unready, ...] = ()


def best_version(remedies: Iterable[Remedy]) -> Remedy | None:
    """Return the best other version: of several, what can be locked, then what can be pasted."""
    found = [each for each in remedies if each.kind in {RemedyKind.UPGRADE, RemedyKind.LOCK}]
    return min(found, key=lambda each: (each.forbidden, not each.lines), default=None)
