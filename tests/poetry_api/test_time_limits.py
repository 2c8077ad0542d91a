"""Calls that wait for a network end, whatever the other side does."""

from __future__ import annotations

import threading
import time

import pytest

from poetry_arch_check.poetry_api.time_limits import TimeBudget, TimeLimitError, call_within


def test_a_result_and_an_error_come_through() -> None:
    """As if the call had been made directly."""
    assert call_within(60, lambda: 1) == 1
    with pytest.raises(ValueError, match="wrong"):
        call_within(60, lambda: int("wrong"))


def test_a_call_that_does_not_end_is_left() -> None:
    """And its thread does not keep the process."""
    never = threading.Event()
    with pytest.raises(TimeLimitError, match="limit exceeded: no answer within 0 s"):
        call_within(0.05, never.wait)
    assert all(
        thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()
    )
    never.set()


def test_a_budget_is_for_all_calls_together() -> None:
    """What is used up is not there for the next call."""
    budget = TimeBudget(0.2)
    assert budget.call(lambda: 1) == 1
    time.sleep(0.3)
    with pytest.raises(TimeLimitError, match="no time is left"):
        budget.call(lambda: 1)
