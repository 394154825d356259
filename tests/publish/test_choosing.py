"""What a feed of several sources shows: filtered, each article once, and nothing taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeder.config.settings import FeedSettings
from feeder.models import Attribution, Change, Entry, Key, Outcome, Publication
from feeder.publish.choosing import Choosing
from feeder.publish.compose import SourceLabel
from feeder.store.opening import open_store
from feeder.store.sources import SourceSpec
from feeder.store.store import Store

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
LABELS = {
    name: SourceLabel(f"tag:news.example,2026:sources/{name}", f"The {name}")
    for name in ("river", "town")
}
SAME = "https://agency.example/flood"


@dataclass(frozen=True)
class Desk:
    """A store with two sources and a feed of both."""

    store: Store

    def write(self, source: str, number: int, **changes: Any) -> Entry:
        moment = NOON - timedelta(days=number)
        entry = Entry(
            id=f"tag:news.example,2026:{source}/{number}",
            source=source,
            title=f"Story {number} of the {source}",
            html=f"<p>Part {number}.</p>",
            text=f"Part {number}.",
            published=moment,
            updated=moment,
            first_seen=moment,
        )
        entry = replace(entry, **changes)
        change = Change("new", entry, (Key("path", entry.id),), entry.id, f"{entry.id}-b", "")
        (lease,) = self.store.claim(NOON, timedelta(minutes=1), names=[source])
        outcome = Outcome(source, NOON, NOON)
        self.store.record(lease, [change], [], outcome, NOON, NOON, failed=False)
        return entry

    def choosing(self, *sources: str, **settings: Any) -> Choosing:
        told = FeedSettings.model_validate({"name": "all", **settings})
        labels = {name: LABELS[name] for name in sources or LABELS}
        return Choosing(told, self.store, labels, NOON)

    def shown(self, choosing: Choosing | None = None) -> list[str]:
        choosing = choosing or self.choosing()
        choosing.settle(NOON)
        entries = self.store.entries(choosing.labels)
        pieces = (entries[at : at + 2] for at in range(0, len(entries), 2))
        return [entry.id.rpartition(":")[2] for entry in choosing.entries(pieces)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(tmp_path / "state", now=NOON) as store:
        store.authority("news.example", NOON)
        store.sync([SourceSpec(name, name, "files") for name in LABELS], NOON)
        store.feed("all", now=NOON)
        yield Desk(store)


def test_an_article_of_two_sources_is_shown_once_with_both_places(desk: Desk) -> None:
    kept = desk.write("river", 2, url=SAME)
    desk.write("town", 1, url=f"{SAME}?utm_source=town")
    desk.write("town", 3)
    assert desk.shown() == ["river/2", "town/3"]
    place = Attribution("The town", f"{SAME}?utm_source=town")
    assert desk.choosing().also_at([kept]) == {kept.id: (place,)}


def test_another_place_that_no_reader_may_be_led_to_is_told_without_its_address(desk: Desk) -> None:
    text = " ".join(f"word{number}" for number in range(200))
    kept = desk.write("river", 2, title="The flood of the year", text=text)
    desk.write("town", 1, title="The flood of the year", text=text, url="javascript:alert(1)")
    assert desk.shown() == ["river/2"]
    assert desk.choosing().also_at([kept]) == {kept.id: (Attribution("The town"),)}


def test_what_was_shown_first_stays_though_an_earlier_one_comes_later(desk: Desk) -> None:
    desk.write("town", 1, url=SAME)
    assert desk.shown() == ["town/1"]
    desk.write("river", 5, url=SAME)
    assert desk.shown() == ["town/1"]


def test_what_was_merged_does_not_come_back_when_the_other_is_far_below(desk: Desk) -> None:
    desk.write("river", 30, url=SAME)
    desk.write("town", 1, url=SAME)
    assert desk.shown() == ["river/30"]
    for number in range(2, 8):
        desk.write("town", number)
    assert "town/1" not in desk.shown()


def test_it_comes_back_when_the_feed_no_longer_has_the_other(desk: Desk) -> None:
    desk.write("river", 2, url=SAME)
    desk.write("town", 1, url=SAME)
    assert desk.shown() == ["river/2"]
    assert desk.shown(desk.choosing("town")) == ["town/1"]
    assert desk.shown(desk.choosing(drop=[{"title": "river"}])) == ["town/1"]


def test_merging_can_be_switched_off_and_undone_for_one(desk: Desk) -> None:
    desk.write("river", 2, url=SAME)
    late = desk.write("town", 1, url=SAME)
    assert desk.shown() == ["river/2"]
    assert desk.shown(desk.choosing(merge=False)) == ["town/1", "river/2"]
    assert desk.store.split("all", late.id, NOON)
    assert desk.shown() == ["town/1", "river/2"]


def test_a_feed_of_before_there_was_merging_loses_nothing(desk: Desk) -> None:
    desk.write("river", 2, url=SAME)
    desk.write("town", 1, url=SAME)
    desk.store.record_publication(Publication("all", "all.atom", "0", 1, 2, NOON))
    assert desk.shown() == ["town/1", "river/2"]
    desk.write("town", 3, url=SAME)
    assert desk.shown() == ["town/1", "river/2"]


def test_filters_are_minded_piece_by_piece(desk: Desk) -> None:
    for number in range(1, 8):
        desk.write("river", number, categories=("sport",) if number % 3 else ("town",))
    assert desk.shown(desk.choosing(keep=[{"category": "town"}])) == ["river/3", "river/6"]
    assert len(desk.shown(desk.choosing(drop=[{"category": "town"}]))) == 5


def test_a_feed_of_one_source_judges_nothing(desk: Desk) -> None:
    desk.write("river", 1, url=SAME)
    assert desk.shown(desk.choosing("river")) == ["river/1"]
    assert desk.store.shown_in("all", LABELS, 10) == []
