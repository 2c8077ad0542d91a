"""How an image is built from a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an image is built from a Dockerfile: its context, arguments, and stage, None if not said.

    The context is a path relative to the working directory, as the file's own is. The stage is
    empty for the last one of the Dockerfile, which is built if none is named.
    """

    context: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None


def agreed(recipes: Sequence[Recipe]) -> Recipe:
    """Return what all recipes of one Dockerfile have in common."""
    contexts = {each.context for each in recipes}
    targets = {each.target for each in recipes}
    common = set.intersection(*(set(each.arguments.items()) for each in recipes)) if recipes else ()
    return Recipe(
        context=contexts.pop() if len(contexts) == 1 else None,
        arguments=dict(sorted(common)),
        target=targets.pop() if len(targets) == 1 else None,
    )
