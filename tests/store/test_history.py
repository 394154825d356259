"""What was in a feed, on record on both engines."""

from __future__ import annotations

from datetime import timedelta

from feeder.models import Publication, Tombstone
from feeder.store.store import Store
from tests.store.nouns import HOUR, NOON, Place, change, entry, path, put, stories

NEWS = ("news",)


def filled(place: Place) -> Store:
    store = place.open_with("news", "sport")
    store.feed("all", now=NOON)
    put(store, stories(1, 3, 2))
    return store


def uids(*numbers: int, source: str = "news") -> list[str]:
    return [entry(number, source).id for number in numbers]


def note_all(store: Store, source: str = "news") -> None:
    told = store.history_unseen("all", source, 100)
    store.note_history("all", told, [one.id for one in told])


def test_a_history_is_told_of_each_entry_once_whatever_its_date(place: Place) -> None:
    with filled(place) as store:
        assert store.history_news("all", ["news", "sport"]) == ["news"]
        assert [one.id for one in store.history_unseen("all", "news", 2)] == uids(1, 3)
        note_all(store)
        assert store.history_news("all", ["news", "sport"]) == []
        put(store, stories(900))
        assert store.history_news("all", NEWS) == ["news"]
        assert [one.id for one in store.history_unseen("all", "news", 9)] == uids(900)


def test_each_of_several_sources_is_told_of_for_itself(place: Place) -> None:
    with filled(place) as store:
        put(store, stories(5, source="sport"), source="sport")
        note_all(store)
        note_all(store, "sport")
        assert store.history_news("all", ["news", "sport"]) == []
        put(store, stories(4))
        assert store.history_news("all", ["news", "sport"]) == ["news"]
        note_all(store)
        put(store, stories(6, source="sport"), source="sport")
        assert store.history_news("all", ["news", "sport"]) == ["sport"]


def test_what_is_open_comes_oldest_first_and_a_future_date_is_not_believed(place: Place) -> None:
    with filled(place) as store:
        future = entry(8, published=NOON + timedelta(days=900), first_seen=NOON - 36 * HOUR)
        put(store, [change(future, path(8))])
        put(store, stories(5, source="sport"), source="sport")
        note_all(store)
        note_all(store, "sport")
        assert store.open_entries("all", NEWS) == uids(3, 2, 8, 1)
        assert store.open_entries("all", ["sport"]) == uids(5, source="sport")


def test_what_is_closed_into_an_archive_stays_there(place: Place) -> None:
    with filled(place) as store:
        note_all(store)
        assert store.latest_archive("all") == 0
        assert store.close_archive("all", uids(3, 2), NOON, NOON) == 1
        assert store.close_archive("all", uids(1), NOON, NOON) == 2
    with place.open() as store:
        store.join_feed("all", uids(1, 2))
        assert store.open_entries("all", NEWS) == []
        assert store.latest_archive("all") == 2
        assert [one.id for one in store.archived("all", 1)] == uids(3, 2)


def test_what_a_rule_removed_is_told_until_it_is_back(place: Place) -> None:
    with filled(place) as store:
        store.join_feed("all", uids(1, 2, 3))
        store.leave_feed("all", uids(2), "keep and drop", NOON)
        store.make_room("all", uids(3), NOON)
        assert store.tombstones("all", NOON - HOUR, 9) == [Tombstone(uids(2)[0], NOON)]
        assert store.tombstones("all", NOON + HOUR, 9) == []
        assert store.open_entries("all", NEWS) == uids(1)
        store.join_feed("all", uids(2))
        assert store.tombstones("all", NOON - HOUR, 9) == []


def test_archives_that_were_put_are_known_and_are_no_part_of_what_stands(place: Place) -> None:
    path_ = "all/archive/0001.atom"
    put_there = Publication("all", path_, "0" * 64, 5, 1, NOON, "closed")
    with filled(place) as store:
        store.record_publication(put_there)
        assert store.archive_publications("all") == [put_there]
        assert store.standing(["all"], NEWS).publications == {}
        store.retire({"news": ()}, {}, NOON)
        assert store.archive_publications("all") == []
        store.feed("all", now=NOON)
        assert store.archive_publications("all") == []


def test_standing_tells_when_each_source_was_last_read_well(place: Place) -> None:
    with filled(place) as store:
        put(store, failed=True, now=NOON + HOUR)
        assert store.standing((), ["news", "sport"]).refreshed == {"news": NOON}
