"""Sources on record: taken over, renamed, switched off, and how they fare."""

from __future__ import annotations

from dataclasses import replace

from feeder.models import Fault
from feeder.store.recording import KEPT_RUNS
from tests.store.nouns import (
    HOUR,
    MINUTE,
    NOON,
    PREFIX,
    Place,
    claim_one,
    outcome,
    path,
    put,
    spec,
    stories,
)


def test_a_new_source_is_due_at_once(place: Place) -> None:
    with place.open_with("news") as store:
        [state] = store.states()
        assert (state.name, state.title, state.enabled) == ("news", "News", True)
        assert state.next_check_at == NOON
        assert state.entries == 0
        assert state.outcome is None


def test_what_the_configuration_says_anew_is_taken_over(place: Place) -> None:
    with place.open_with("news") as store:
        store.sync([spec("news", title="The News", enabled=False)], NOON + HOUR)
        [state] = store.states()
        assert (state.title, state.enabled, state.next_check_at) == ("The News", False, NOON)


def test_a_clock_that_was_put_back_an_hour_does_not_let_sources_sleep_for_an_hour(
    place: Place,
) -> None:
    with place.open_with("news") as store:
        put(store, now=NOON + HOUR, due=HOUR)
        store.sync([spec("news")], NOON)
        assert store.states()[0].next_check_at == NOON


def test_the_clocks_of_two_machines_may_differ_a_little(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, now=NOON + MINUTE, due=HOUR)
        store.sync([spec("news")], NOON)
        assert store.states()[0].next_check_at == NOON + MINUTE + HOUR


def test_a_source_that_left_the_configuration_is_switched_off_and_keeps_its_entries(
    place: Place,
) -> None:
    with place.open_with("news", "sport") as store:
        put(store, stories(1))
        store.sync([spec("sport")], NOON)
        news, sport = store.states()
        assert (news.enabled, news.entries, sport.enabled) == (False, 1, True)
        store.sync([spec("news"), spec("sport")], NOON)
        assert [state.enabled for state in store.states()] == [True, True]


def test_a_renamed_source_keeps_entries_keys_and_fetch_state(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, stories(1))
        store.sync([spec("herald", "gazette", "news")], NOON)
        [state] = store.states()
        assert (state.name, state.entries) == ("herald", 1)
        known = store.known("herald", [path(1)])[path(1)]
        assert (known.entry.id, known.entry.source) == (f"{PREFIX}:news/1", "herald")
        assert store.known("news", [path(1)]) == {}
        assert [run.source for run in store.runs("herald")] == ["herald"]


def test_the_old_name_of_a_source_may_get_a_new_bearer(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, stories(1))
        store.sync([spec("herald", "news")], NOON)
        store.sync([spec("herald", "news"), spec("news")], NOON)
        assert [(state.name, state.entries) for state in store.states()] == [
            ("herald", 1),
            ("news", 0),
        ]


def test_a_former_name_that_is_still_configured_is_left_alone(place: Place) -> None:
    with place.open_with("news") as store:
        store.sync([spec("herald", "news"), spec("news")], NOON)
        assert [state.name for state in store.states()] == ["herald", "news"]


def test_failures_are_counted_from_the_first_and_forgotten_with_a_success(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, now=NOON, failed=True)
        put(store, now=NOON + HOUR, failed=True)
        [state] = store.states()
        assert (state.failures, state.failing_since, state.last_success) == (2, NOON, None)
        assert state.outcome is not None
        assert state.outcome.failure == Fault("unreadable", "the folder is gone")
        put(store, now=NOON + 2 * HOUR)
        [state] = store.states()
        assert (state.failures, state.failing_since) == (0, None)
        assert state.last_success == NOON + 2 * HOUR


def test_outcomes_come_back_as_they_were_told_the_latest_first(place: Place) -> None:
    first = outcome()
    second = replace(
        first,
        found=5,
        new=2,
        changed=1,
        dropped=30,
        faults=(Fault("binary", "no text", "a.bin", "Remove it."), Fault("unreadable", "\ud800\0")),
        waiting=("b.txt",),
        failure=Fault("unreadable", "the folder went away"),
        hints=('https://news.example/feed is a feed of its own: kind = "feed"', "\ud800\0"),
    )
    with place.open_with("news") as store:
        for told in (first, second):
            store.record(claim_one(store), (), (), told, NOON, NOON, failed=False)
        assert store.runs("news", 5) == [second, first]
        assert store.runs("news", 1) == [second]
        assert store.states()[0].outcome == second


def test_old_runs_make_room_for_new_ones_of_the_same_source(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        put(store, source="sport")
        for number in range(KEPT_RUNS + 3):
            put(store, now=NOON + number * MINUTE)
        assert len(store.runs("news", 1000)) == KEPT_RUNS
        assert len(store.runs("sport", 1000)) == 1
