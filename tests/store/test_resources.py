"""What is remembered of addresses: those asked for, and those to be looked at again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from feeder.models import Candidate, Draft, Facts, Fault, Key, Resource, Validators
from feeder.store.store import Store
from tests.store.nouns import HOUR, MINUTE, NOON, Place, claim_one, entry, put, stories

LONG = "https://news.example/" + "%D1%84" * 900
NASTY = "https://news.example/\x00\ud800\x1a0000"


def page(address: str, minutes: int | None = 0) -> Resource:
    """A page that is looked at so many minutes after noon."""
    look_at = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Resource(address, Validators(), look_at=look_at)


def addresses(found: list[Resource]) -> list[str]:
    return [one.address for one in found]


def plan(store: Store, ask: Callable[[], object]) -> str:
    """How SQLite goes about what the store is asked."""
    asked: list[tuple[str, Any]] = []
    engine = store._database.engine

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    [(statement, values)] = [one for one in asked if one[0].startswith("SELECT")]
    with engine.connect() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row.detail for row in steps)


def test_all_that_is_known_of_an_address_comes_back(place: Place) -> None:
    candidate = Candidate(
        "https://news.example/1",
        (Key("url", "news.example/1"),),
        Facts(title="Title \ud83d\x00", published=NOON),
        draft=Draft("page", "<p>Words.</p>", pages=("https://news.example/1?page=2",)),
    )
    known = Resource(
        candidate.address,
        Validators('"1"'),
        entry(1).id,
        Fault("http", "404"),
        moved_to=LONG,
        look_at=NOON + timedelta(microseconds=1),
        looks=3,
        candidate=candidate,
        wanted=("https://news.example/?page=2", LONG, NASTY),
    )
    with place.open_with("news") as store:
        put(store, (), [known])
        assert store.resources("news") == {known.address: known}
        bare = Resource(known.address, Validators())
        put(store, (), [bare])
        assert store.resources("news") == {known.address: bare}


def test_a_part_of_a_refresh_and_one_that_failed_leave_what_they_learnt(place: Place) -> None:
    with place.open_with("news") as store:
        lease = store.record_part(claim_one(store), (), [page("a", 1)], NOON + HOUR)
        store.abandon(lease, NOON)
        put(store, (), [page("b", 2)], failed=True)
        assert store.resources("news") == {"a": page("a", 1), "b": page("b", 2)}
        assert store.states()[0].failures == 1


def test_only_the_addresses_asked_for_are_told(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        put(store, (), [page(name) for name in ("a", "b", LONG, NASTY)])
        put(store, (), [page("c")], source="sport")
        asked = ["b", LONG, NASTY, LONG + "x", "c", "never heard of", "b"]
        assert store.resources("news", asked) == {name: page(name) for name in ("b", LONG, NASTY)}
        assert store.resources("news", ()) == {}
        assert store.resources("nobody", asked) == {}


def test_more_addresses_than_fit_into_one_statement(place: Place) -> None:
    known = {str(number): page(str(number)) for number in range(1300)}
    with place.open_with("news") as store:
        put(store, (), list(known.values()))
        assert store.resources("news", [str(number) for number in range(3_000)]) == known


def test_the_longest_due_are_looked_at_first_and_ties_go_by_address(place: Place) -> None:
    pages = [page("b"), page("B"), page("c", -1), page("a", 1), page("never", None), page("d", 2)]
    with place.open_with("news", "sport") as store:
        put(store, (), pages)
        put(store, (), [page("theirs", -9)], source="sport")
        now = NOON + MINUTE
        assert addresses(store.looks_due("news", now, 9)) == ["c", "B", "b", "a"]
        assert addresses(store.looks_due("news", now, 2)) == ["c", "B"]
        assert store.looks_due("news", now, 0) == []
        assert store.looks_due("news", NOON - HOUR, 9) == []
        assert store.looks_due("nobody", now, 9) == []


def test_the_next_look_is_the_earliest_one(place: Place) -> None:
    with place.open_with("news", "sport") as store:
        assert store.next_look("news") is None
        put(store, (), [page("a", None)])
        assert store.next_look("news") is None
        put(store, (), [page("b", 5), page("c", 3)])
        assert store.next_look("news") == NOON + 3 * MINUTE
        put(store, (), [page("c", None)])
        assert store.next_look("news") == NOON + 5 * MINUTE
        assert store.next_look("sport") is None


def test_what_is_due_is_found_without_walking_or_sorting_the_rows_of_a_source(files: Place) -> None:
    with files.open_with("news") as store:
        put(store, stories(1), [page("a"), page("b", None)])
        asked = [
            plan(store, lambda: store.looks_due("news", NOON, 9)),
            plan(store, lambda: store.next_look("news")),
            plan(store, lambda: store.resources("news", ["a", "b"])),
        ]
    for found in asked:
        assert "SCAN" not in found
        assert "TEMP B-TREE" not in found
    assert "resource_look (source_id=? AND look_at<?)" in asked[0]
    assert "COVERING INDEX resource_look (source_id=? AND look_at>?)" in asked[1]
    assert "(source_id=? AND address=?)" in asked[2]
