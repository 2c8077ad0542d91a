"""TODO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry.packages import Locker

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument

from typing import TYPE_CHECKING


class HeldLocker(Locker):
    """The Locker of a lock that is at hand, whatever stands in the file at `path`."""

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        """Take the parsed lock."""
        super().__init__(path, {})
        self._held = data

    @property
    def lock_data(self) -> dict[str, Any]:
        """What was taken."""
        return self._held

    def is_locked(self) -> bool:
        """Return True: there is a lock, if only here."""
        return True


class KeepingLocker(Locker):
    """Computes the lock as Poetry writes it, and keeps it."""

    kept: TOMLDocument | None = None

    def is_locked(self) -> bool:
        """Return False: there is nothing to compare with."""
        return False

    def _write_lock_data(self, data: TOMLDocument) -> None:
        self.kept = data
