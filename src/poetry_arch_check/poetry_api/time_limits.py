"""Limits of time, as a whole, for calls that wait for a network.

Poetry's own limits are for each step: an index that sends a byte every ten seconds, or asks to
come back in an hour, is waited for without end.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

# Seconds that one request, download or checkout may take.
FETCH_SECONDS = 60.0
# Seconds that all of them together may take, for the command and for a hook.
COMMAND_SECONDS = 600.0
HOOK_SECONDS = 30.0


class TimeLimitError(Exception):
    """A call took longer than it may; the text is a clause for a sentence."""


def call_within(seconds: float, call: Callable[[], Result]) -> Result:
    """Return what `call` returns, or raise what it raises.

    Raises TimeLimitError after `seconds`. The call itself cannot be ended: its thread is left
    behind, and does not keep the process from ending.
    """
    if seconds <= 0:
        raise TimeLimitError("limit exceeded: no time is left to fetch it")
    results: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised where the call is waited for
            results.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeLimitError(f"limit exceeded: no answer within {seconds:.0f} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """How long all that is fetched and inspected in one run may take together, in seconds."""

    seconds: float = COMMAND_SECONDS
    _since: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds that are left, none or fewer where all are used up."""
        return self.seconds - (time.monotonic() - self._since)

    def call(self, call: Callable[[], Result]) -> Result:
        """Return what `call` returns within the time that is left, at most `FETCH_SECONDS`.

        Raises TimeLimitError, and what `call` raises.
        """
        return call_within(min(FETCH_SECONDS, self.left), call)
