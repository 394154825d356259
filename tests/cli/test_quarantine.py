"""`feeder quarantine` shows what is held back, lets it through, or never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.cli import app as verbs
from feeder.models import Entry
from feeder.store.quarantine import Quarantined
from tests.refresh.room import Room
from tests.refresh.test_quarantine import HOUR, SOURCE, feed, stories, wall
from tests.site.server import Site


def said(room: Room, *words: str, status: int = 0) -> str:
    config = str(room.root / "config")
    result = CliRunner().invoke(verbs, ["--config", config, "quarantine", *words])
    assert result.exit_code == status, result.output
    return result.output


def batch(room: Room) -> Quarantined:
    with room.open() as app:
        return app.store.quarantined("news")[0]


def titles(entries: list[Entry]) -> set[str]:
    return {entry.title for entry in entries}


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Room, Site]]:
    """A source with ten articles published, and six held that say the same."""
    with Site() as site:
        room = Room(tmp_path, clock=datetime.now(UTC) - 9 * HOUR)
        room.source(SOURCE.format(feed(site, stories(range(10)))))
        room.round()
        feed(site, [*wall(range(20, 26)), *stories(range(10))])
        room.clock = datetime.now(UTC) - HOUR
        assert {fault.kind for fault in room.refresh().faults} == {"quarantined"}
        yield room, site


def test_it_is_listed_with_its_reason_and_shown_with_its_words(held: tuple[Room, Site]) -> None:
    room, _ = held
    told = said(room, "list")
    assert told.startswith("1  news: 6 articles, held; seen once")
    assert "6 of 6 articles say the same words" in told
    (data,) = json.loads(said(room, "list", "--json"))
    assert (data["id"], data["status"], data["reasons"][0]["name"]) == (1, "held", "same-body")
    shown = said(room, "show", "news")
    assert "All about 20" in shown
    assert wall([20])[0].text[:60] in shown
    assert len(json.loads(said(room, "show", "1", "--json"))[0]["contents"]) == 6
    assert "nothing is held back as 'other'" in said(room, "release", "other", status=2)


def test_what_is_released_is_published_and_the_like_of_it_believed(held: tuple[Room, Site]) -> None:
    room, site = held
    assert said(room, "release", "1").startswith("6 new or changed entries; written: ")
    assert len(room.entries()) == 16
    published = [each.read_text() for each in room.root.rglob("*.atom")]
    assert any("All about 25" in each for each in published)
    assert "Nothing is held back." in said(room, "list")
    assert "released" in said(room, "list", "--all")
    feed(site, [*wall(range(30, 35)), *stories(range(10))])
    outcome = room.refresh(later=HOUR)
    assert (outcome.new, outcome.faults) == (5, ())


def test_what_is_dropped_is_refused_in_silence(held: tuple[Room, Site]) -> None:
    room, site = held
    before = room.entries()
    assert said(room, "drop", "news") == "dropped: 1\n"
    for _ in range(4):
        outcome = room.refresh(later=HOUR)
        assert (outcome.new, outcome.faults) == (0, ())
    feed(site, [*stories([40]), *wall(range(20, 26)), *stories(range(10))])
    assert room.refresh(later=HOUR).new == 1
    assert titles(room.entries()) - titles(before) == {"All about 40"}
    assert batch(room).status == "dropped"
    told = said(room, "release", "1", status=1)
    assert told == "" or "not kept" in told


def test_a_batch_that_ended_can_still_be_released(held: tuple[Room, Site]) -> None:
    room, site = held
    feed(site, stories(range(10)))
    room.refresh(later=HOUR)
    assert batch(room).status == "ended"
    said(room, "release", "1")
    assert len(room.entries()) == 16


def test_a_source_that_is_being_refreshed_is_left_alone(held: tuple[Room, Site]) -> None:
    room, _ = held
    with room.open() as app:
        app.store.claim(datetime.now(UTC), HOUR, names=["news"], force=True)
        said(room, "release", "1", status=1)
    assert batch(room).status == "held"
