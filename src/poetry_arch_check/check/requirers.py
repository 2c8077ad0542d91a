"""Who brings a package in: the chain from a requirement of the project. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The place of a requirement of the project (`pyproject.toml:31`), and names from it down.

    The first name is what the project requires there, the last one the package asked for.
    """

    place: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirers:
    """Who requires what on a target, by normalized name.

    `own` has the places of the project's requirements, `dependents` the planned packages that
    require another.
    """

    own: Mapping[str, str] = field(default_factory=dict)
    dependents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def chain(self, name: str, *, without: str = "") -> Chain | None:
        """Return the shortest chain down to `name`, None where none is known.

        It is one that does not lead over `without`.
        """
        below: dict[str, str | None] = {name: None}
        waiting = [name]
        for each in waiting:
            if each in self.own:
                return Chain(place=self.own[each], names=_down(each, below))
            for dependent in self.dependents.get(each, ()):
                if dependent not in below and dependent != without:
                    below[dependent] = each
                    waiting.append(dependent)
        return None


def _down(name: str, below: Mapping[str, str | None]) -> tuple[str, ...]:
    names: list[str] = []
    at: str | None = name
    while at is not None:
        names.append(at)
        at = below[at]
    return tuple(names)


def brought_by(names: Iterable[str], everywhere: Iterable[Requirers]) -> dict[str, str]:
    """Return, for those of `names` that one package alone brings in, which one that is.

    Directly or by way of others that it brings in itself; the nearest of several.
    """
    merged = _merged(everywhere)
    return {
        name: parent
        for name in names
        if (chain := merged.chain(name)) and (parent := _only_parent(chain, merged))
    }


def _merged(everywhere: Iterable[Requirers]) -> Requirers:
    own: dict[str, str] = {}
    dependents: dict[str, dict[str, None]] = {}
    for requirers in everywhere:
        own.update(requirers.own)
        for name, found in requirers.dependents.items():
            dependents.setdefault(name, {}).update(dict.fromkeys(found))
    return Requirers(own=own, dependents={name: (*found,) for name, found in dependents.items()})


def _only_parent(chain: Chain, requirers: Requirers) -> str:
    """Return the last of `chain` without which no other chain leads there, "" for none."""
    *above, name = chain.names
    for parent in reversed(above):
        if requirers.chain(name, without=parent) is None:
            return parent
    return ""
