"""Whether a feed is as fresh as it promises: decided without a clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from feeder.server.api.freshness import Intervals, freshness_of
from feeder.store.browsing import Freshness
from tests.store.nouns import HOUR, MINUTE, NOON


def source(
    read: timedelta | None, every: timedelta, *, failures: int = 0, leased: bool = False
) -> Freshness:
    """Read well so long before noon, and due that long after it was."""
    last = None if read is None else NOON - read
    return Freshness(last, (last or NOON) + every, failures, leased)


def fresh(sources: dict[str, Freshness], intervals: Intervals, now: datetime = NOON) -> bool | None:
    intervals.learn(sources)
    found = freshness_of(sources, sources, intervals, now)
    return None if found is None else found.is_fresh


def test_a_feed_may_be_as_old_as_twice_its_interval_and_an_hour_at_least() -> None:
    for read, every, expected in (
        (59 * MINUTE, 5 * MINUTE, True),
        (61 * MINUTE, 5 * MINUTE, False),
        (119 * MINUTE, HOUR, True),
        (121 * MINUTE, HOUR, False),
    ):
        assert fresh({"news": source(read, every)}, Intervals()) is expected, (read, every)


def test_one_source_that_was_read_is_enough() -> None:
    sources = {"dead": source(9 * HOUR, HOUR, failures=9), "alive": source(MINUTE, HOUR)}
    assert fresh(sources, Intervals())


def test_backing_off_is_no_excuse() -> None:
    intervals = Intervals()
    assert fresh({"news": source(timedelta(), HOUR)}, intervals)
    failing = {"news": source(3 * HOUR, 24 * HOUR, failures=5)}
    assert fresh(failing, intervals) is False


def test_a_source_that_is_looked_at_or_asked_for_just_now_keeps_its_interval() -> None:
    intervals = Intervals()
    daily = {"news": source(timedelta(), 24 * HOUR)}
    assert fresh(daily, intervals)
    later = NOON + 40 * HOUR
    for now_due in (
        {"news": Freshness(NOON, NOON + 70 * MINUTE, 0, leased=True)},
        {"news": Freshness(NOON, NOON - 9 * HOUR, 0, leased=False)},
    ):
        assert fresh(now_due, intervals, later)
    assert fresh({"news": source(timedelta(), 24 * HOUR)}, intervals, NOON + 49 * HOUR) is False


def test_what_is_refreshed_by_hand_or_paused_promises_nothing() -> None:
    by_hand = Freshness(NOON - 99 * HOUR, None, 0, leased=False)
    assert fresh({"news": by_hand}, Intervals()) is None
    assert fresh({}, Intervals()) is None


def test_a_feed_that_was_never_read_is_not_fresh() -> None:
    assert fresh({"news": source(None, HOUR)}, Intervals()) is False


def test_a_clock_that_was_put_back_makes_nothing_old() -> None:
    found = freshness_of(["news"], {"news": source(-9 * HOUR, HOUR)}, Intervals(), NOON)
    assert found is not None
    assert found.age == timedelta()


def test_sources_that_are_no_more_are_forgotten() -> None:
    intervals = Intervals()
    intervals.learn({"news": source(MINUTE, HOUR)})
    assert intervals.of("news") == HOUR
    intervals.learn({"town": source(MINUTE, HOUR)})
    assert intervals.of("news") == timedelta()
