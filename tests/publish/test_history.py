"""Nothing that was in a feed is lost from it: it is in the document, or in an archive for good."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeder.config.settings import FilterSettings
from feeder.errors import PublishError
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.html import Html
from feeder.generator.json_feed import JsonFeed
from feeder.generator.rss import Rss
from feeder.models import Change, Document, Outcome
from feeder.outputs.directory import Directory
from feeder.publish import archives
from feeder.publish.flow import Published, publish
from feeder.store.store import Store
from tests.atom import find, valid
from tests.publish.test_publish import LABELS, NOON, Newsroom, change, ids, newsroom

__all__ = ["newsroom"]

FORMATS: dict[str, Renderer] = {
    "atom": Atom(), "rss": Rss(), "json": JsonFeed(), "html": Html(),
}  # fmt: skip
URL = "https://news.example/feeds/"


@pytest.fixture(autouse=True)
def _in_a_process_of_its_own() -> None:
    archives._in_place.clear()


def put(
    newsroom: Newsroom,
    *sources: str,
    outputs: Any = None,
    formats: dict[str, Renderer] = FORMATS,
    days: int = 0,
    **changes: Any,
) -> list[Published]:
    changes = {"history": True, "max_entries": 10, **changes}
    press = newsroom.press(sources or ("river",), outputs, **changes)
    press = replace(press, formats=formats, now=press.now + timedelta(days=days))
    standing = newsroom.store.standing(["news"], LABELS)
    return publish(press, list(formats.values()), standing)


def archive(public: Path, number: int) -> list[str]:
    return ids((public / f"news/archive/{number:04}.atom").read_bytes())


def walked(public: Path) -> list[list[str]]:
    """The documents from the newest to the first archive, as a reader follows them."""
    path, pages = "news.atom", []
    while path:
        document = (public / path).read_bytes()
        pages.append(ids(document))
        links = find(valid(document), "a:link[@rel='prev-archive']/@href")
        assert len(links) <= 1
        path = links[0].removeprefix(URL) if links else ""
    return pages


def expect_all(public: Path, numbers: Sequence[int]) -> None:
    pages = walked(public)
    assert {id_ for page in pages for id_ in page} == {f"river/{n:03}" for n in numbers}
    in_archives = [id_ for page in pages[1:] for id_ in page]
    assert len(in_archives) == len(set(in_archives))


def contents(public: Path, under: str = "**/*") -> dict[str, bytes]:
    return {
        str(p.relative_to(public)): p.read_bytes()
        for p in public.glob(under)
        if p.is_file() and p.suffix not in (".gz", ".br", ".zst")
    }


def test_a_feed_that_holds_all_has_no_archive(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 11))
    put(newsroom)
    assert len(walked(newsroom.public)) == 1
    assert not (newsroom.public / "news").exists()


def test_what_has_no_room_in_the_feed_is_in_an_archive(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 11))
    put(newsroom)
    newsroom.write("river", 0)
    put(newsroom)
    assert archive(newsroom.public, 1) == [f"river/{n:03}" for n in range(6, 11)]
    expect_all(newsroom.public, range(11))


def test_an_archive_says_that_it_is_one_and_where_the_feed_is(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(25))
    put(newsroom)
    root = valid((newsroom.public / "news/archive/0002.atom").read_bytes())
    links = {e.get("rel"): e.get("href") for e in find(root, "a:link")}
    assert links["self"] == URL + "news/archive/0002.atom"
    assert links["current"] == URL + "news.atom"
    assert links["prev-archive"] == URL + "news/archive/0001.atom"
    mark = "{http://purl.org/syndication/history/1.0}archive"
    assert root.find(mark) is not None
    assert valid(newsroom.document).find(mark) is None


def test_all_formats_but_the_page_for_people_have_their_archives(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(25))
    put(newsroom)
    folder = newsroom.public / "news/archive"
    assert {p.suffix for p in folder.iterdir()} >= {".atom", ".rss", ".json"}
    assert not list(folder.glob("*.html"))
    path, found = "news.json", set[str]()
    while path:
        told = json.loads((newsroom.public / path).read_bytes())
        found |= {item["id"].rpartition(":")[2] for item in told["items"]}
        path = told.get("next_url", "").removeprefix(URL)
    assert found == {f"river/{n:03}" for n in range(25)}


def test_a_closed_archive_never_changes(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(20, 45))
    put(newsroom)
    before = contents(newsroom.public, "news/archive/*")
    assert len(before) == 9
    places = {p: p.stat().st_mtime_ns for p in newsroom.public.glob("news/archive/*")}
    changed = replace(change("river", 44, title="Corrected", revision=2), kind="changed")
    record(newsroom.store, changed)
    newsroom.write("river", 3)
    archives._in_place.clear()
    put(newsroom)
    after = contents(newsroom.public, "news/archive/*")
    assert before.items() <= after.items()
    assert all(p.stat().st_mtime_ns == when for p, when in places.items())


def record(store: Store, told: Change) -> None:
    (lease,) = store.claim(NOON, timedelta(minutes=1), names=["river"])
    store.record(lease, [told], [], Outcome("river", NOON, NOON), NOON, NOON, failed=False)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_comes_whenever_it_says_it_is_from_nothing_is_lost(
    newsroom: Newsroom, seed: int
) -> None:
    drawn = random.Random(seed)
    numbers = drawn.sample(range(900), 60)
    written = list[int]()
    while numbers:
        some = [numbers.pop() for _ in range(min(len(numbers), drawn.randint(1, 20)))]
        size = drawn.choice([10, 1_200])
        newsroom.write("river", *some, html=f"<p>{'word ' * size}</p>")
        written += some
        put(newsroom, max_bytes=40_000, max_entries=drawn.choice([12, 12, 8]))
        expect_all(newsroom.public, written)
    sizes = [len(page) for page in walked(newsroom.public)[1:]]
    assert sum(sizes) > 2 * len(sizes)
    assert all(len(body) < 45_000 for body in contents(newsroom.public).values())


def test_what_came_too_late_for_the_feed_is_in_an_archive(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 11))
    put(newsroom)
    newsroom.write("river", 500)
    put(newsroom)
    assert "river/500" in archive(newsroom.public, 1)
    expect_all(newsroom.public, [*range(1, 11), 500])


def test_what_grows_too_old_for_the_feed_is_in_an_archive(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 9))
    age = timedelta(days=4)
    put(newsroom, max_age=age, tombstones=True)
    put(newsroom, max_age=age, tombstones=True, days=2)
    expect_all(newsroom.public, range(1, 9))
    assert len(ids(newsroom.document)) < 4
    assert b"deleted-entry" not in newsroom.document


def test_what_the_filters_drop_is_in_no_archive(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(30))
    put(newsroom, drop=(FilterSettings(title="Story [0-9]*[13579]$"),))
    expect_all(newsroom.public, range(0, 30, 2))


def test_what_the_filters_begin_to_drop_closes_no_archive(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(10))
    put(newsroom)
    put(newsroom, drop=(FilterSettings(title="Story 4$"),))
    assert walked(newsroom.public) == [[f"river/{n:03}" for n in range(10) if n != 4]]


def test_publishing_a_history_again_writes_nothing(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(40))
    put(newsroom)
    before = contents(newsroom.public)
    times = {p: p.stat().st_mtime_ns for p in newsroom.public.glob("**/*") if p.is_file()}
    for _ in range(2):
        assert not any(done.written for done in put(newsroom))
        archives._in_place.clear()
    publication = newsroom.store.publication("news", "news.atom")
    assert publication
    newsroom.store.record_publication(replace(publication, made_of=""))
    put(newsroom)
    assert contents(newsroom.public) == before
    assert {p: p.stat().st_mtime_ns for p in newsroom.public.glob("**/*") if p.is_file()} == times


def test_a_lost_archive_is_put_again_with_the_next_change(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 40))
    put(newsroom)
    before = contents(newsroom.public, "news/archive/*")
    for name in ("0001.json", "0003.atom"):
        (newsroom.public / "news/archive" / name).unlink()
    archives._in_place.clear()
    newsroom.write("river", 0)
    put(newsroom)

    assert before == {name: contents(newsroom.public)[name] for name in before}


def test_a_new_output_and_a_new_format_are_given_all_archives(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.write("river", *range(40))
    put(newsroom, formats={"atom": FORMATS["atom"]})
    outputs = [Directory(newsroom.public), Directory(tmp_path / "other")]
    archives._in_place.clear()
    put(newsroom, outputs=outputs)
    assert contents(newsroom.public) == contents(tmp_path / "other")
    assert len(list(newsroom.public.glob("news/archive/*.rss"))) == len(
        list(newsroom.public.glob("news/archive/*.atom"))
    )
    expect_all(tmp_path / "other", range(40))


class Failing(Directory):
    """A folder that takes no archives."""

    def put(self, document: Document) -> bool:
        if "archive" in document.path:
            raise PublishError("the disk is full", advice="Free some room.")
        return super().put(document)


def test_an_output_without_the_archive_is_not_given_the_feed(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad", newsroom.public
    newsroom.write("river", *range(1, 11))
    put(newsroom, outputs=[Failing(bad), Directory(good)])
    newsroom.write("river", 0)
    before = contents(bad)
    for _ in range(2):
        with pytest.raises(PublishError, match="the disk is full"):
            put(newsroom, outputs=[Failing(bad), Directory(good)])
        assert contents(bad) == before
        expect_all(good, range(11))
    put(newsroom, outputs=[Directory(bad), Directory(good)])
    assert contents(bad) == contents(good)


def test_a_feed_that_is_renamed_or_lost_has_all_its_archives_again(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(40))
    put(newsroom)
    before = contents(newsroom.public, "news/archive/*.atom")
    shutil.rmtree(newsroom.public)
    archives._in_place.clear()
    put(newsroom)
    assert contents(newsroom.public, "news/archive/*.atom") == before
    newsroom.store.retire({}, {}, NOON)
    newsroom.store.clear("news", [*before, "news.atom"], NOON)
    shutil.rmtree(newsroom.public)
    archives._in_place.clear()
    put(newsroom)
    assert contents(newsroom.public, "news/archive/*.atom") == before


def test_a_history_that_was_off_for_a_while_has_what_came_and_went(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(100, 110))
    put(newsroom)
    newsroom.write("river", *range(50, 70))
    put(newsroom, history=False, tombstones=True)
    newsroom.write("river", *range(20, 40))
    put(newsroom, history=False)
    put(newsroom)
    expect_all(newsroom.public, [*range(100, 110), *range(50, 70), *range(20, 40)])


def test_sources_that_join_and_leave_lose_nothing(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(15))
    newsroom.write("town", *range(15))
    everything = {f"{source}/{n:03}" for source in LABELS for n in range(15)}
    put(newsroom, "river", "town")
    put(newsroom, "town")
    put(newsroom, "river", "town")
    pages = walked(newsroom.public)
    assert {id_ for page in pages for id_ in page} == everything


def test_the_page_tells_the_day_of_the_last_good_refresh_and_feeds_do_not_move(
    newsroom: Newsroom,
) -> None:
    newsroom.write("river", 1)
    put(newsroom, history=False)
    before = contents(newsroom.public)
    assert b'datetime="2026-03-05"' in before["news.html"]
    later = NOON + timedelta(days=1)
    (lease,) = newsroom.store.claim(later, timedelta(minutes=1), names=["river"], force=True)
    outcome = Outcome("river", later, later)
    newsroom.store.record(lease, [], [], outcome, later, later, failed=False)
    written = [done.path for done in put(newsroom, history=False, days=1) if done.written]
    assert written == ["news.html"]
    assert b'datetime="2026-03-06"' in contents(newsroom.public)["news.html"]
    assert not any(done.written for done in put(newsroom, history=False, days=1))


def test_an_entry_names_the_other_places_of_its_article(newsroom: Newsroom) -> None:
    for source, hours in (("river", 2), ("town", 1)):
        at = NOON - timedelta(hours=hours)
        newsroom.write(source, 1, url="https://agency.example/1", published=at)
    put(newsroom, "river", "town", history=False)
    assert ids(newsroom.document) == ["river/001"]
    related = find(valid(newsroom.document), "a:entry/a:link[@rel='related']")
    assert [(one.get("title"), one.get("href")) for one in related] == [
        ("The town", "https://agency.example/1")
    ]
