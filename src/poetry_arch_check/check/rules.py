"""What counts as a problem in a project: accepted problems, required wheels, known needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.names import same_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.toolchains.need import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """An accepted problem: a package, on one target or (None) on all, and why.

    `platform` is what the target's name stands for, if it is not a name of the configuration.
    """

    package: str
    target: str | None
    reason: str
    platform: Platform | None = None

    def covers(self, package: str, target: Target) -> bool:
        """Return whether it is about this package on this target.

        What is accepted for linux/arm64 is accepted for a machine at hand that is one.
        """
        if self.package != package:
            return False
        if self.target is None or same_target(self.target, target.name):
            return True
        return (
            target.current
            and self.platform is not None
            and self.platform.same_kind(target.platform)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What counts as a problem, and what the project knows better than we do.

    `requires` holds `packages.<name>.requires` by normalized name.
    """

    require_wheels: bool = False
    ignores: tuple[Ignore, ...] = ()
    requires: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
