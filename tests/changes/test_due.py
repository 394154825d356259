"""When a source is next due, and why: by its rhythm, by the clock, and after failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.changes.due import (
    BACK_OFF_JITTER,
    JITTER,
    LOCAL_INTERVAL,
    LONGEST_BACK_OFF,
    SPREAD,
    Due,
    Looked,
    Plan,
    back_off,
    next_due,
)
from feeder.changes.hours import Hours
from feeder.changes.rhythm import LONGEST, SHORTEST, UNKNOWN
from feeder.config.every import Rhythm, parse_every
from feeder.config.quiet import parse_quiet
from feeder.models import Appeared, Patience

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")


def due(every: Rhythm = "auto", failures: int = 0) -> Due:
    return next_due(Plan(every, zone=BERLIN), Looked(NOON, failures))


def came(*ago: timedelta, seen: datetime = NOON) -> list[Appeared]:
    """Entries that were published so long before noon."""
    return [Appeared(NOON - each, seen) for each in ago]


def hourly(number: int, every: timedelta = HOUR) -> list[Appeared]:
    return came(*(each * every for each in range(number)))


# By the configuration


def test_a_duration_is_kept_and_said_so() -> None:
    assert due(HOUR) == (NOON + HOUR, "every 1 hour, as you say")
    assert due(90 * MINUTE).because == "every 1 hour 30 minutes, as you say"


def test_a_folder_is_listed_every_quarter_of_an_hour() -> None:
    found = next_due(Plan(is_local=True), Looked(NOON, entries=hourly(30, MINUTE)))
    assert found == (NOON + LOCAL_INTERVAL, "every 15 minutes, since it is on this machine")


def test_a_cron_expression_is_meant_in_the_sources_zone() -> None:
    at = NOON + timedelta(hours=1, minutes=30)
    assert due(parse_every("30 14 * * *")) == (at, 'by "30 14 * * *", as you say')


def test_a_manual_source_is_never_due() -> None:
    assert due("manual") == (None, "only when you ask for it")
    assert due("manual", failures=3).at is None


def test_sources_that_began_together_do_not_stay_in_step() -> None:
    times = [next_due(Plan(HOUR), Looked(NOON, jitter=j)).at for j in (-1.0, 0.0, 1.0)]
    assert times == [NOON + HOUR * share for share in (1 - JITTER, 1, 1 + JITTER)]


def test_what_is_looked_at_once_a_month_keeps_to_an_hour_or_so() -> None:
    month = timedelta(days=31)
    late = next_due(Plan(month), Looked(NOON, jitter=1)).at
    assert late is not None
    assert late - NOON - month == JITTER * timedelta(days=1)
    assert back_off(month, 5, 1.0) - month == BACK_OFF_JITTER * timedelta(days=1)


# By the rhythm


def adaptive(looked: Looked) -> tuple[timedelta, str]:
    found = next_due(Plan(), looked)
    assert found.at is not None
    return found.at - looked.now, found.because


def test_a_source_of_which_nothing_is_known_is_looked_at_every_hour() -> None:
    assert adaptive(Looked(NOON)) == (UNKNOWN, "its rhythm is not known yet")
    assert adaptive(Looked(NOON, entries=came(HOUR)))[0] == UNKNOWN


def test_a_source_is_looked_at_twice_in_each_of_its_gaps() -> None:
    wait, because = adaptive(Looked(NOON, entries=hourly(20, 6 * HOUR)))
    assert (wait, because) == (3 * HOUR, "new entries every 6 hours or so")


def test_it_is_never_looked_at_more_often_than_every_five_minutes() -> None:
    for often in (3 * MINUTE, MINUTE / 2):
        assert adaptive(Looked(NOON, entries=hourly(50, often)))[0] == SHORTEST


def test_a_silent_source_is_looked_at_ever_more_rarely_and_at_least_once_a_day() -> None:
    entries = hourly(20)
    waits = [adaptive(Looked(NOON + days * 24 * HOUR, entries=entries)) for days in (0, 1, 3, 30)]
    assert waits[0][0] < waits[1][0] < waits[2][0] < waits[3][0] == LONGEST
    assert waits[2][1] == "nothing new for 3 days"


def test_it_is_looked_at_often_again_as_soon_as_something_comes() -> None:
    later = NOON + 72 * HOUR
    silent = adaptive(Looked(later, entries=hourly(20)))[0]
    back = adaptive(Looked(later, entries=[Appeared(later, later), *hourly(20)]))[0]
    assert (silent, back) == (9 * HOUR, 30 * MINUTE * 1.45)


def test_what_comes_together_is_one_arrival() -> None:
    morning = [
        one for day in range(10) for one in came(*(day * 24 * HOUR + n * MINUTE for n in range(5)))
    ]
    assert adaptive(Looked(NOON, entries=morning))[1] == "new entries every 1 day or so"


def test_dates_without_a_time_are_told_by_when_they_were_found() -> None:
    midnight = NOON.replace(hour=0)
    entries = [Appeared(midnight, NOON - n * HOUR) for n in range(8)]
    assert adaptive(Looked(NOON, entries=entries))[1] == "new entries every 1 hour or so"


def test_a_days_worth_of_dates_without_a_time_is_spread_over_the_day_at_first() -> None:
    days = [NOON.replace(hour=0) - n * 24 * HOUR for n in range(1, 6)]
    entries = [Appeared(day, NOON) for day in days for _ in range(6)]
    assert adaptive(Looked(NOON, entries=entries))[1] == "new entries every 4 hours or so"


def office(days: int = 12) -> list[Appeared]:
    """An entry every two hours from 8 to 16 o'clock each day, to the morning before last noon."""
    begin = NOON.replace(hour=8) - days * 24 * HOUR
    dates = [begin + day * 24 * HOUR + 2 * n * HOUR for day in range(days) for n in range(5)]
    return [Appeared(date + MINUTE * n, NOON - 12 * HOUR) for n, date in enumerate(dates)]


