"""A failing source is asked less often, and never later than a day and its jitter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from feeder.changes.due import AUTO_INTERVAL, JITTER, LONGEST_BACK_OFF, back_off, next_due
from feeder.config.every import Rhythm, parse_every

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def due(every: Rhythm, failures: int = 0) -> datetime | None:
    return next_due(NOON, every=every, zone=BERLIN, failures=failures)


def test_a_source_that_works_is_due_after_its_interval() -> None:
    assert due(HOUR) == NOON + HOUR
    assert due("auto") == NOON + AUTO_INTERVAL


def test_a_server_that_need_not_be_asked_is_left_alone_where_nobody_said_how_often() -> None:
    later = NOON + timedelta(hours=3)

    def after(every: Rhythm) -> datetime | None:
        return next_due(NOON, every=every, zone=BERLIN, fresh_until=later)

    assert after("auto") == later
    assert after(HOUR) == NOON + HOUR


def test_a_cron_expression_is_meant_in_the_sources_zone() -> None:
    assert due(parse_every("30 14 * * *")) == NOON + timedelta(hours=1, minutes=30)


def test_a_manual_source_is_never_due() -> None:
    assert due("manual") is None


def test_a_failing_source_is_asked_less_often() -> None:
    waits = [back_off(HOUR, failures) for failures in (1, 2, 3)]
    assert HOUR < waits[0] < waits[1] < waits[2]
    assert due(HOUR, failures=2) == NOON + waits[1]


@given(st.integers(1, 10**9), st.floats(-1, 1))
def test_a_back_off_is_bounded(failures: int, jitter: float) -> None:
    wait = back_off(timedelta(minutes=5), failures, jitter)
    assert timedelta(minutes=9) <= wait <= LONGEST_BACK_OFF * (1 + JITTER)


def test_a_back_off_is_never_shorter_than_a_long_interval() -> None:
    assert back_off(timedelta(days=3), 2) == timedelta(days=3)


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    early, middle, late = (back_off(HOUR, 1, jitter) for jitter in (-1.0, 0.0, 1.0))
    assert middle - early == late - middle == middle * JITTER
