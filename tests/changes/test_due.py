"""A failing source is asked less often, and never later than a day and its jitter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeder.changes.due import JITTER, LONGEST_BACK_OFF, back_off, next_due

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_source_that_works_is_due_after_its_interval() -> None:
    assert next_due(NOON, HOUR) == NOON + HOUR


def test_a_failing_source_is_asked_less_often() -> None:
    once, thrice = next_due(NOON, HOUR, failures=1), next_due(NOON, HOUR, failures=3)
    assert NOON + HOUR < once < thrice


@given(st.integers(1, 10**9), st.floats(-1, 1))
def test_a_back_off_is_bounded(failures: int, jitter: float) -> None:
    wait = back_off(timedelta(minutes=5), failures, jitter)
    assert timedelta(minutes=9) <= wait <= LONGEST_BACK_OFF * (1 + JITTER)


def test_a_back_off_is_never_shorter_than_a_long_interval() -> None:
    assert back_off(timedelta(days=3), 2) == timedelta(days=3)
