"""What a lock asks about an environment: targets that give the same answers have one plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.core.version.markers import MarkerUnion, MultiMarker, SingleMarkerLike

from poetry_arch_check.poetry_api.environment import poetry_markers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry.core.version.markers import BaseMarker

    from poetry_arch_check.check.target import Target


class Comparisons:
    """The single comparisons (`sys_platform == "win32"`) that markers are made of.

    Poetry asks an environment nothing but these and its Python version; what it makes of
    several markers, it makes of the same comparisons.
    """

    def __init__(self, markers: Iterable[BaseMarker]) -> None:
        found = {comparison for marker in {*markers} for comparison in _comparisons(marker)}
        # In an order that is the same in every process: answers are kept.
        self._all = sorted(found, key=str)

    def answers(self, target: Target) -> tuple[object, ...]:
        """Return what `target` answers, a key for its plan."""
        environment = poetry_markers(target)
        answers = (comparison.validate(environment) for comparison in self._all)
        return target.markers["python_full_version"], *answers


def _comparisons(marker: BaseMarker) -> Iterator[BaseMarker]:
    waiting = [marker]
    while waiting:
        match waiting.pop():
            case MultiMarker(markers=parts) | MarkerUnion(markers=parts):
                waiting.extend(parts)
            # Extras are chosen for all targets alike.
            case SingleMarkerLike(name=name) as comparison if name != "extra":
                yield comparison
