"""Progress: how many of how many are done, and work that reports it from several threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

Progress: TypeAlias = Callable[[int, int], None]
Item = TypeVar("Item")
Result = TypeVar("Result")


def no_progress(done: int, of: int) -> None:
    """Show no progress."""


def for_each(
    items: Iterable[Item], work: Callable[[Item], Result], *, workers: int, progress: Progress
) -> list[Result]:
    """Return what `work` returns for each of `items`, `workers` of them at a time.

    `progress` is told before the first and after each. What `work` raises is raised here. An
    interrupt is not kept waiting by work that runs: its threads do not outlive the process.
    """
    items = list(items)
    progress(0, len(items))
    if len(items) <= 1 or workers <= 1:
        results = []
        for item in items:
            results.append(work(item))
            progress(len(results), len(items))
        return results
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Result | None, BaseException | None]] = queue.SimpleQueue()
    for index in range(len(items)):
        waiting.put(index)

    def run() -> None:
        while True:
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((index, work(items[index]), None))
            except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits
                done.put((index, None, error))

    for _ in range(min(workers, len(items))):
        threading.Thread(target=run, daemon=True).start()
    found: dict[int, Result] = {}
    while len(found) < len(items):
        index, result, error = done.get()
        if error is not None:
            raise error
        found[index] = result  # type: ignore[assignment]
        progress(len(found), len(items))
    return [found[index] for index in range(len(items))]
