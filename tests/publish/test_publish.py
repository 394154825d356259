"""From the record to the public directory: once, again, at the same time, and after failures."""

from __future__ import annotations

import gzip
import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from feeder.config.settings import FeedSettings
from feeder.errors import LockedError, PublishError
from feeder.generator.atom import Atom
from feeder.locks import exclusive
from feeder.models import Change, Document, Entry, Feed, Key, Outcome
from feeder.outputs.directory import Directory
from feeder.publish import flow
from feeder.publish.compose import SourceLabel
from feeder.publish.flow import Published, publish
from feeder.publish.press import Press
from feeder.store.opening import open_store
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from tests.atom import find, strictly, valid

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
LABELS = {
    name: SourceLabel(f"tag:news.example,2026:sources/{name}", f"The {name}")
    for name in ("river", "town")
}


@dataclass(frozen=True)
class Newsroom:
    """A store with sources in it, and a public directory."""

    store: Store
    state: Path
    public: Path

    def write(self, source: str, *numbers: int, **changes: Any) -> None:
        """Put entries on record as a refresh does."""
        (lease,) = self.store.claim(NOON, timedelta(minutes=1), names=[source])
        recorded = [change(source, number, **changes) for number in numbers]
        outcome = Outcome(source, NOON, NOON)
        self.store.record(lease, recorded, [], outcome, NOON, NOON, failed=False)

    def publish(self, *sources: str, outputs: Any = None, **changes: Any) -> Published:
        press = self.press(sources or ("river",), outputs, **changes)
        (done,) = publish(press, [Atom()], self.store.standing(["news"], LABELS))
        return done

    def press(self, sources: Iterable[str] = LABELS, outputs: Any = None, **changes: Any) -> Press:
        return Press(
            settings=FeedSettings(name="news", title="News").model_copy(update=changes),
            store=self.store,
            outputs=outputs or [Directory(self.public)],
            labels={name: LABELS[name] for name in sources},
            public_url="https://news.example/feeds/",
            state=self.state,
            now=NOON,
        )

    @property
    def document(self) -> bytes:
        return (self.public / "news.atom").read_bytes()


def change(source: str, number: int, **changes: Any) -> Change:
    entry = Entry(
        id=f"tag:news.example,2026:{source}/{number:03}",
        source=source,
        title=f"Story {number}",
        html=f"<p>What happened, part {number}.</p>",
        text=f"What happened, part {number}.",
        published=NOON - timedelta(days=number),
        updated=NOON,
        first_seen=NOON,
    )
    keys = (Key("path", f"{number}.txt"),)
    entry = replace(entry, **changes)
    return Change("new", entry, keys, f"material {number}", f"{entry.id}-b", f"{number}.txt")


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with open_store(tmp_path / "state", now=NOON) as store:
        store.authority("news.example", NOON)
        store.sync([SourceSpec(name, name, "files") for name in LABELS], NOON)
        yield Newsroom(store, tmp_path / "state", tmp_path / "public")


def ids(document: bytes) -> list[str]:
    return [id_.rpartition(":")[2] for id_ in find(valid(document), "a:entry/a:id/text()")]


def test_what_is_on_record_is_published(newsroom: Newsroom) -> None:
    newsroom.write("river", 2, 1, 3)
    done = newsroom.publish()
    assert done == Published("news.atom", True, 3, len(newsroom.document))
    parsed = strictly(newsroom.document)
    assert ids(newsroom.document) == ["river/001", "river/002", "river/003"]
    assert parsed.feed.id == newsroom.store.feed("news", now=NOON).uid
    assert parsed.feed.links[0].href == "https://news.example/feeds/news.atom"


def test_an_empty_feed_is_published_too(newsroom: Newsroom) -> None:
    assert newsroom.publish().entries == 0
    strictly(newsroom.document)


def test_publishing_again_writes_nothing(newsroom: Newsroom) -> None:
    newsroom.write("river", 1)
    newsroom.publish()
    before = (newsroom.public / "news.atom").stat()
    assert not newsroom.publish().written
    after = (newsroom.public / "news.atom").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_what_was_published_is_on_record(newsroom: Newsroom) -> None:
    newsroom.write("river", 1)
    newsroom.publish()
    recorded = newsroom.store.publication("news", "news.atom")
    assert recorded and recorded.sha256 == sha256(newsroom.document).hexdigest()
    assert (recorded.size, recorded.entries) == (len(newsroom.document), 1)


