"""Which of its locked files Poetry takes for a package: the rules of its Chooser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Sdist, Wheel

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.platforms.tags import Support

# Of so few files, the right one is found again as fast as it is looked up, and nothing is kept.
_FEW = 2


def choose(package: LockedPackage, support: Support) -> Wheel | Sdist | None:
    """Return the file that Poetry takes where `support` is what fits, None if there is none.

    Wheels come first; among them one with a build tag, then the best supported tag
    (`Chooser._sort_key`); among equals the first in the lock. The package says what
    policies allow; they cover only files that Poetry recognizes as sdists.
    """
    if len(package.artifacts) <= _FEW:
        return _choose(package, support)
    if support not in package.chosen:
        package.chosen[support] = _choose(package, support)
    return package.chosen[support]


def _choose(package: LockedPackage, support: Support) -> Wheel | Sdist | None:
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
    fitting, ranks = package.fitting(support), support.ranks
    if package.has_builds:
        best = max(
            fitting, key=lambda tag: (package.wheel_for[tag].build, -ranks[tag]), default=None
        )
    else:
        best = min(fitting, key=ranks.__getitem__, default=None)
    return None if best is None else package.wheel_for[best]
