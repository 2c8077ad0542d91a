"""What to do about the problems of a target, as data: the cheapest steps after which it is ok."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A remedy, and the packages that it cures; `or_else` are the same with other tools."""

    remedy: Remedy
    cures: tuple[LockedPackage, ...]
    or_else: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps, to be taken in this order, and the packages that none of them cures."""

    steps: tuple[Step, ...] = ()
    left: tuple[LockedPackage, ...] = ()

    @property
    def untouched(self) -> tuple[LockedPackage, ...]:
        """What is left and that no step brings nearer."""
        names = {each.name for step in self.steps for each in step.cures}
        return tuple(each for each in self.left if each.name not in names)

    def concerning(self, names: Collection[str]) -> Plan:
        """Return what of it is about these packages."""
        steps = (
            replace(step, cures=tuple(each for each in step.cures if each.name in names))
            for step in self.steps
        )
        return Plan(
            steps=tuple(step for step in steps if step.cures),
            left=tuple(each for each in self.left if each.name in names),
        )


NOTHING_TO_DO = Plan()
