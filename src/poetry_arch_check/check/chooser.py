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
    best = max(
        package.tags & support.tags,
        key=lambda tag: (package.wheel_for[tag].build, -support.ranks[tag]),
        default=None,
    )
    return None if best is None else package.wheel_for[best]
