"""What remedies are made from and proven with, beside the finding itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.check.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.check.change import OwnRequirement
    from poetry_arch_check.check.needs import SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target


def _unknown(*_: object) -> None:
    return None


def _none(*_: object) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one target of a run.

    `pythons` are the minor versions of Python 3 that the project allows, `inspected` the sources
    that are built on the target. `everywhere` has all targets of the run with their findings.
    `build_constraints` says that the Poetry at hand knows them.

    The functions may ask Poetry: `plan` returns what would be installed on a target, by normalized
    name, None where that takes more than the lock, `solve` all of it, whatever that takes;
    `inspect` inspects a package that is built on a target, with more build constraints (PEP 508),
    None where its sources are not at hand; `dependents` returns who requires a package (normalized
    name) on a target; `own_requirements` the project's own requirements that bring one in there.
    """

    pythons: tuple[int, ...] = ()
    rules: Rules = field(default_factory=Rules)
    inspected: Mapping[LockedPackage, SourceInspection] = field(default_factory=dict)
    everywhere: tuple[tuple[Target, tuple[Finding, ...]], ...] = ()
    build_constraints: bool = True
    plan: Callable[[Target], Mapping[str, tuple[LockedPackage, ...]] | None] = _unknown
    solve: Callable[[Target], tuple[LockedPackage, ...] | None] = _unknown
    inspect: Callable[[LockedPackage, Target, tuple[str, ...]], SourceInspection | None] = _unknown
    dependents: Callable[[str, Target], tuple[Dependent, ...]] = _none
    own_requirements: Callable[[str, Target], tuple[OwnRequirement, ...]] = _none
