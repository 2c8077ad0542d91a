"""Results of inspections, and why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.errors import CostlyTreeError, TreeError
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.poetry_api.results import Results

if TYPE_CHECKING:
    from poetry_arch_check.poetry_api.project import Project

# A day: newer releases of build requirements come with wheels that older ones did not have.
MINUTES = 24 * 60
# Raised when an inspection finds out more, or tells it in other terms.
_INSPECTION = 9


class ResultCache:
    """Keeps what inspecting sdists has found, and what their build requirements need."""

    def __init__(self, project: Project) -> None:
        self._results = Results(project)
        self._inspections: dict[str, Inspection] = {}

    def inspection(self, key: str) -> Inspection | None:
        """Return the inspection that is kept under `key`; remedies ask for the same ones again."""
        if key not in self._inspections:
            found = Inspection.from_record(self._results.get(f"{_INSPECTION} {key}"))
            if found is None:
                return None
            self._inspections[key] = found
        return self._inspections[key]

    def keep_inspection(self, key: str, inspection: Inspection) -> None:
        """Keep an inspection for good: its key has the hash of what was inspected."""
        self._results.put(f"{_INSPECTION} {key}", inspection.as_record())

    def refusal(self, digest: str) -> TreeError | None:
        """Return why the inspection of the sdist with this hash was given up, if it was."""
        match self._results.get(f"refusal {digest}"):
            case [bool(costly), str(reason)]:
                return CostlyTreeError(reason) if costly else TreeError(reason)
        return None

    def keep_refusal(self, digest: str, error: TreeError) -> None:
        """Keep for good why the inspection of an sdist was given up."""
        self._results.put(f"refusal {digest}", [isinstance(error, CostlyTreeError), str(error)])

    def text(self, key: str) -> str | None:
        """Return the text that is kept under `key`."""
        value = self._results.get(key)
        return value if isinstance(value, str) else None

    def keep_text(self, key: str, text: str) -> None:
        """Keep a text for a day."""
        self._results.put(key, text, MINUTES)
