"""Sources at a glance, on both engines: counted, searched, paged, with runs in numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

from sqlalchemy import update

from feeder.cli.fares import stands
from feeder.models import Dropped, Fault, Outcome, Page, Resource, Validators
from feeder.store.board import STANDINGS, Sought
from feeder.store.pages import Budget, kept_page
from feeder.store.store import Store
from feeder.store.tables import source
from tests.store.nouns import HOUR, MINUTE, NOON, Place, change, claim_one, entry, path, stories

FAILURE = Fault("dns", "no such host")


def run(store: Store, name: str, number: int, new: int = 0, failure: Fault | None = None) -> None:
    began = NOON + MINUTE * number
    lease = claim_one(store, name, began)
    outcome = Outcome(
        name, began, began + timedelta(seconds=number), 30, new, number, failure=failure
    )
    due = began + HOUR
    store.record(lease, (), (), outcome, due, began, failed=failure is not None)


def make(store: Store, name: str, **columns: object) -> None:
    with store._database.writing() as connection:
        connection.execute(update(source).where(source.c.name == name).values(**columns))


def test_each_standing_is_told_counted_and_found(place: Place) -> None:
    with place.open_with(*STANDINGS) as store:
        for word in ("gone", "broken", "blocked", "degraded", "unchanged"):
            make(store, word, condition=word, failures=int(word == "broken"))
        make(store, "ok", condition="ok")
        make(store, "failing", condition="ok", failures=1)
        make(store, "off", condition="broken", enabled=False)
        store.pause(["paused"], NOON)
        assert store.standings() == dict.fromkeys(STANDINGS, 1)
        found = store.seen(Sought(), limit=100)
        assert [one.standing for one in found] == [one.state.name for one in found]
        assert [one.standing for one in found] == list(STANDINGS)
        assert [one.state.name for one in store.seen(Sought("paused"), limit=9)] == ["paused"]
        assert [one.standing for one in store.seen(Sought(), offset=8, limit=2)] == [
            "paused",
            "off",
        ]
        some = store.seen_among(["off", "gone", "nobody"], 10)
        assert [one.state.name for one in some] == ["gone", "off"]


def test_words_are_found_in_any_case_in_name_title_and_address(place: Place) -> None:
    with place.open_with("harbour", "town", "mill") as store:
        make(store, "town", title="Örtliche Nachrichten 100%_")
        for words, names in {
            "HARB": ["harbour"],
            "mill.example": ["mill"],
            "örtliche": ["town"],
            "100%_": ["town"],
            "%": ["town"],
            "_": ["town"],
            "example o": ["harbour", "town"],
            "nowhere": [],
            "\x00\ud800": [],
        }.items():
            assert [one.state.name for one in store.seen(Sought(words=words), limit=9)] == names
            assert sum(store.standings(words).values()) == len(names)


def test_a_source_has_its_last_outcome_and_its_number_of_entries(place: Place) -> None:
    with place.open_with("news", "town") as store:
        lease = claim_one(store)
        store.record_part(lease, stories(1, 2, 3), (), NOON + HOUR)
        store.abandon(lease, NOON)
        run(store, "news", 1, new=3)
        run(store, "news", 2, failure=FAILURE)
        [news, town] = sorted(store.seen(Sought(), limit=9), key=lambda one: one.state.name)
        assert news.state == next(state for state in store.states() if state.name == "news")
        assert (news.state.entries, news.kind) == (3, "files")
        assert news.state.outcome is not None and news.state.outcome.failure == FAILURE
        assert town.state.outcome is None and town.standing == "new"
        assert store.seen_as("news") == news and store.seen_as("nobody") is None


def test_runs_come_in_numbers_the_oldest_first(place: Place) -> None:
    with place.open_with("news", "town") as store:
        for number in range(5):
            run(store, "news", number, new=number, failure=FAILURE if number == 3 else None)
        run(store, "town", 9)
        found = store.recent_runs(["news", "town", "nobody"], 3)
        assert [one.new for one in found["news"]] == [2, 3, 4]
        assert [one.failed for one in found["news"]] == [False, True, False]
        assert [one.seconds for one in found["news"]] == [2.0, 3.0, 4.0]
        assert [one.changed for one in found["town"]] == [9] and len(found) == 2
        assert [one.found for one in store.latest_runs(2)] == [30, 30]
        assert [one.started for one in store.latest_runs(9)][-1] == NOON + MINUTE * 9


def test_the_mark_moves_with_what_can_be_seen_and_else_stays(place: Place) -> None:
    with place.open_with("news") as store:
        marks = [store.mark(), store.mark()]
        lease = claim_one(store)
        marks.append(store.mark())
        store.abandon(lease, NOON)
        run(store, "news", 1)
        marks.append(store.mark())
        store.begin_service(NOON)
        marks.append(store.mark())
        store.ask_reload(NOON)
        store.answer_reload("refused", NOON)
        marks.append(store.mark())
        assert len(set(marks)) == 5 and marks[0] == marks[1]


def test_an_entry_leads_to_the_page_that_it_was_read_from(place: Place) -> None:
    with place.open_with("news", "town") as store:
        address, other = "https://news.example/" + "a" * 600, "https://news.example/b"
        made = change(entry(1), path(1), address=address)
        lease = claim_one(store)
        resources = [Resource(address, Validators(), entry_id=made.entry.id)]
        store.record_part(lease, [made], resources, NOON + HOUR)
        assert store.page_of(made.entry.id) is None
        for url in (address, other):
            fetched = Page(url, url, url.encode())
            kept = kept_page(url, fetched, store.files.put(fetched.body), NOON)
            store.keep_pages("news", [kept], Budget(10**6, HOUR), NOON)
        found = store.page_of(made.entry.id)
        assert found is not None and found.address == address
        assert store.page_of("tag:nobody") is None


def test_what_was_dropped_from_the_newest_entries_is_told_in_their_order(place: Place) -> None:
    with place.open_with("news") as store:
        told = [
            replace(made, dropped=(Dropped("phrases", "letter", made.entry.title),))
            for made in stories(1, 2, 3)
        ]
        lease = claim_one(store)
        store.record_part(lease, told, (), NOON + HOUR)
        assert [one.text for one in store.dropped_of("news", 2)] == ["Story 1", "Story 2"]
        assert store.dropped_of("nobody", 2) == []


def test_pages_and_the_command_line_say_the_same_of_each_source(place: Place) -> None:
    conditions = (None, "gone", "broken", "blocked", "degraded", "unchanged", "ok")
    told = list(product(conditions, (0, 1), (None, NOON), (None, NOON), (True, False)))
    with place.open_with(*(f"s{number}" for number in range(len(told)))) as store:
        for number, (condition, failures, good, paused, enabled) in enumerate(told):
            make(
                store,
                f"s{number}",
                condition=condition,
                failures=failures,
                last_success=good,
                paused_at=paused,
                enabled=enabled,
            )
        found = store.seen(Sought(), limit=1000)
        assert len(found) == len(told)
        assert [one.standing for one in found] == [stands(one.state) for one in found]
