"""The health feed tells who runs feeder what befell the sources; no other feed ever does."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from feeder.generator import atom
from feeder.models import Condition, Health, Transition
from feeder.outputs.directory import Directory
from feeder.publish.health import HealthPress, publish_health
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from tests.atom import valid
from tests.refresh.conftest import room, site
from tests.refresh.room import Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.server import Site
from tests.site.statuses import Gone, Status
from tests.store.nouns import HOUR, NOON, PREFIX, Place, claim_one, outcome

__all__ = ["room", "site"]


@pytest.fixture
def press(tmp_path: Path) -> Iterator[HealthPress]:
    place = Place(tmp_path / "state")
    with place.open_with("news", "sport") as store:
        yield HealthPress(
            store,
            Directory(tmp_path / "state/private"),
            PREFIX,
            "https://feeds.example/",
            tmp_path / "state",
        )


def befalls(
    store: Store,
    was: Condition | None,
    becomes: Condition,
    *,
    after: timedelta = timedelta(0),
    source: str = "news",
    reason: str = "no such host",
    advice: str = "look at its address",
) -> None:
    now = NOON + after
    told = Transition(source, now, was, becomes, reason, advice, NOON)
    health = Health(becomes, now, 0, NOON)
    lease = claim_one(store, source, now)
    store.record(
        lease, [], [], outcome(source), NOON, now, failed=False, health=health, transition=told
    )


def read(press: HealthPress) -> feedparser.FeedParserDict:
    body = press.file.read_bytes()
    valid(body)
    return feedparser.parse(body)


def test_without_news_there_is_no_feed(press: HealthPress) -> None:
    assert not publish_health(press)
    assert not press.file.exists()


def test_an_illness_is_an_entry_with_all_that_is_to_be_known(press: HealthPress) -> None:
    befalls(press.store, "ok", "broken")
    assert publish_health(press)
    [entry] = read(press).entries
    assert entry.title == "News is broken"
    assert entry.id == f"{PREFIX}:health/1"
    assert entry.link == "https://news.example/"
    content = entry.content[0].value
    for words in ("no such host", "look at its address", "Since 2026-03-01 12:00", "stay as they"):
        assert words in content


def test_an_illness_stays_one_entry_and_its_end_is_another(press: HealthPress) -> None:
    befalls(press.store, "ok", "broken")
    befalls(press.store, "ok", "blocked", source="sport", after=HOUR)
    befalls(press.store, "broken", "gone", after=HOUR * 2)
    publish_health(press)
    titles = {entry.id: entry.title for entry in read(press).entries}
    assert titles == {
        f"{PREFIX}:health/1": "News is gone",
        f"{PREFIX}:health/2": "Sport is blocked",
    }
    befalls(press.store, "gone", "ok", after=HOUR * 3)
    befalls(press.store, "ok", "degraded", after=HOUR * 9)
    publish_health(press)
    again = read(press).entries
    assert [entry.title for entry in again if "News" in entry.title] == [
        "News is read in part",
        "News is well again",
        "News is gone",
    ]
    assert {entry.id for entry in again} > set(titles)
    assert len({entry.id for entry in again}) == 4


def test_what_is_as_it_was_is_neither_written_nor_rendered(
    press: HealthPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    befalls(press.store, "ok", "broken")
    publish_health(press)
    monkeypatch.setattr(atom, "_shell", None)
    before = press.file.stat()
    assert not publish_health(press)
    assert press.file.stat() == before


def test_what_befell_its_file_is_mended_with_the_same_bytes(press: HealthPress) -> None:
    befalls(press.store, "ok", "broken")
    publish_health(press)
    body = press.file.read_bytes()
    press.file.unlink()
    assert publish_health(press)
    assert press.file.read_bytes() == body
    # A kill between the file and the mark: the same bytes are not written again.
    press.store.keep_health_feed_mark("")
    assert not publish_health(press)
    assert press.file.read_bytes() == body


def test_nobody_else_may_look_into_its_folder(press: HealthPress) -> None:
    befalls(press.store, "ok", "broken")
    publish_health(press)
    assert stat.S_IMODE(press.file.parent.stat().st_mode) == 0o700


def test_it_has_the_newest_hundred_and_keeps_when_an_illness_began(press: HealthPress) -> None:
    befalls(press.store, "ok", "broken", source="sport")
    for number in range(120):
        kinds: tuple[Condition, Condition] = ("blocked", "degraded")
        befalls(press.store, *kinds[:: 1 - 2 * (number % 2)], after=HOUR * number)
    befalls(press.store, "broken", "gone", source="sport", after=HOUR * 200)
    publish_health(press)
    entries = read(press).entries
    assert len(entries) == 2
    sport = next(entry for entry in entries if entry.title.startswith("Sport"))
    assert sport.published == "2026-03-01T12:00:00Z"
    assert sport.updated == "2026-03-09T20:00:00Z"


HOSTILE = "<script>alert(1)</script>&amp;<a href='javascript:x'>\u202e\x00\ud800]]>" * 3


def test_what_a_site_says_is_text_and_an_address_keeps_its_secrets(press: HealthPress) -> None:
    spec = SourceSpec(
        "news", "Ne\u202ews\x00\ud800" * 99, "feed", "https://u:pw@news.example/?token=s3cr3t"
    )
    press.store.sync([spec], NOON)
    befalls(press.store, "ok", "broken", reason=HOSTILE, advice=HOSTILE)
    publish_health(press)
    body = press.file.read_bytes()
    assert b"s3cr3t" not in body
    assert b"pw@" not in body
    [entry] = read(press).entries
    assert "<script" not in entry.content[0].value
    assert "<a" not in entry.content[0].value
    assert len(body) < 10_000


def test_no_fault_of_a_site_is_told_in_a_feed_for_readers(room: Room, site: Site) -> None:
    blog, other = Blog(articles=4), Blog(articles=4)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.source(KINDS["listing"].format(base=site.at("/other/", other)), "other")
    room.round()
    public = room.root / "var/public"
    before = {file: file.read_bytes() for file in public.rglob("*.atom")}
    assert before
    blog.replaced[""] = Gone()
    other.replaced[""] = Status(403)
    for _ in range(3):
        room.clock += timedelta(hours=2)
        room.refresh()
        room.refresh("other")
    room.round()
    assert {file: file.read_bytes() for file in public.rglob("*.atom")} == before
    assert not [file for file in public.rglob("*") if "health" in file.name]
    told = feedparser.parse((room.root / "var/state/private/health.atom").read_bytes())
    assert {entry.title for entry in told.entries} == {"news is gone", "other is blocked"}
