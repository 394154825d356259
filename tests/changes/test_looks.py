"""Looks become rarer with a page's age, tries with each that failed; both end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from feeder.changes.looks import LAST, SOONEST, next_look, next_try

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_looks_are_an_hour_apart_at_first_and_end_after_a_week() -> None:
    moments, now = [], NOON
    while (then := next_look(now, NOON)) is not None:
        moments.append(then - NOON)
        now = then
    assert moments[0] == SOONEST
    assert all(later >= 2 * earlier for earlier, later in pairwise(moments))
    assert moments[-1] <= 2 * LAST + SOONEST
    assert len(moments) <= 10


def test_an_old_article_and_one_dated_ahead_of_its_time() -> None:
    assert next_look(NOON, NOON - timedelta(days=30)) is None
    assert next_look(NOON, NOON + timedelta(days=30)) == NOON + SOONEST


def test_tries_come_less_and_less_often_and_end_within_days() -> None:
    waits: list[timedelta] = []
    while (then := next_try(NOON, len(waits) + 1)) is not None:
        waits.append(then - NOON)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=15)
    assert timedelta(days=2) < sum(waits, timedelta(0)) < timedelta(days=7)