def test_a_source_with_hours_of_its_own_is_looked_at_in_these() -> None:
    def wait(hour: int) -> tuple[timedelta, str]:
        entries = [*office(), Appeared(NOON.replace(hour=8), NOON.replace(hour=8))]
        return adaptive(Looked(NOON.replace(hour=hour), entries=entries))

    assert HOUR < wait(9)[0] < 1.5 * HOUR
    assert wait(9)[1] == "new entries every 2 hours or so at its usual hours"
    assert wait(22)[0] > 6 * HOUR


def test_its_night_is_no_silence() -> None:
    """At seven in the morning it is looked at as often as ever, after fifteen hours of nothing."""
    entries = office()
    morning = NOON.replace(hour=7)
    assert entries[-1].published < morning - 13 * HOUR
    wait, because = adaptive(Looked(morning, entries=entries))
    assert wait < 1.5 * HOUR
    assert because == "new entries every 2 hours or so at its usual hours"


def test_an_hour_in_which_nothing_comes_passes_slowly() -> None:
    slow = Hours(tuple(0.25 if hour >= 12 else 1.0 for hour in range(24)))
    far = NOON + 99 * HOUR
    assert slow.after(NOON, MINUTE, far) == NOON + 4 * MINUTE
    assert slow.after(NOON, 4 * HOUR, far) == NOON + 13 * HOUR
    assert slow.after(NOON, 4 * HOUR, NOON + HOUR) == NOON + HOUR
    assert slow.passed(NOON + 13 * HOUR) - slow.passed(NOON) == 4 * HOUR


def test_one_that_comes_at_all_hours_has_none_of_its_own() -> None:
    entries = hourly(50, 7 * HOUR)
    assert adaptive(Looked(NOON, entries=entries)) == (
        3.5 * HOUR,
        "new entries every 7 hours or so",
    )


def test_a_server_that_need_not_be_asked_is_left_alone_where_nobody_said_how_often() -> None:
    looked = Looked(NOON, patience=Patience(fresh=3 * HOUR))
    assert adaptive(looked) == (3 * HOUR, "its server says that nothing is new until then")
    assert next_due(Plan(HOUR), looked).at == NOON + HOUR


def test_no_server_silences_a_source_for_more_than_a_day() -> None:
    assert adaptive(Looked(NOON, patience=Patience(fresh=9_000 * HOUR)))[0] == LONGEST


def test_what_had_no_room_in_a_refresh_is_not_left_for_hours() -> None:
    entries = hourly(20, 24 * HOUR)
    wait, because = adaptive(Looked(NOON, entries=entries, again_at=NOON))
    assert (wait, because) == (SHORTEST, "there is more of it to be read")


def test_what_a_feed_asks_for_is_heeded() -> None:
    said = "its feed says that nothing is new until then"
    assert adaptive(Looked(NOON, patience=Patience(5 * HOUR))) == (5 * HOUR, said)
    assert next_due(Plan(HOUR), Looked(NOON, patience=Patience(5 * HOUR))).at == NOON + HOUR
    noon_to_three = Patience(hours=frozenset({12, 13, 14}))
    assert adaptive(Looked(NOON, patience=noon_to_three)) == (3 * HOUR, said)
    assert adaptive(Looked(NOON, patience=Patience(hours=frozenset({14}))))[0] == UNKNOWN


def test_days_without_anything_new_end_after_one() -> None:
    assert NOON.weekday() == 6
    assert adaptive(Looked(NOON, patience=Patience(days=frozenset({6}))))[0] == 12 * HOUR
    assert adaptive(Looked(NOON, patience=Patience(days=frozenset(range(6)))))[0] == UNKNOWN
    assert adaptive(Looked(NOON, patience=Patience(days=frozenset({5, 6, 0, 1}))))[0] == LONGEST


MOMENTS = st.datetimes(timezones=st.just(UTC))
PATIENCES = st.builds(
    Patience,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=1)),
    st.frozensets(st.integers(0, 23), max_size=23),
    st.frozensets(st.integers(0, 6), max_size=6),
    st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=400)),
)


