"""Work in several threads, with its progress."""

from __future__ import annotations

import threading

import pytest

from poetry_arch_check.output.progress import for_each, no_progress


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_results_are_in_order_and_counted(workers: int) -> None:
    """Whichever thread is done first; progress never goes back."""
    told: list[tuple[int, int]] = []
    found = for_each(
        range(20),
        lambda item: item * item,
        workers=workers,
        progress=lambda *done: told.append(done),
    )
    assert found == [item * item for item in range(20)]
    assert told == [(done, 20) for done in range(21)]


def test_nothing_to_do() -> None:
    """No thread is started for it."""
    assert for_each([], str, workers=4, progress=no_progress) == []


@pytest.mark.parametrize("workers", [1, 4])
def test_an_error_is_raised(workers: int) -> None:
    """Where it is waited for, though other work still runs."""
    others = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            raise ValueError("wrong")
        others.wait()
        return item

    with pytest.raises(ValueError, match="wrong"):
        for_each(range(4), work, workers=workers, progress=no_progress)
    others.set()
