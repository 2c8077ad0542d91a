"""What `--fix` comes to, as data: a lock in which packages have moved, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """A package that has another version in the new lock; None where it is in one of them only."""

    name: str
    old: str | None
    new: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What came of looking for a lock without problems.

    `text` is that lock, "" where there is none: then `reasons` say why, and `commands` what
    would change the project's own requirements. `report` is the verdict on what is locked in
    the end.
    """

    report: Report
    text: str = ""
    changes: tuple[VersionChange, ...] = ()
    reasons: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
