"""The record page by page: nothing is skipped, told twice, or read that is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event

from feeder.models import Publication
from feeder.store.browsing import Brief, Place
from feeder.store.outbox import Message
from feeder.store.quarantine import Guarded, Quarantined
from feeder.store.store import Store
from tests.store.nouns import HOUR, MINUTE, NOON, change, claim_one, entry, path, put, spec, stories
from tests.store.nouns import Place as Where


def all_pages(store: Store, *sources: str, limit: int) -> list[Brief]:
    found, before = list[Brief](), None
    while page := store.browser.entries(sources, limit=limit, before=before):
        found += page
        before = Place(page[-1].published, page[-1].id)
    return found


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    heard = list[str]()

    def hear(_c: object, _k: object, text: str, *_: object) -> None:
        heard.append(text)

    event.listen(store._database.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(store._database.engine, "before_cursor_execute", hear)


def test_pages_of_entries_are_the_newest_first_whatever_falls_together(place: Where) -> None:
    with place.open_with("news", "town", "other") as store:
        same = [
            replace(one, entry=replace(one.entry, published=NOON)) for one in stories(*range(9))
        ]
        put(store, same)
        put(store, stories(20, 21, source="town"), source="town")
        put(store, stories(22, source="other"), source="other")
        expected = [one.id for one in store.entries(["news", "town"])]
        for limit in (1, 2, 4, 11, 50):
            found = all_pages(store, "news", "town", limit=limit)
            assert [one.id for one in found] == expected
        assert len(all_pages(store, "town", limit=1)) == 2
        assert all_pages(store, "nobody", limit=5) == []


def test_entries_since_a_moment_include_it(place: Where) -> None:
    with place.open_with("news") as store:
        put(store, stories(1, 2, 3))
        since = NOON - timedelta(days=2)
        found = store.browser.entries(["news"], limit=9, since=since)
        assert [one.title for one in found] == ["Story 1", "Story 2"]


def test_no_text_of_an_article_is_read_for_a_list(place: Where) -> None:
    with place.open_with("news") as store:
        put(store, stories(1, 2))
        with statements(store) as heard:
            store.browser.entries(["news"], limit=9)
        assert not any("entry.html" in one or "entry.text" in one for one in heard)


def test_what_an_entry_said_before_is_told_from_the_end(place: Where) -> None:
    with place.open_with("news") as store:
        put(store, [change(entry(1), path(1))])
        for revision in range(2, 6):
            made = entry(1, title=f"Title {revision}", revision=revision)
            put(store, [change(made, path(1), kind="changed")])
        uid = entry(1).id
        told = store.browser.revisions(uid, 2)
        assert [one.number for one in told] == [4, 5]
        assert [one.number for one in store.revisions(uid)] == [1, 2, 3, 4, 5]


def test_runs_are_told_latest_first(place: Where) -> None:
    with place.open_with("news", "town") as store:
        for name in ("news", "town", "news"):
            put(store, source=name)
        found = store.browser.runs(limit=2)
        assert [one.outcome.source for one in found] == ["news", "town"]
        (rest,) = store.browser.runs(limit=2, before=found[-1].number)
        assert rest.outcome.source == "news"
        assert len(store.browser.runs("news", limit=9)) == 2
        assert store.browser.runs("nobody", limit=9) == []


def hold(store: Store, source: str, status: str = "held") -> None:
    lease = claim_one(store, source)
    batch = Quarantined(0, source, NOON, NOON, 1, status, (), 3, frozenset())  # type: ignore[arg-type]
    store.record_part(lease, (), (), NOON + MINUTE, Guarded(batches=(batch,)))
    store.abandon(lease, NOON)


def test_batches_are_told_latest_first_and_found_by_number(place: Where) -> None:
    with place.open_with("news", "town") as store:
        for source, status in (("news", "held"), ("town", "dropped"), ("town", "held")):
            hold(store, source, status)
        found = store.browser.batches(limit=9)
        assert [one.source for one in found] == ["town", "town", "news"]
        assert [one.id for one in store.browser.batches("held", limit=9)] == [
            found[0].id,
            found[2].id,
        ]
        assert store.browser.batches(limit=9, before=found[1].id) == [found[2]]
        assert store.browser.batch(found[1].id) == found[1]
        assert store.browser.batch(found[0].id + 1) is None
        assert store.browser.batch(0) is None


def test_sources_are_paged_by_name(place: Where) -> None:
    with place.open_with("a", "b", "c", "d") as store:
        put(store, source="c", failed=True)
        store.pause(["b"], NOON)
        first = store.browser.sources(limit=3)
        assert [one.state.name for one in first] == ["a", "b", "c"]
        assert [one.state.name for one in store.browser.sources("c", limit=3)] == ["d"]
        failing = store.browser.sources(limit=3, standing="failing")
        assert [one.state.name for one in failing] == ["c"]
        assert [one.standing for one in first] == ["new", "paused", "failing"]


def test_figures_count_what_there_is(place: Where) -> None:
    with place.open_with("a", "b", "c", "d", "e") as store:
        put(store, stories(1, 2, source="a"), source="a", now=NOON, due=HOUR)
        put(store, source="b", now=NOON, due=2 * HOUR)
        put(store, source="c", now=NOON, due=HOUR)
        store.ask(["c"], NOON)
        store.pause(["d"], NOON)
        claim_one(store, "e", NOON + HOUR + 10 * MINUTE)
        hold(store, "b")
        store.feed("a", now=NOON)
        put_ = Publication("a", "a.atom", "0" * 64, 1, 1, NOON)
        store.record_publication(put_, [Message("websub", "https://hub.example/", "x", "{}")])
        put(store, source="b", now=NOON, due=2 * HOUR)
        now = NOON + HOUR + 10 * MINUTE + timedelta(seconds=1)
        figures = store.browser.figures(now, now - MINUTE)
        assert figures.standings == {"ok": 3, "new": 1, "paused": 1}
        assert figures.refreshing == 1
        assert (figures.due, figures.late) == (2, 1)  # `a`, and `c` that was asked for
        assert figures.waiting_since == NOON + HOUR
        assert (figures.entries, figures.held, figures.untold) == (2, 1, 1)


def test_figures_of_nothing_are_nothing(place: Where) -> None:
    with place.open() as store:
        figures = store.browser.figures(NOON, NOON - MINUTE)
        assert figures.waiting_since is None
        assert (figures.due, figures.late, figures.refreshing, figures.entries) == (0, 0, 0, 0)


def test_what_is_refreshed_by_hand_is_due_at_no_time_even_when_it_is_asked_for(
    place: Where,
) -> None:
    with place.open_with("a") as store:
        store.sync([replace(spec("a"), rhythm=None)], NOON)
        store.ask(["a"], NOON)
        assert store.browser.freshness(["a"])["a"].next_check_at is None


def test_freshness_is_that_of_enabled_sources_and_knows_of_pauses(place: Where) -> None:
    with place.open_with("a", "b", "c") as store:
        put(store, source="a", now=NOON, due=HOUR)
        put(store, source="b", now=NOON, due=HOUR, failed=True)
        store.pause(["b"], NOON)
        claim_one(store, "c")
        found = store.browser.freshness(["a", "b", "c", "nobody"])
        assert found["a"] == (NOON, NOON + HOUR, 0, False)
        assert found["b"] == (None, None, 1, False)
        assert found["c"].leased
        assert set(found) == {"a", "b", "c"}
        assert store.browser.freshness([]) == {}
