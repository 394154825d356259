"""Quiet hours: how they are written, and that a source is due after them on any day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.config.quiet import Window, parse_quiet, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")


def until(written: object, *moment: int, fold: int = 0) -> datetime:
    """The end of quiet hours after a moment by the clocks of Berlin."""
    begun = datetime(*moment, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type,misc]
    return quiet_until(begun.astimezone(UTC), parse_quiet(written), BERLIN)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("22:00-06:00", (Window(1320, 360),)),
        (" 9:05 - 17:30 ", (Window(545, 1050),)),
        ("20:00–24:00", (Window(1200, 0),)),
        (["12:00-13:00", "22:00-06:00"], (Window(720, 780), Window(1320, 360))),
        ([], ()),
    ],
)
def test_hours_as_people_write_them(written: object, meant: tuple[Window, ...]) -> None:
    assert parse_quiet(written) == meant


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("", "expected hours such as"),
        ("22-6", "expected hours such as"),
        (22, "expected hours such as"),
        ([["22:00-06:00"]], "expected hours such as"),
        (["22:00-06:00"] * 25, "expected hours such as"),
        ("25:00-06:00", "no time of day 25:00"),
        ("22:60-06:00", "no time of day 22:60"),
        ("24:01-06:00", "no time of day 24:01"),
        ("06:00-06:00", "begins and ends at the same time"),
        ("00:00-24:00", "leaves no time of the day"),
        (["06:00-18:00", "17:00-06:00"], "leaves no time of the day"),
    ],
)
def test_what_are_no_quiet_hours(written: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_quiet(written)


def test_the_end_is_no_part_of_them_and_the_beginning_is() -> None:
    before = datetime(2026, 3, 1, 21, 59, tzinfo=BERLIN)
    assert until("22:00-06:00", 2026, 3, 1, 21, 59) == before
    assert until("22:00-06:00", 2026, 3, 1, 22, 0) == datetime(2026, 3, 2, 6, tzinfo=BERLIN)
    assert until("22:00-06:00", 2026, 3, 1, 6, 0) == datetime(2026, 3, 1, 6, tzinfo=BERLIN)


def test_they_go_over_midnight() -> None:
    six = datetime(2026, 3, 2, 6, tzinfo=BERLIN)
    assert until("22:00-06:00", 2026, 3, 1, 23, 0) == until("22:00-06:00", 2026, 3, 2, 1, 0) == six


def test_those_that_follow_each_other_are_one() -> None:
    hours = ["20:00-24:00", "00:00-04:00", "03:00-07:30"]
    assert until(hours, 2026, 3, 1, 21, 0) == datetime(2026, 3, 2, 7, 30, tzinfo=BERLIN)


# On 29 March 2026 Berlin has no hour from 2 to 3, on 25 October two of them.


def test_the_night_on_which_clocks_are_changed_ends_by_the_clock() -> None:
    assert until("22:00-06:00", 2026, 3, 28, 22, 0) == datetime(2026, 3, 29, 4, 0, tzinfo=UTC)
    assert until("22:00-06:00", 2026, 10, 24, 22, 0) == datetime(2026, 10, 25, 5, 0, tzinfo=UTC)


def test_an_end_that_is_left_out_comes_as_much_later() -> None:
    assert until("22:00-02:30", 2026, 3, 29, 1, 45) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_end_that_comes_twice_is_the_second() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert until("22:00-02:30", 2026, 10, 25, 2, 10) == second
    assert until("22:00-02:30", 2026, 10, 25, 2, 10, fold=1) == second


def test_a_source_that_is_free_in_the_missing_hour_alone_is_due_the_day_after() -> None:
    free = datetime(2026, 3, 30, 2, 0, tzinfo=BERLIN)
    assert until("03:00-02:00", 2026, 3, 28, 12, 0) == free
    assert until("03:00-02:00", 2026, 3, 29, 12, 0) == free


MINUTES = st.integers(0, 24 * 60 - 1)
WINDOWS = st.lists(st.builds(Window, MINUTES, MINUTES), max_size=5).filter(
    lambda windows: not windows or not all(any(w.holds(m) for w in windows) for m in range(24 * 60))
)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    WINDOWS,
    st.sampled_from(["Europe/Berlin", "UTC", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_whatever_they_are_a_source_is_due_within_two_days_and_never_in_them(
    moment: datetime, windows: list[Window], key: str
) -> None:
    zone, now = ZoneInfo(key), moment.replace(tzinfo=UTC)
    end = quiet_until(now, tuple(windows), zone)
    assert now <= end <= now + timedelta(days=2, hours=1)
    local = end.astimezone(zone)
    assert not any(w.holds(local.hour * 60 + local.minute) for w in windows)


def test_they_are_quick_to_look_up() -> None:
    many = parse_quiet([f"{hour}:00-{hour}:59" for hour in range(24)])
    assert quiet_until(datetime(2026, 3, 1, tzinfo=UTC), many, BERLIN).minute == 59
