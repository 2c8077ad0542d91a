"""Results of inspections, kept under Poetry's cache directory."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from poetry.utils.cache import FileCache

from poetry_arch_check.inspection.inspect_tree import Inspection
from poetry_arch_check.inspection.tree import CostlyTreeError, TreeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.poetry_api.project import Project

# A day: newer releases of build requirements come with wheels that older ones did not have.
MINUTES = 24 * 60


class ResultCache:
    """A cache of results; what cannot be read in it is dropped, what cannot be written is not.

    Several processes may use it at once: at worst, one does the work of another again.
    """

    def __init__(self, project: Project) -> None:
        """Open the cache; each version of the plugin has its own results."""
        folder = project.config.repository_cache_directory.parent / "arch-check"
        self._cache: FileCache[Any] = FileCache(path=folder / version("poetry-arch-check"))

    def inspection(self, key: str) -> Inspection | None:
        """Return the inspection that is kept under `key`."""
        return Inspection.from_record(self._get(key))

    def keep_inspection(self, key: str, inspection: Inspection) -> None:
        """Keep an inspection for good: its key has the hash of what was inspected."""
        self._put(key, inspection.as_record())

    def refusal(self, digest: str) -> TreeError | None:
        """Return why the inspection of the sdist with this hash was given up, if it was."""
        match self._get(f"refusal {digest}"):
            case [bool(costly), str(reason)]:
                return CostlyTreeError(reason) if costly else TreeError(reason)
        return None

    def keep_refusal(self, digest: str, error: TreeError) -> None:
        """Keep for good why the inspection of an sdist was given up."""
        self._put(f"refusal {digest}", [isinstance(error, CostlyTreeError), str(error)])

    def text(self, key: str) -> str | None:
        """Return the text that is kept under `key`."""
        value = self._get(key)
        return value if isinstance(value, str) else None

    def keep_text(self, key: str, text: str) -> None:
        """Keep a text for a day."""
        self._put(key, text, MINUTES)

    def _get(self, key: str) -> Any:
        with suppress(OSError, RecursionError), _silent():
            return self._cache.get(key)
        return None

    def _put(self, key: str, value: Any, minutes: int | None = None) -> None:
        with suppress(OSError):
            self._cache.put(key, value, minutes)


# Several threads read at once; the last has to restore the logger as it was.
_SILENCE = threading.Lock()


@contextmanager
def _silent() -> Iterator[None]:
    """Keep Poetry from warning of a damaged file, which it has removed already."""
    logger = logging.getLogger("poetry.utils.cache")
    with _SILENCE:
        disabled, logger.disabled = logger.disabled, True
        try:
            yield
        finally:
            logger.disabled = disabled