def test_a_publication_that_a_kill_kept_from_the_record_is_noted_later(newsroom: Newsroom) -> None:
    newsroom.write("river", 1)
    newsroom.publish()
    recorded = newsroom.store.publication("news", "news.atom")
    assert recorded
    newsroom.store.record_publication(replace(recorded, sha256="of the time before"))
    assert not newsroom.publish().written
    assert newsroom.store.publication("news", "news.atom") == recorded


def test_a_feed_of_several_sources_tells_them_apart(newsroom: Newsroom) -> None:
    newsroom.write("river", 1)
    newsroom.write("town", 2)
    newsroom.publish("river", "town")
    assert ids(newsroom.document) == ["river/001", "town/002"]
    titles = find(valid(newsroom.document), "a:entry/a:source/a:title/text()")
    assert titles == ["The river", "The town"]


def test_entries_leave_by_the_caps_only(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 10))
    newsroom.publish(max_entries=5)
    assert ids(newsroom.document) == [f"river/{number:03}" for number in range(1, 6)]
    newsroom.publish(max_entries=100, max_bytes=2_000)
    assert len(newsroom.document) <= 2_000
    assert 1 < len(ids(newsroom.document)) < 9


def test_a_renamed_feed_keeps_its_id(newsroom: Newsroom) -> None:
    newsroom.publish()
    before = newsroom.store.feed("news", now=NOON).uid
    newsroom.publish(name="town-news", formerly=("news",))
    assert strictly((newsroom.public / "town-news.atom").read_bytes()).feed.id == before


def test_an_entry_that_no_feed_can_hold_is_named_and_the_others_are_published(
    newsroom: Newsroom,
) -> None:
    newsroom.write("river", 1)
    newsroom.write("river", 2, id="tag:not a uri")
    done = newsroom.publish()
    assert ids(newsroom.document) == ["river/001"]
    (fault,) = done.faults
    assert fault.address == "tag:not a uri" and "no URI" in fault.message


def test_a_document_that_fails_its_check_replaces_nothing(newsroom: Newsroom) -> None:
    class Broken(Atom):
        def render(self, feed: Feed) -> Document:
            whole = super().render(feed)
            return replace(whole, body=whole.body[:-1].removesuffix(b">"))

    newsroom.publish()
    before = newsroom.document
    newsroom.write("river", 1)
    with pytest.raises(PublishError, match="well-formed"):
        publish(newsroom.press(), [Broken()], newsroom.store.standing(["news"], LABELS))
    assert newsroom.document == before


def test_one_failing_output_does_not_keep_the_others_back(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    (tmp_path / "blocked").write_text("no folder")
    outputs = [Directory(tmp_path / "blocked"), Directory(newsroom.public)]
    with pytest.raises(PublishError, match=r"news\.atom: not published"):
        newsroom.publish(outputs=outputs)
    strictly(newsroom.document)
    assert newsroom.store.publication("news", "news.atom") is None
    (tmp_path / "blocked").unlink()
    assert newsroom.publish(outputs=outputs).written
    assert newsroom.store.publication("news", "news.atom") is not None


def test_who_holds_the_feed_s_lock_is_named(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "WAIT_FOR_LOCK", 0.05)
    lock = newsroom.state / "locks" / "publish-news.lock"
    with (
        exclusive(lock, "publish the feed news"),
        pytest.raises(LockedError, match="cannot publish the feed news: locked since"),
    ):
        newsroom.publish()
    assert newsroom.publish().written


def write_and_publish(state: Path, public: Path, source: str) -> None:
    with open_store(state, now=NOON) as store:
        newsroom = Newsroom(store, state, public)
        for number in range(1, 9):
            newsroom.write(source, number)
            newsroom.publish(*LABELS)


def test_two_processes_end_with_all_that_both_recorded(newsroom: Newsroom) -> None:
    spawn = multiprocessing.get_context("spawn")
    rooms = (newsroom.state, newsroom.public)
    writers = [spawn.Process(target=write_and_publish, args=(*rooms, name)) for name in LABELS]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(ids(newsroom.document)) == 16
    assert not newsroom.publish(*LABELS).written


def test_the_packed_copy_follows(newsroom: Newsroom) -> None:
    for number in (1, 2):
        newsroom.write("river", number)
        newsroom.publish()
        packed = (newsroom.public / "news.atom.gz").read_bytes()
        assert gzip.decompress(packed) == newsroom.document
