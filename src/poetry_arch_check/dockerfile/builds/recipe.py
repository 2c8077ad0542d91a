"""How an image is built from a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How images are built from a Dockerfile: the context, None if not known, arguments, stages.

    The context is a path relative to the working directory, as the file's own is. A stage is
    empty for the last one, which is built if none is named; there are none if they are not known.
    """

    context: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()


def agreed(recipes: Sequence[Recipe]) -> Recipe:
    """Return what all recipes of one Dockerfile have in common, and all the stages they build."""
    contexts = {each.context for each in recipes}
    targets = dict.fromkeys(name for each in recipes for name in each.targets)
    common = set.intersection(*(set(each.arguments.items()) for each in recipes)) if recipes else ()
    return Recipe(
        context=contexts.pop() if len(contexts) == 1 else None,
        arguments=dict(sorted(common)),
        targets=tuple(targets) if all(each.targets for each in recipes) else (),
    )
