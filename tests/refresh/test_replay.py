"""Kept pages read again by other rules: nothing is fetched, and nobody is told again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeder.models import Entry
from feeder.refresh.replay import Replayed
from feeder.replays import look_again, replay
from tests.refresh.room import MAIN, Room
from tests.site.blog import Blog
from tests.site.server import Site

HOUR = timedelta(hours=1)
REMOVES = "[article]\nremove = ['(//div[@class=\"entry-content\"]/p)[1]']\n"
"""A rule by which the first paragraph goes."""


def listing(url: str, more: str = "") -> str:
    return f'kind = "listing"\nurl = "{url}"\n{more}'


def assert_lacks_its_beginning(entry: Entry, before: Entry) -> None:
    assert before.text.endswith(entry.text)
    assert 0 < len(entry.text) < len(before.text)


@pytest.fixture
def blog() -> Blog:
    return Blog(articles=3)


@pytest.fixture
def url(room: Room, site: Site, blog: Blog) -> Iterator[str]:
    """A source that was read once."""
    address = site.at("/", blog)
    room.source(listing(address))
    assert room.refresh().new == 3
    site.forget()
    yield address


def looked(room: Room) -> Replayed:
    with room.open() as app:
        (found,) = look_again(app, ["news"], notify=False)
        return found


def replayed(room: Room, *, notify: bool = False) -> Replayed:
    with room.open() as app:
        (done,) = replay(app, ["news"], notify=notify)
        return done


def test_by_the_same_rules_nothing_changes(room: Room, site: Site, url: str) -> None:
    found = looked(room)
    assert (found.pages, found.changes, found.faults) == (4, (), ())
    assert site.requests == ()


def test_another_rule_shows_what_it_would_change_and_changes_nothing(
    room: Room, site: Site, url: str
) -> None:
    before = room.entries()
    room.source(listing(url, REMOVES))
    found = looked(room)
    assert len(found.changes) == 3
    for change in found.changes:
        old = found.before[change.entry.id]
        assert_lacks_its_beginning(change.entry, old)
    assert room.entries() == before
    assert site.requests == ()


def test_what_it_changes_is_put_on_record_without_a_new_date(
    room: Room, site: Site, url: str
) -> None:
    before = {entry.id: entry for entry in room.entries()}
    room.source(listing(url, REMOVES))
    assert len(replayed(room).changes) == 3
    after = {entry.id: entry for entry in room.entries()}
    assert after.keys() == before.keys()
    for id_, entry in after.items():
        assert_lacks_its_beginning(entry, before[id_])
        assert (entry.updated, entry.published) == (before[id_].updated, before[id_].published)
    assert site.requests == ()
    assert looked(room).changes == ()


def test_the_next_refresh_asks_for_the_listing_alone(room: Room, site: Site, url: str) -> None:
    room.source(listing(url, REMOVES))
    replayed(room)
    outcome = room.refresh(later=HOUR / 4)
    assert (outcome.new, outcome.changed) == (0, 0)
    assert [path for path in site.paths if "articles" in path] == []


def test_readers_are_told_if_that_is_wished_for(room: Room, url: str) -> None:
    before = {entry.id: entry for entry in room.entries()}
    room.source(listing(url, REMOVES))
    replayed(room, notify=True)
    for entry in room.entries():
        assert entry.updated > before[entry.id].updated
        assert entry.revision == 2


def test_what_a_feed_has_as_a_whole_is_replayed_from_the_feed(
    room: Room, site: Site, blog: Blog
) -> None:
    address = site.at("/", blog)
    room.source(f'kind = "feed"\nurl = "{address}feed.atom"\n')
    assert room.refresh().new == 3
    site.forget()
    assert looked(room).changes == ()
    room.source(f'kind = "feed"\nurl = "{address}feed.atom"\n[article]\nremove = ["//p[1]"]\n')
    found = looked(room)
    assert (found.pages, len(found.changes), site.requests) == (1, 3, ())
    for change in found.changes:
        assert_lacks_its_beginning(change.entry, found.before[change.entry.id])


def test_no_more_is_kept_than_the_budget_says_and_the_oldest_go_first(
    room: Room, site: Site, url: str, blog: Blog
) -> None:
    room.main = f'{MAIN}[pages]\nkeep = "9 kB"\n'
    room.source(listing(url))
    for _ in range(6):
        blog.publish()
        room.refresh(later=HOUR)
    with room.open() as app:
        kept = app.store.pages("news")
        assert 0 < sum(page.file.size for page in kept) <= 9_000
        assert all(app.store.page(page) is not None for page in kept)
    files = list((room.root / "var/state/pages").rglob("*.gz"))
    assert len(files) == len({page.file.sha256 for page in kept})


def test_none_is_kept_where_none_is_to_be(room: Room, site: Site, blog: Blog) -> None:
    room.main = f"{MAIN}[pages]\nkeep = 0\n"
    room.source(listing(site.at("/", blog)))
    room.refresh()
    with room.open() as app:
        assert app.store.pages("news") == []
    assert not (room.root / "var/state/pages").exists()


def test_a_page_that_is_lost_or_damaged_is_named_and_hurts_no_other(room: Room, url: str) -> None:
    with room.open() as app:
        first, second, *_ = [one for one in app.store.pages("news") if "articles" in one.address]
    folder: Path = room.root / "var/state/pages"
    (folder / first.file.sha256[:2] / f"{first.file.sha256}.gz").unlink()
    (folder / second.file.sha256[:2] / f"{second.file.sha256}.gz").write_bytes(b"\x1f\x8b junk")
    before = room.entries()
    room.source(listing(url, REMOVES))
    done = replayed(room)
    assert len(done.changes) == 1
    assert len(done.faults) == 2
    assert len({entry.id for entry in room.entries()} & {entry.id for entry in before}) == 3
