"""Progress: how many of how many are done, and work that reports it from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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

    `progress` is told before the first and after each. What `work` raises is raised here; what
    has not begun by then is not begun, so that an interrupt waits for running work alone.
    """
    items = list(items)
    lock, done = threading.Lock(), 0

    def counted(item: Item) -> Result:
        nonlocal done
        result = work(item)
        with lock:
            done += 1
            progress(done, len(items))
        return result

    progress(0, len(items))
    if len(items) <= 1 or workers <= 1:
        return [counted(item) for item in items]
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        return list(pool.map(counted, items))
    finally:
        pool.shutdown(cancel_futures=True)
