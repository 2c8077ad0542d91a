"""What `--fix` comes to, as data: a lock in which packages have moved, and what stays a problem."""

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
class Stay:
    """A package that stays a problem: `why` is a clause, or what the solver says in its lines.

    `fits` says that a version of it would help, and only the solver finds no way to it. `lines`
    are commands that change a requirement of the project that forbids it to move.
    """

    name: str
    why: str
    fits: bool = True
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What came of looking for a lock with fewer problems.

    `text` is that lock, "" where there is none. `stays` is what has no cure by another version.
    `report` is the verdict on what is locked in the end; `options` are those of this run that
    another command has to be given to check the same.
    """

    report: Report
    text: str = ""
    changes: tuple[VersionChange, ...] = ()
    stays: tuple[Stay, ...] = ()
    options: tuple[str, ...] = ()
