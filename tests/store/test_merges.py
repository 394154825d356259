"""How entries stand in a feed that combines sources, on record on both engines."""

from __future__ import annotations

from feeder.models import Heading, Merge, Publication
from feeder.store.store import Store
from tests.store.nouns import HOUR, NOON, Place, entry, put, stories

BOTH = ("news", "sport")


def filled(place: Place) -> Store:
    store = place.open_with(*BOTH)
    store.feed("all", now=NOON)
    store.feed("other", now=NOON)
    put(store, stories(1, 3))
    put(store, stories(2, source="sport"), source="sport")
    return store


def heading(number: int, source: str = "news") -> Heading:
    whole = entry(number, source)
    return Heading(whole.id, source, whole.title, whole.published, whole.first_seen, whole.url)


def by_id(headings: list[Heading]) -> dict[str, Heading]:
    return {one.id: one for one in headings}


def test_a_feed_has_judged_nothing_at_first(place: Place) -> None:
    with filled(place) as store:
        expected = by_id([heading(1), heading(2, "sport"), heading(3)])
        assert by_id(store.unjudged("all", BOTH, 10)) == expected
        assert store.shown_in("all", BOTH, 10) == []
        assert store.merged("all") == []


def test_only_the_newest_of_these_sources_are_judged(place: Place) -> None:
    with filled(place) as store:
        assert by_id(store.unjudged("all", BOTH, 2)).keys() == {heading(1).id, entry(2, "sport").id}
        assert by_id(store.unjudged("all", ["sport"], 10)) == by_id([heading(2, "sport")])


def test_what_was_judged_stays_so_and_in_that_feed_alone(place: Place) -> None:
    merge = Merge(heading(2, "sport"), heading(1).id, "the same address")
    with filled(place) as store:
        store.settle("all", [heading(1)], [merge], NOON)
    with place.open() as store:
        assert store.unjudged("all", BOTH, 10) == [heading(3)]
        assert store.shown_in("all", BOTH, 10) == [heading(1)]
        assert store.merged("all") == [merge]
        assert store.merged("all", [heading(1).id]) == [merge]
        assert store.merged("all", [heading(2, "sport").id]) == [merge]
        assert store.merged("all", [heading(3).id]) == []
        assert store.merged("other") == []
        assert len(store.unjudged("other", BOTH, 10)) == 3


def test_what_is_split_is_shown_again_and_the_feed_is_made_anew(place: Place) -> None:
    merge = Merge(heading(2, "sport"), heading(1).id, "the same address")
    with filled(place) as store:
        store.settle("all", [heading(1), heading(3)], [merge], NOON)
        before = store.changes(BOTH)
        assert store.split("all", heading(2, "sport").id, NOON + HOUR)
        assert store.changes(BOTH) == {"news": before["news"], "sport": before["sport"] + 1}
        assert store.merged("all") == []
        assert len(store.shown_in("all", BOTH, 10)) == 3
        assert not store.split("all", heading(2, "sport").id, NOON + HOUR)
        assert not store.split("all", "tag:nobody,2026:x", NOON + HOUR)
        assert store.changes(BOTH)["sport"] == before["sport"] + 1


def test_whether_readers_have_had_a_feed(place: Place) -> None:
    with filled(place) as store:
        assert not store.has_published("all")
        store.record_publication(Publication("all", "all.atom", "0", 1, 1, NOON))
        assert store.has_published("all")
        assert not store.has_published("other")
