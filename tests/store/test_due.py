"""What decides on when a source is due is on record with its refresh, on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from feeder.models import Appeared, Patience
from feeder.store.claims import Lease
from feeder.store.store import Store
from tests.store.nouns import HOUR, NOON, Place, claim_one, entry, outcome, put, spec, stories

PATIENCE = Patience(timedelta(minutes=90), frozenset({0, 23}), frozenset({6}), HOUR)


def record(store: Store, lease: Lease, *, new: int = 0, patience: Patience | None = None) -> None:
    ended = replace(outcome(), new=new)
    store.record(lease, (), (), ended, NOON, NOON, failed=False, because="so", patience=patience)


def test_why_a_source_is_due_is_kept_until_the_next_refresh(place: Place) -> None:
    with place.open_with("news") as store:
        record(store, claim_one(store))
        assert store.states()[0].because == "so"
        put(store, failed=True)
        assert store.states()[0].because is None


def test_refreshes_without_anything_new_are_counted_until_one_has(place: Place) -> None:
    with place.open_with("news") as store:
        for times in (1, 2, 3):
            record(store, claim_one(store))
            assert store.states()[0].unchanged == times
        put(store, failed=True)
        assert claim_one(store).unchanged == 3


def test_something_new_begins_the_count_anew(place: Place) -> None:
    with place.open_with("news") as store:
        record(store, claim_one(store))
        record(store, claim_one(store), new=2)
        assert store.states()[0].unchanged == 0


def test_what_a_feed_says_of_itself_comes_with_the_next_lease(place: Place) -> None:
    with place.open_with("news") as store:
        assert claim_one(store).patience is None
    with place.open_with("news", now=NOON + HOUR) as store:
        record(store, claim_one(store, now=NOON + HOUR), patience=PATIENCE)
        assert claim_one(store, now=NOON + HOUR).patience == PATIENCE


def test_a_failure_leaves_what_a_feed_says_and_its_silence_ends_it(place: Place) -> None:
    with place.open_with("news") as store:
        record(store, claim_one(store), patience=PATIENCE)
        put(store, failed=True)
        lease = claim_one(store)
        assert lease.patience == PATIENCE
        record(store, lease)
        assert claim_one(store).patience is None


def test_entries_appear_in_the_order_in_which_they_were_recorded(place: Place) -> None:
    with place.open_with("news", "other") as store:
        put(store, stories(1, 2, 3))
        put(store, stories(9, source="other"), source="other")
        put(store, stories(8))
        found = store.appeared("news", 3)
        assert found == [
            Appeared(entry(number).published, entry(number).first_seen) for number in (8, 3, 2)
        ]
        assert store.appeared("nobody", 3) == []


def test_a_cron_expression_may_be_due_in_years(place: Place) -> None:
    every = "Cron(expression='0 6 29 2 *')"
    with place.open() as store:
        store.sync([replace(spec("news"), rhythm=every)], NOON)
        put(store, due=timedelta(days=1_400))
        assert store.claim(NOON + HOUR, HOUR, due_only=True) == []
        assert store.states()[0].next_check_at == NOON + timedelta(days=1_400)
