"""How targets of a bake file are built (Docker docs, Bake: inheriting attributes)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import elsewhere, mapping, strings
from poetry_arch_check.dockerfile.builds.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.dockerfile.builds.documents import Source

_INHERITED = ("context", "dockerfile", "target")


class Inheritance:
    """Targets with what they inherit: their own settings, else those of the last parent."""

    def __init__(
        self, targets: dict[str, dict[str, Any]], text: Callable[[object], str | None]
    ) -> None:
        self._targets = targets
        self._text = text
        self._known: dict[str, dict[str, Any]] = {}

    def builds(self, name: str, source: Source) -> bool:
        """Return whether a target is built from the Dockerfile."""
        target = self._of(name)
        place = target.get("context", "."), target.get("dockerfile", "Dockerfile")
        return source.builds(*map(self._text, place))

    def recipe(self, name: str, source: Source) -> Recipe:
        """Return how a target is built, as far as the file tells."""
        target = self._of(name)
        context = self._text(target.get("context", "."))
        here = posixpath.dirname(source.path.replace("\\", "/"))
        arguments = {key: self._text(value) for key, value in target["args"].items()}
        return Recipe(
            context=None
            if context is None or elsewhere(context)
            else posixpath.normpath(posixpath.join(here, context)),
            arguments={key: value for key, value in arguments.items() if value is not None},
            target=self._text(target.get("target", "")),
        )

    def _of(self, name: str) -> dict[str, Any]:
        """Return the settings of a target, `args` always among them; each is put together once."""
        if name not in self._known:
            # A target that inherits from itself has no more.
            self._known[name] = {"args": {}}
            own = self._targets.get(name, {})
            found: dict[str, Any] = {"args": {}}
            for parent in (*map(self._of, strings(own.get("inherits"))), own):
                arguments = found["args"] | mapping(parent.get("args"))
                found |= {key: parent[key] for key in _INHERITED if key in parent}
                found["args"] = arguments
            self._known[name] = found
        return self._known[name]
