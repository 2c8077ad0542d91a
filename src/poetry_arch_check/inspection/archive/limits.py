"""Limits on what reading one archive may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.tree import MAX_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

# Far beyond what real sdists have (the largest looked at unpacks to 500 MB, ratio 30).
_MAX_BYTES = 2 << 30
_MAX_RATIO = 200
# Up to this size the ratio does not matter: a large generated file compresses well.
_SMALL = 64 << 20
_MAX_PATH = 4096
# Reading the clock can take longer than reading a file: it is read once in so many times.
_READS_PER_CLOCK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long reading one archive may take, in seconds of `clock`.

    A clock of the thread's processor time depends on the archive alone, not on the machine's load.
    """

    clock: Callable[[], float]
    seconds: float = 4.0


class Limits:
    """Counts what reading an archive of `size` bytes costs; raises TreeError beyond a limit."""

    def __init__(self, budget: Budget, size: int) -> None:
        self._budget = budget
        self._end = budget.clock() + budget.seconds
        self._max_bytes = min(_MAX_BYTES, max(_SMALL, size * _MAX_RATIO))
        self._bytes = self._files = self._reads = 0

    def count_bytes(self, count: int) -> None:
        """Count unpacked bytes."""
        self._bytes += count
        if self._bytes > self._max_bytes:
            most = self._max_bytes >> 20
            raise TreeError(f"limit exceeded: the archive unpacks to more than {most:,} MiB")
        self._reads += 1
        if self._reads % _READS_PER_CLOCK == 0 and self._budget.clock() > self._end:
            raise TreeError(
                f"limit exceeded: reading the archive takes more than {self._budget.seconds:g} s"
            )

    def count_file(self) -> None:
        """Count a member of the archive."""
        self._files += 1
        if self._files > MAX_FILES:
            raise TreeError(f"limit exceeded: more than {MAX_FILES:,} files")


def check_path_length(path: str) -> None:
    """Raise TreeError for a path of more than 4,096 characters."""
    if len(path) > _MAX_PATH:
        raise TreeError(f"limit exceeded: a path of more than {_MAX_PATH:,} characters")
