"""What the entries of a lock require: one walk through it, for whoever asks who requires what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One way in which an entry (`dependent`, `version`) states that it requires `name`.

    `dependent` and `name` are normalized; `title` and `spelled` are they as the lock has them.
    `constraint` is None for what comes from a path, a repository or a URL.
    """

    dependent: str
    title: str
    version: str
    name: str
    spelled: str
    constraint: str | None
    marker: str | None


_normalized = lru_cache(maxsize=1 << 16)(canonicalize_name)


def lock_edges(data: Mapping[str, Any], to: str | None = None) -> Iterator[Edge]:
    """Yield every requirement in a parsed lock, in its order; only of the normalized name `to`."""
    for info in data.get("package", []):
        for key, stated in info.get("dependencies", {}).items():
            if to is not None and _normalized(key) != to:
                continue
            for each in stated if isinstance(stated, list) else [stated]:
                table = each if isinstance(each, dict) else {"version": each}
                constraint = table.get("version")
                yield Edge(
                    dependent=_normalized(info["name"]),
                    title=str(info["name"]),
                    version=str(info["version"]),
                    name=_normalized(key),
                    spelled=str(key),
                    constraint=constraint if isinstance(constraint, str) else None,
                    marker=table.get("markers"),
                )
