"""What is found out about a build, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.need import Need

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.breakage import Breakage


class Requirements:
    """What a build requires, in the order in which it was found.

    `optional` says that something is compiled if there is a compiler, and left out if not;
    `broken` why no toolchain builds it. `sources` are what CMake or Meson compiles, as paths.
    """

    def __init__(self) -> None:
        self._needs: dict[str, Need] = {}
        self.optional = False
        self.broken: Breakage | None = None
        self.sources: list[str] = []

    @property
    def needs(self) -> tuple[Need, ...]:
        """Return what is required, each dependency once."""
        return tuple(self._needs.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Return the PEP 725 names of what is required."""
        return tuple(self._needs)

    def add(self, *needs: str | Need) -> None:
        """Note what the build cannot do without: a PEP 725 name, or a need with versions."""
        for each in needs:
            need = Need.parse(each) if isinstance(each, str) else each
            known = self._needs.get(need.dependency)
            self._needs[need.dependency] = known.together_with(need) if known else need

    def add_hook(self, needs: Iterable[str | Need], *, optional: bool) -> None:
        """Note what something that is compiled requires; `optional` if it may be left out."""
        if optional:
            self.optional = True
        else:
            self.add(*needs)
