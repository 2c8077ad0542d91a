"""Which of its locked files Poetry takes for a package: the rules of its Chooser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Sdist, Wheel

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.platforms.tags import Support


def choose(package: LockedPackage, support: Support) -> Wheel | Sdist | None:
    """Return the file that Poetry takes where `support` is what fits, None if there is none.

    Wheels come first; among them one with a build tag, then the best supported tag
    (`Chooser._sort_key`); among equals the first in the lock. The package says what
    policies allow; they cover only files that Poetry recognizes as sdists.
    """
    return (choose_wheel(package, support) if package.wheels_allowed else None) or next(
        (
            artifact
            for artifact in package.artifacts
            if isinstance(artifact, Sdist) and (package.sdists_allowed or not artifact.recognized)
        ),
        None,
    )


def choose_wheel(package: LockedPackage, support: Support) -> Wheel | None:
    """Return the best of the wheels that fit, whatever policies say."""
    best: tuple[tuple[tuple[int, str] | tuple[()], int], Wheel] | None = None
    for wheel in package.wheels:
        if fitting := wheel.tags & support.tags:
            preference = wheel.build, -min(support.ranks[tag] for tag in fitting)
            if best is None or preference > best[0]:
                best = preference, wheel
    return best[1] if best else None
