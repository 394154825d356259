"""The condition of a source and its transitions go on record with the refresh that told them."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import perf_counter

import pytest
from sqlalchemy import insert

from feeder.errors import LostLeaseError
from feeder.models import Condition, Health, Transition
from feeder.store import conditions, tables
from feeder.store.store import Store
from tests.store.nouns import HOUR, MINUTE, NOON, Place, claim_one, outcome, put, spec, stories


def turns(
    store: Store, was: Condition | None, becomes: Condition, now: datetime, source: str = "news"
) -> Transition:
    told = Transition(source, now, was, becomes, f"it is {becomes}", "do this", NOON)
    lease = claim_one(store, source, now)
    health = Health(becomes, now, -1, NOON)
    store.record(
        lease, [], [], outcome(source), now, now, failed=True, health=health, transition=told
    )
    return told


def test_the_next_lease_brings_what_the_last_refresh_left(place: Place) -> None:
    with place.open_with("news") as store:
        assert claim_one(store).health == Health()
    with place.open() as store:
        told = turns(store, "ok", "broken", NOON + HOUR)
        lease = claim_one(store, now=NOON + HOUR * 2)
        assert lease.health == Health("broken", NOON + HOUR, -1, NOON)
        assert (lease.failures, lease.failing_since) == (1, NOON + HOUR)
        assert store.transitions("news") == [told]
        [state] = store.states()
        assert (state.condition, state.condition_since) == ("broken", NOON + HOUR)


def test_a_refresh_that_says_nothing_of_it_leaves_the_condition(place: Place) -> None:
    with place.open_with("news") as store:
        turns(store, "ok", "broken", NOON)
        put(store, failed=True)
        put(store)
        assert claim_one(store).health == Health("broken", NOON, -1, NOON)


def test_a_lost_lease_leaves_no_transition(place: Place) -> None:
    with place.open_with("news") as store:
        lost = claim_one(store)
        claim_one(store, now=NOON + HOUR)
        told = Transition("news", NOON, "ok", "broken", "so")
        with pytest.raises(LostLeaseError):
            store.record(
                lost, [], [], outcome(), NOON, NOON, failed=True, health=Health("broken", NOON),
                transition=told,
            )  # fmt: skip
        assert store.transitions("news") == []
        assert store.latest_transition() == 0
        assert store.states()[0].condition is None


def test_an_illness_is_one_incident_to_its_end(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        turns(store, "ok", "broken", NOON)
        turns(store, None, "blocked", NOON + HOUR, "sport")
        turns(store, "broken", "gone", NOON + HOUR * 2)
        turns(store, "gone", "ok", NOON + HOUR * 3)
        turns(store, "ok", "unchanged", NOON + HOUR * 4)
        turns(store, "unchanged", "broken", NOON + HOUR * 5)
        told = [(one.number, one.latest.becomes, one.begun) for one in store.incidents(100)]
        assert told == [
            (6, "broken", NOON + HOUR * 5),
            (5, "unchanged", NOON + HOUR * 4),
            (4, "ok", NOON + HOUR * 3),
            (1, "gone", NOON),
            (2, "blocked", NOON + HOUR),
        ]
        # Also where its beginning is older than what is looked at.
        third = [(one.number, one.begun) for one in store.incidents(4)][-1]
        assert third == (1, NOON)


def test_the_newest_two_hundred_of_each_source_are_kept(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        turns(store, "ok", "degraded", NOON, "sport")
        for number in range(conditions.KEPT + 5):
            kind: Condition = "blocked" if number % 2 else "broken"
            turns(store, "ok", kind, NOON + MINUTE * number)
        kept = store.transitions("news", 1000)
        assert len(kept) == conditions.KEPT
        assert kept[0].at == NOON + MINUTE * (conditions.KEPT + 4)
        assert len(store.transitions("sport")) == 1
        assert store.latest_transition() == conditions.KEPT + 6


def test_any_text_of_a_stranger_can_be_on_record(place: Place) -> None:
    with place.open_with("news") as store:
        told = Transition("news", NOON, "ok", "broken", "\x00\ud800'\";--", "\x1a")
        lease = claim_one(store)
        store.record(
            lease, [], [], outcome(), NOON, NOON, failed=True, health=Health(), transition=told
        )
        assert store.transitions("news") == [told]


def test_a_renamed_source_keeps_what_befell_it(place: Place) -> None:
    with place.open_with("news") as store:
        turns(store, "ok", "broken", NOON)
        store.sync([spec("paper", "news")], NOON)
        assert [one.source for one in store.transitions("paper")] == ["paper"]
        assert claim_one(store, "paper").health.condition == "broken"


def test_the_newest_dates_of_a_source_are_told(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        put(store, stories(3, 1, 2))
        put(store, stories(4, source="sport"), source="sport")
        assert store.recent_dates("news", 2) == [NOON - timedelta(days=n) for n in (1, 2)]


def test_what_the_health_feed_was_made_of_is_remembered(place: Place) -> None:
    with place.open_with("news") as store:
        assert store.health_feed_mark() is None
        store.keep_health_feed_mark("1")
        store.keep_health_feed_mark("2")
        assert store.health_feed_mark() == "2"


def test_three_thousand_sources_are_told_in_no_time(files: Place) -> None:
    names = [f"source-{number:04}" for number in range(3000)]
    with files.open_with(*names) as store:
        run = {"started": NOON.isoformat(), "ended": NOON.isoformat(), "found": 9, "new": 1}
        run |= {"changed": 0, "dropped": 0, "faults": [], "waiting": [], "failure": None}
        with store._database.writing() as connection:
            rows = [
                {"source_id": number + 1, "started": NOON, "ended": NOON, "outcome": run}
                for number in range(3000)
                for _ in range(3)
            ]
            connection.execute(insert(tables.run), rows)
        store.states()
        took = []
        for _ in range(5):
            begun = perf_counter()
            assert len(store.states()) == 3000
            took.append(perf_counter() - begun)
        # .05 s on a quiet machine; a plan that looks at each run for each source takes seconds.
        assert min(took) < 0.5
