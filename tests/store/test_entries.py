"""Reading entries: the newest first, always in the same order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.nouns import NOON, Place, change, entry, path, put, stories


def test_the_newest_come_first_and_ties_are_broken_by_id(place: Place) -> None:
    tied = [
        entry(n, published=NOON, id=f"tag:a,2026:{i}") for n, i in ((5, "b"), (6, "B"), (7, "a"))
    ]
    with place.open_with("news") as store:
        put(store, [change(one, path(n)) for n, one in enumerate(tied)])
        put(store, stories(2, 1))
        by_id = sorted(tied, key=lambda one: one.id)
        assert store.entries(["news"]) == [*by_id, entry(1), entry(2)]
        assert store.entries(["news"], 2) == by_id[:2]


@pytest.mark.parametrize(
    ("sources", "numbers"), [(None, [1, 2, 3]), (["news"], [1, 3]), (["sport", "x"], [2]), ([], [])]
)
def test_entries_of_the_sources_asked_for(
    place: Place, sources: list[str] | None, numbers: list[int]
) -> None:
    with place.open_with("news", "sport") as store:
        put(store, stories(1, 3))
        put(store, stories(2, source="sport"), source="sport")
        assert [one.title for one in store.entries(sources)] == [f"Story {n}" for n in numbers]
        assert {one.source for one in store.entries(sources)} <= {"news", "sport"}


def test_a_reader_does_not_wait_for_a_writer(place: Place) -> None:
    with place.open_with("news") as store, place.open() as reader:
        put(store, stories(1))
        before = reader.entries()
        put(store, [change(replace(entry(1), title="New"), path(1), kind="retouched")])
        assert (before[0].title, reader.entries()[0].title) == ("Story 1", "New")
