"""A weighted set cover: the cheapest candidates that cure all that can be cured. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Generic[Item]):
    """Something that costs `weight` (above 0) and cures the problems of these names."""

    item: Item
    weight: int
    cures: frozenset[str]


def cover(
    problems: frozenset[str], candidates: Sequence[Candidate[Item]]
) -> tuple[Candidate[Item], ...]:
    """Return candidates that cure all of `problems` that any does, none of them needless.

    Greedy, by weight for each problem (Chvátal 1979, at most ln n worse than the best cover);
    then those are left out again that the others make needless, the dearest first. The order
    of `candidates` decides among equals, and is kept.
    """
    order = {id(candidate): number for number, candidate in enumerate(candidates)}
    chosen: list[Candidate[Item]] = []
    uncured = problems & _cured(candidates)
    while uncured:
        best = min(
            (each for each in candidates if each.cures & uncured),
            key=lambda each: (each.weight / len(each.cures & uncured), order[id(each)]),
        )
        chosen.append(best)
        uncured -= best.cures
    needed = problems & _cured(chosen)
    for dear in sorted(chosen, key=lambda each: (-each.weight, -order[id(each)])):
        others = [each for each in chosen if each is not dear]
        if needed <= _cured(others):
            chosen = others
    return tuple(sorted(chosen, key=lambda each: order[id(each)]))


def _cured(candidates: Iterable[Candidate[Item]]) -> frozenset[str]:
    return frozenset(name for candidate in candidates for name in candidate.cures)
