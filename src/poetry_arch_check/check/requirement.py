"""A requirement of the project in the table where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A requirement of the project: its place (`pyproject.toml:84`) and its `constraint`.

    It stands in a dependency `group`, "" for the main one, or in an `extra` of
    `[project.optional-dependencies]`. `plain` says that it has neither a marker nor extras nor a
    source, so that `poetry add` writes another as it is.
    """

    place: str
    constraint: str
    group: str = ""
    extra: str = ""
    plain: bool = True

    @property
    def removable(self) -> bool:
        """Whether `poetry remove` finds it: it does not look into extras."""
        return not self.extra

    @property
    def options(self) -> str:
        """The options, with a space, with which `poetry add` writes to the same table."""
        if self.extra:
            return f"--optional {self.extra} "
        return f"--group {self.group} " if self.group else ""
