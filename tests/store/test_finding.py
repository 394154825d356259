"""An entry is found by its id, number, keys and title; an address by all who remember it."""

from __future__ import annotations

from datetime import timedelta

from feeder.models import Key, Merge, Resource, Validators
from feeder.store.store import Store
from tests.store.nouns import NOON, claim_one, entry, path, put, stories
from tests.store.nouns import Place as Where


def test_by_whatever_it_is_called(place: Where) -> None:
    with place.open_with("news", "town") as store:
        put(store, stories(1, 2))
        put(store, stories(11, source="town"), source="town")
        finder = store.finder
        (first,) = finder.by_id(entry(1).id)
        assert (first.heading.id, first.heading.source) == (entry(1).id, "news")
        assert finder.by_number(first.number) == [first]
        assert finder.by_id("none") == finder.by_number(99) == []
        assert [m.heading.title for m in finder.by_title("sTORY 1", 5)] == ["Story 1", "Story 11"]
        assert len(finder.by_title("story", 2)) == 2
        assert finder.by_title("story%", 5) == finder.by_title("_tory", 5) == []
        assert finder.by_keys([path(1), path(11), Key("guid", "x" * 900)], 5) == [
            first, *finder.by_id(entry(11, "town").id),
        ]  # fmt: skip
        assert path(1) in finder.keys(entry(1).id)
        assert finder.keys("none") == []


def remember(store: Store, *known: Resource) -> None:
    lease = claim_one(store)
    store.record_part(lease, (), known, NOON + timedelta(hours=1))
    store.abandon(lease, NOON)


def test_an_address_by_all_who_remember_it(place: Where) -> None:
    with place.open_with("news") as store:
        put(store, stories(1))
        long = "example.org/" + "a" * 900
        remember(store, Resource(long, Validators(), entry(1).id), Resource("b", Validators()))
        found = store.finder.resources_at([long, "c"])
        assert [(one.source, one.resource.address) for one in found] == [("news", long)]
        assert [r.address for r in store.finder.resources_of(entry(1).id) if r.address == long]
        assert store.finder.resources_of(entry(2).id) == []


def test_how_it_stands_in_feeds(place: Where) -> None:
    with place.open_with("news", "town") as store:
        put(store, stories(1))
        put(store, stories(2, source="town"), source="town")
        store.feed("all", now=NOON)
        one, other = entry(1), entry(2, "town")
        shown = store.finder.by_id(one.id)[0].heading
        merged = store.finder.by_id(other.id)[0].heading
        store.settle("all", [shown], [Merge(merged, one.id, "the same address")], NOON)
        store.join_feed("all", [one.id])
        (place_,) = store.finder.places(one.id)
        assert (place_.feed, place_.shown_at, place_.archive) == ("all", NOON, 0)
        (place_,) = store.finder.places(other.id)
        assert (place_.merged_into, place_.reason) == (one.id, "the same address")
        store.leave_feed("all", [one.id], "max_age", NOON)
        (place_,) = store.finder.places(one.id)
        assert (place_.removed_at, place_.archive, place_.is_retired) == (NOON, None, False)
