"""Why no toolchain builds an sdist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.build_tools import excludes
from poetry_arch_check.inspection.script.modules import requirements

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """Why no toolchain builds an sdist (a clause for a sentence), and what helps.

    `constraint` is a build constraint, one requirement, "" if none helps. `compiling` says that it
    is a C compiler that refuses it, as which some builds do without what is compiled.
    """

    why: str
    constraint: str = ""
    compiling: bool = False

    def lifted_by(self, constraints: Iterable[str]) -> bool:
        """Return whether the project's build constraints (PEP 508) exclude what breaks it."""
        constrained = dict(requirements(constraints))
        return any(
            excludes(constrained.get(tool), bound.version)
            for tool, needed in requirements([self.constraint])
            for bound in needed.specifier
        )
