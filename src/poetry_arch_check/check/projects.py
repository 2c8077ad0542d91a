"""The result of the check of many projects (`--projects`), as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectReport:
    """One of many projects: its report, or None and why it cannot be checked, a line each.

    `folder` is a path with `/`, relative to where the command runs.
    """

    folder: str
    report: Report | None = None
    failure: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """That of the report; 2 where there is none."""
        return self.report.exit_code if self.report else ArchCheckError.exit_code

    @property
    def problems(self) -> int:
        """How many problems there are on all targets."""
        return sum(len(target.problems) for target in self.report.targets) if self.report else 0


def exit_code_of(projects: Iterable[ProjectReport]) -> int:
    """Return the one exit code: as in a single report, 1 wins over 2, and 2 over 0.

    A problem that was found is one, whatever else could not be checked.
    """
    codes = {project.exit_code for project in projects}
    return next((code for code in (1, ArchCheckError.exit_code) if code in codes), 0)
