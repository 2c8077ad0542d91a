"""Lockers that read from and write to memory instead of the lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry.packages import Locker

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument


class DocumentLocker(Locker):
    """Reads a lock from its parsed document, whatever stands in the file at `path`."""

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        super().__init__(path, {})
        self._document = data

    @property
    def lock_data(self) -> dict[str, Any]:
        """The parsed lock."""
        return self._document

    def is_locked(self) -> bool:
        """Return True: the document is a lock."""
        return True


class CapturingLocker(Locker):
    """Computes a lock as Poetry would write it, and keeps it in `captured`."""

    captured: TOMLDocument | None = None

    def is_locked(self) -> bool:
        """Return False, so that the lock is written whether or not it differs from the file's."""
        return False

    def _write_lock_data(self, data: TOMLDocument) -> None:
        self.captured = data