@given(
    st.lists(st.builds(Appeared, MOMENTS, MOMENTS), max_size=60),
    PATIENCES,
    st.none() | MOMENTS,
    st.floats(-1, 1),
)
def test_whatever_is_said_it_is_due_within_bounds(
    entries: list[Appeared],
    patience: Patience,
    again: datetime | None,
    jitter: float,
) -> None:
    looked = Looked(NOON, 0, entries, patience=patience, again_at=again, jitter=jitter)
    wait, because = adaptive(looked)
    assert SHORTEST * (1 - JITTER) <= wait <= LONGEST * (1 + JITTER)
    assert 0 < len(because) < 80


def test_thousands_of_identical_dates_are_nothing_special() -> None:
    assert adaptive(Looked(NOON, entries=came(HOUR) * 5_000))[0] < LONGEST


# After failures


def test_a_failing_source_is_asked_less_often() -> None:
    waits = [back_off(HOUR, failures) for failures in (1, 2, 3)]
    assert HOUR < waits[0] < waits[1] < waits[2]
    assert due(HOUR, failures=2) == (NOON + waits[1], "after 2 failures in a row")
    assert due(HOUR, failures=1).because == "after a failure"


def test_a_rare_source_that_fails_is_tried_again_within_hours() -> None:
    found = next_due(Plan(), Looked(NOON, 1, entries=hourly(9, 72 * HOUR)))
    assert found.at == NOON + 2 * UNKNOWN


@given(
    st.lists(st.builds(Appeared, MOMENTS, MOMENTS), max_size=60),
    st.sampled_from(["auto", 90 * MINUTE, parse_every("*/20 7-9 * * mon-fri")]),
    st.integers(1, 40),
)
def test_each_failure_makes_it_wait_as_long_as_the_one_before_or_longer(
    entries: list[Appeared], every: Rhythm, failures: int
) -> None:
    now = NOON + timedelta(days=1, hours=failures)
    one, more = (
        next_due(Plan(every, zone=BERLIN), Looked(now, failures + n, entries)).at for n in (0, 1)
    )
    assert one is not None
    assert more is not None
    assert now < one <= more <= now + timedelta(days=4)


def test_a_frequent_one_that_fails_is_not_asked_at_every_time_of_its_expression() -> None:
    waits = [due(parse_every("*/5 * * * *"), failures).at for failures in (0, 1, 3, 99)]
    assert waits == [NOON + wait * MINUTE for wait in (5, 10, 40, 24 * 60)]
    assert due(parse_every("0 6 * * *"), 5).at == NOON + 17 * HOUR


@given(st.integers(1, 10**9), st.floats(-1, 1))
def test_a_back_off_is_bounded(failures: int, jitter: float) -> None:
    wait = back_off(timedelta(minutes=5), failures, jitter)
    assert timedelta(minutes=9) <= wait <= LONGEST_BACK_OFF * (1 + BACK_OFF_JITTER)


def test_a_back_off_is_never_shorter_than_a_long_interval() -> None:
    assert back_off(timedelta(days=3), 2) == timedelta(days=3)


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    early, middle, late = (back_off(HOUR, 1, jitter) for jitter in (-1.0, 0.0, 1.0))
    assert middle - early == late - middle == middle * BACK_OFF_JITTER


@pytest.mark.parametrize("every", ["auto", HOUR, parse_every("0 * * * *")])
def test_a_server_that_asks_for_peace_gets_it(every: Rhythm) -> None:
    until = NOON + 9 * HOUR
    found = next_due(Plan(every), Looked(NOON, 1, wait_until=until))
    assert found == (until, "its server asks for peace until then")
    assert next_due(Plan("manual"), Looked(NOON, 1, wait_until=until)).at is None


# Quiet hours


def test_what_would_be_due_in_quiet_hours_is_due_after_them() -> None:
    plan = Plan(HOUR, parse_quiet("22:00-06:00"), BERLIN)
    evening = datetime(2026, 3, 1, 21, 30, tzinfo=BERLIN)
    found = next_due(plan, Looked(evening.astimezone(UTC), jitter=-1))
    six = datetime(2026, 3, 2, 6, 0, tzinfo=BERLIN)
    assert found == (six, "quiet until 06:00, as you say")
    spread = next_due(plan, Looked(evening.astimezone(UTC), jitter=1)).at
    assert spread == six + SPREAD
    assert next_due(plan, Looked(NOON)).at == NOON + HOUR


def test_a_gap_between_quiet_hours_is_not_missed_for_the_sake_of_others() -> None:
    plan = Plan(HOUR, parse_quiet(["22:00-06:00", "06:02-12:00"]), BERLIN)
    night = datetime(2026, 3, 1, 23, 0, tzinfo=BERLIN).astimezone(UTC)
    six = datetime(2026, 3, 2, 6, 0, tzinfo=BERLIN)
    assert next_due(plan, Looked(night, jitter=1)).at == six
