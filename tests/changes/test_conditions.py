"""A source falls ill, or is well again, when several refreshes in a row say so, and not before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.changes.conditions import (
    IN_A_ROW,
    WELL,
    Past,
    Sign,
    in_words,
    judged,
    sign_of_failure,
    sign_of_success,
    silence,
)
from feeder.errors import (
    ConnectError,
    ForbiddenAddressError,
    GoneError,
    HostNameError,
    LayoutError,
    RobotsError,
    SourceError,
    StatusError,
    TimeLimitError,
    TlsError,
    UnforeseenError,
    WaitError,
    WallError,
)
from feeder.models import Condition, Fault, Health, Outcome, Transition

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
FAILURES = ("blocked", "broken", "gone")


def lived(
    *signs: Condition, every: timedelta = HALF_AN_HOUR, health: Health | None = None
) -> tuple[list[Condition | None], list[Transition]]:
    """The condition after each refresh of a source, and the transitions."""
    past, now = Past(health or Health()), NOON
    seen, told = list[Condition | None](), list[Transition]()
    for sign in signs:
        found, transition = judged(
            past, Sign(sign, "" if sign == "ok" else f"it is {sign}", "do this"), "news", now
        )
        seen.append(found.condition)
        told += [transition] if transition else []
        failed = sign in FAILURES
        since = (past.failing_since or now) if failed else None
        past = Past(found, past.failures + 1 if failed else 0, since)
        now += every
    return seen, told


def refreshes(text: str) -> list[Condition]:
    names: dict[str, Condition] = {
        "o": "ok",
        "u": "unchanged",
        "d": "degraded",
        "b": "blocked",
        "x": "broken",
        "g": "gone",
    }
    return [names[letter] for letter in text]


@pytest.mark.parametrize(
    ("signs", "conditions"),
    [
        ("o", "o"),
        ("u", "u"),
        ("ou", "ou"),
        ("uo", "uo"),
        ("odd", "ood"),
        ("obb", "oob"),
        ("oxxx", "ooox"),
        ("ogg", "oog"),
        ("oddoo", "ooddo"),
        ("obboo", "oobbo"),
        ("oxxxoo", "oooxxo"),
        ("oxxxuu", "oooxxu"),
        ("oggo", "oogo"),
        ("oggu", "oogu"),
        ("oxxxbb", "oooxxb"),
        ("obbxxx", "oobbbx"),
        ("oxxxgg", "oooxxg"),
        ("oxxxdd", "oooxxd"),
        ("oddxxx", "oodddx"),
        ("oggxxx", "oogggx"),
        ("oggbb", "ooggb"),
        ("oxxoxxoxx", "ooooooooo"),
        ("obobobob", "oooooooo"),
        ("oxxxoxoxox", "oooxxxxxxx"),
        ("obbobobob", "oobbbbbbb"),
        ("oddodod", "ooddddd"),
        ("oggxgxgx", "oogggggg"),
    ],
)
def test_each_condition_follows_from_what_was_said_before(signs: str, conditions: str) -> None:
    seen, told = lived(*refreshes(signs))
    assert seen == refreshes(conditions)
    # What changed is told, each time and once.
    changes = [(was, now) for was, now in pairwise(seen) if was != now]
    assert [(one.was, one.becomes) for one in told] == changes


@pytest.mark.parametrize("ill", IN_A_ROW)
def test_a_source_that_was_never_well_is_told_of_as_soon_as_it_is_sure(ill: Condition) -> None:
    seen, told = lived(*[ill] * 4)
    assert seen[: IN_A_ROW[ill]] == [None] * (IN_A_ROW[ill] - 1) + [ill]
    assert [(one.was, one.becomes) for one in told] == [(None, ill)]


def test_that_a_new_source_is_well_is_no_news() -> None:
    assert lived("ok", "ok") == (["ok", "ok"], [])


def test_what_failed_before_anybody_counted_counts() -> None:
    past = Past(Health(), failures=5, failing_since=NOON - DAY)
    health, told = judged(past, Sign("broken", "no such host"), "news", NOON)
    assert health.condition == "broken"
    assert told is not None
    assert told.reason == "no such host; 6 refreshes in a row, since 2026-02-28 12:00 UTC"


def test_a_source_is_not_broken_within_an_hour_however_often_it_is_asked() -> None:
    seen, _ = lived(*refreshes("o" + "x" * 61), every=timedelta(minutes=1))
    assert set(seen[:-1]) == {"ok"}
    assert seen[-1] == "broken"


def test_the_end_of_an_illness_says_how_long_it_was() -> None:
    _, told = lived(*refreshes("oxxx" + "x" * 6 + "oo"))
    assert told[-1].becomes == "ok"
    assert told[-1].reason == "it is read again, after 4 hours in which it was broken"
    assert told[-1].was_since == told[0].at


def failure(error: SourceError) -> Fault:
    return Fault(error.kind, error.message, "", error.advice)


@pytest.mark.parametrize(
    ("error", "condition"),
    [
        (WallError("a log-in", wall="login"), "blocked"),
        *((StatusError("no", status=code), "blocked") for code in (401, 402, 403, 407, 451)),
        (WaitError("wait", status=429), "blocked"),
        (WaitError("not asked"), "blocked"),
        (RobotsError("no"), "blocked"),
        (ForbiddenAddressError("no"), "blocked"),
        (WaitError("wait", status=503), "broken"),
        *((StatusError("no", status=code), "broken") for code in (400, 404, 418, 500, 502, 503)),
        *((kind("no"), "broken") for kind in (HostNameError, TlsError, ConnectError)),
        *((kind("no"), "broken") for kind in (TimeLimitError, LayoutError, UnforeseenError)),
        (GoneError("gone", status=410), "gone"),
    ],
    ids=str,
)
def test_what_a_failure_speaks_for(error: SourceError, condition: Condition) -> None:
    sign = sign_of_failure(error, failure(error), timedelta(0))
    assert (sign.condition, sign.reason) == (condition, error.message)


def test_what_is_missing_for_days_is_gone() -> None:
    error = StatusError("404", status=404)
    told = [sign_of_failure(error, failure(error), DAY * days) for days in (2, 3)]
    assert [sign.condition for sign in told] == ["broken", "gone"]
    other = StatusError("500", status=500)
    assert sign_of_failure(other, failure(other), DAY * 30).condition == "broken"


def read(found: int, *faults: Fault) -> Outcome:
    return Outcome("news", NOON, NOON, found=found, faults=faults)


def faults(count: int, kind: str = "http") -> list[Fault]:
    return [Fault(kind, f"{n} fails", f"/{n}", "do this") for n in range(count)]


@pytest.mark.parametrize(
    ("outcome", "condition"),
    [
        (read(0), "ok"),
        (read(10), "ok"),
        (read(10, *faults(1)), "ok"),
        (read(10, *faults(2)), "degraded"),
        (read(10, *faults(1), *faults(1)), "ok"),  # twice the same
        (read(0, *faults(1)), "degraded"),
        (read(10, *faults(9, "copy"), *faults(9, "budget"), *faults(9, "still-changing")), "ok"),
        (read(1000, *faults(1, "quarantined")), "degraded"),
    ],
)
def test_what_a_refresh_that_read_its_source_speaks_for(
    outcome: Outcome, condition: Condition
) -> None:
    assert sign_of_success(outcome).condition == condition


def test_reasons_have_figures() -> None:
    sign = sign_of_success(read(10, *faults(4)))
    assert sign.reason == "4 of 10 articles have a fault, such as: 0 fails"
    assert sign.advice == "do this"


def test_whatever_a_site_says_a_reason_is_one_line_and_short() -> None:
    fault = Fault("http", "a\n\x00\u202eb" + "<x>" * 10**6, "/1", "\ud800" + "y" * 10**6)
    sign = sign_of_success(read(1, fault))
    assert len(sign.reason) <= 400
    assert len(sign.advice) <= 400
    assert not set("\n\x00\u202e\ud800") & set(sign.reason + sign.advice)


def dates(*pauses: timedelta) -> list[datetime]:
    made = [NOON]
    for pause in pauses:
        made.append(made[-1] - pause)
    return made


@pytest.mark.parametrize(
    ("published", "quiet", "is_told"),
    [
        (dates(*[DAY] * 19), timedelta(days=6), False),
        (dates(*[DAY] * 19), timedelta(days=7), True),
        (dates(*[DAY * 7] * 19), timedelta(days=20), False),
        (dates(*[DAY * 7] * 19), timedelta(days=21), True),
        (dates(*[DAY] * 18, DAY * 300), timedelta(days=7), True),  # one summer is no rule
        (dates(DAY, DAY), timedelta(days=29), False),
        (dates(DAY, DAY), timedelta(days=30), True),
        ([], timedelta(days=30), True),
        ([NOON] * 20, timedelta(days=7), True),
    ],
)
def test_a_source_is_silent_by_its_own_rhythm(
    published: list[datetime], quiet: timedelta, is_told: bool
) -> None:
    told = silence(NOON - quiet, published, NOON)
    assert (told is not None) == is_told
    if told:
        assert f"for {quiet.days} days" in told


def test_a_silent_source_is_so_until_it_has_something_new() -> None:
    health = Health("ok", NOON - 30 * DAY, 0, NOON - 30 * DAY)
    quiet, told = judged(Past(health), Sign("unchanged", "nothing new"), "news", NOON)
    assert told is not None
    assert (quiet.condition, told.reason) == ("unchanged", "nothing new")
    back, told = judged(Past(quiet), Sign("ok", ""), "news", NOON, new=True)
    assert told is not None
    assert (back.condition, back.last_new) == ("ok", NOON)
    assert told.reason == "it has new articles again"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(seconds=90), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=3, minutes=20), "3 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_spans_in_words(span: timedelta, words: str) -> None:
    assert in_words(span) == words


signs = st.sampled_from(refreshes("oudbxg"))
spans = st.timedeltas(timedelta(minutes=-90), timedelta(days=4))


@given(st.lists(st.tuples(signs, spans), max_size=60), signs)
def test_a_source_never_flaps_and_time_never_runs_back(
    steps: Sequence[tuple[Condition, timedelta]], first: Condition
) -> None:
    past, now = Past(Health()), NOON
    told: list[tuple[int, Transition]] = []
    for number, (sign, span) in enumerate([(first, timedelta(0)), *steps]):
        now += span
        health, transition = judged(past, Sign(sign, "so"), "news", now)
        assert (health, transition) == judged(past, Sign(sign, "so"), "news", now)
        assert (transition is None) == (health.condition == past.health.condition) or (
            past.health.condition is None
        )
        assert not (past.health.since and health.since) or health.since >= past.health.since
        told += [(number, transition)] if transition else []
        failed = sign in FAILURES
        since = (past.failing_since or now) if failed else None
        past = Past(health, past.failures + 1 if failed else 0, since)
    for (earlier, one), (later, other) in pairwise(told):
        assert one.becomes == other.was
        # Whoever was gone is back at once; silence and news are measured in days, not refreshes.
        if other.was != "gone" and not {other.was, other.becomes} <= set(WELL):
            assert later - earlier >= 2


@given(signs, signs, st.integers(0, 40))
def test_by_turns_good_and_bad_is_one_transition_at_most(
    ill: Condition, well: Condition, length: int
) -> None:
    if ill in WELL or well not in WELL:
        return
    _, told = lived(*[well, ill] * length)
    assert told == []
    _, told = lived(*[ill] * 4, *[well, ill] * length)
    assert len(told) <= (1 if ill != "gone" else 2)


@given(signs, st.sampled_from(refreshes("oudbxg")), st.integers(-5, 5), spans, spans)
def test_what_is_ill_now_is_ill_later(
    sign: Condition, before: Condition, streak: int, ago: timedelta, more: timedelta
) -> None:
    past = Past(Health(before, NOON - 9 * DAY, streak), 3, NOON - abs(ago))
    now, _ = judged(past, Sign(sign, "so"), "news", NOON)
    later, _ = judged(past, Sign(sign, "so"), "news", NOON + abs(more))
    if now.condition == sign:
        assert later.condition == sign
