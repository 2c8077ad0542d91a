"""Results that are kept under Poetry's cache directory, so that they need not be found again."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from poetry.utils.cache import FileCache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.poetry_api.project import Project


class Results:
    """Values in terms of JSON, by key.

    What cannot be read is dropped, what cannot be written is not. Several processes may use it
    at once: at worst, one does the work of another again.
    """

    def __init__(self, project: Project) -> None:
        """Open the cache; each version of the plugin has its own results."""
        folder = project.config.repository_cache_directory.parent / "arch-check"
        self._cache: FileCache[Any] = FileCache(path=folder / version("poetry-arch-check"))

    def get(self, key: str) -> Any:
        """Return what is kept under `key`, None if nothing is."""
        with suppress(OSError, RecursionError), _silent():
            return self._cache.get(key)
        return None

    def put(self, key: str, value: Any, minutes: int | None = None) -> None:
        """Keep `value`, for good or for some minutes."""
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
