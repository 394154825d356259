"""Batches that look wrong are held back until they are confirmed, released, dropped or gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import escape
from typing import NamedTuple
from zlib import crc32

import pytest

from feeder.models import Outcome
from feeder.store.quarantine import Quarantined
from tests.changes.record import prose
from tests.refresh.room import Room
from tests.site.pages import Conditional, Page
from tests.site.server import Site

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOURCE = 'kind = "feed"\nurl = "{}"\nfull_text = "never"\n'


class Item(NamedTuple):
    """An item of a feed."""

    path: str
    title: str
    text: str


def stories(numbers: Iterable[int]) -> list[Item]:
    """Articles that mean well."""
    return [Item(f"/{n}", f"All about {n}", prose(f"story{n}")) for n in numbers]


def feed(site: Site, items: Iterable[Item]) -> str:
    """A feed with whole articles, which has an ETag."""
    told = "".join(
        f"<item><title>{escape(one.title)}</title><link>{site.url(one.path)}</link>"
        f"<guid>{one.path}</guid><c:encoded><![CDATA[<p>{one.text}</p>]]></c:encoded></item>"
        for one in items
    )
    names = 'xmlns:c="http://purl.org/rss/1.0/modules/content/"'
    document = f'<rss version="2.0" {names}><channel><title>News</title>{told}</channel></rss>'
    etag = f'"{crc32(document.encode())}"'
    kept = Conditional(document, etag, last_modified=None, media_type="application/rss+xml")
    return site.at("/feed.xml", kept)


def wall(numbers: Iterable[int], subject: str = "wall") -> list[Item]:
    """The same words for all."""
    return [Item(f"/{n}", f"All about {n}", prose(subject, 30)) for n in numbers]


@pytest.fixture
def news(room: Room, site: Site) -> Room:
    """A source with twenty articles on record, looked at for a day."""
    room.clock = START
    url = feed(site, stories(range(20)))
    room.source(SOURCE.format(url))
    room.refresh()
    for n in range(1, 6):
        feed(site, stories(range(2 * n, 20 + 2 * n)))
        assert room.refresh(later=HOUR).new == 2
    return room


def batches(room: Room) -> list[Quarantined]:
    with room.open() as app:
        return app.store.quarantined("news")


def statuses(room: Room) -> list[tuple[str, int, int]]:
    return [(batch.status, batch.times, batch.articles) for batch in batches(room)]


def kinds(outcome: Outcome) -> set[str]:
    return {fault.kind for fault in outcome.faults}


def kept(room: Room) -> int:
    """How many batches have a file."""
    with room.open() as app:
        found = [app.store.files.get(each.sha256) for each in batches(room) if each.sha256]
    assert None not in found
    return len(found)


def test_a_batch_that_looks_wrong_changes_nothing_and_is_told_of(news: Room, site: Site) -> None:
    before = news.entries()
    feed(site, wall(range(30, 40)))
    outcome = news.refresh(later=HOUR)
    assert (outcome.new, outcome.changed, kinds(outcome)) == (0, 0, {"quarantined"})
    (fault,) = outcome.faults
    assert "10 of 10 articles say the same words" in fault.message
    assert "feeder quarantine" in fault.advice
    assert news.entries() == before
    assert statuses(news) == [("held", 1, 10)]
    assert kept(news) == 1


def test_what_a_site_writes_over_its_articles_changes_none(news: Room, site: Site) -> None:
    before = news.entries()
    gone = [one._replace(text=f"Read more in number {one.path}.") for one in stories(range(10, 30))]
    feed(site, gone)
    assert kinds(news.refresh(later=HOUR)) == {"quarantined"}
    assert news.entries() == before


def test_the_listing_is_asked_for_anew_while_something_is_held(news: Room, site: Site) -> None:
    bad = wall(range(30, 40))
    feed(site, bad)
    news.refresh(later=HOUR)
    assert kinds(news.refresh(later=HOUR)) == {"quarantined"}  # and no 304, which would hide it
    assert statuses(news) == [("held", 2, 10)]
    assert kept(news) == 1


def test_walls_are_never_believed_however_often_they_come(news: Room, site: Site) -> None:
    feed(site, wall(range(30, 40)))
    for times in range(1, 5):
        assert news.refresh(later=HOUR).new == 0
        assert statuses(news) == [("held", times, 10)]


def test_what_the_next_refreshes_bring_again_is_believed(news: Room, site: Site) -> None:
    feed(site, stories(range(100, 120)))
    assert [news.refresh(later=HOUR).new for _ in range(3)] == [0, 0, 20]
    assert statuses(news) == [("confirmed", 3, 20)]
    assert kept(news) == 0
    feed(site, stories(range(102, 122)))
    assert news.refresh(later=HOUR).new == 2


def test_three_looks_within_minutes_confirm_nothing(news: Room, site: Site) -> None:
    feed(site, stories(range(100, 120)))
    for _ in range(4):
        assert news.refresh(later=timedelta(minutes=5)).new == 0
    assert news.refresh(later=HOUR).new == 20


def test_it_ends_when_the_source_is_well_again(news: Room, site: Site) -> None:
    feed(site, wall(range(30, 40)))
    news.refresh(later=HOUR)
    feed(site, stories(range(11, 31)))
    assert news.refresh(later=HOUR).new == 1
    assert statuses(news) == [("ended", 1, 10)]


def test_it_ends_by_a_refresh_that_has_nothing_new(news: Room, site: Site) -> None:
    feed(site, wall(range(30, 40)))
    news.refresh(later=HOUR)
    feed(site, stories(range(10, 30)))
    outcome = news.refresh(later=HOUR)
    assert (outcome.new, outcome.changed, outcome.faults) == (0, 0, ())
    assert statuses(news) == [("ended", 1, 10)]


def test_a_failure_ends_nothing(news: Room, site: Site) -> None:
    feed(site, wall(range(30, 40)))
    news.refresh(later=HOUR)
    site.at("/feed.xml", Page("<rss><channel>", "application/rss+xml"))
    assert news.refresh(later=HOUR).failure is not None
    assert statuses(news) == [("held", 1, 10)]


def test_what_is_odd_by_itself_is_held_alone(news: Room, site: Site) -> None:
    kept = stories(range(10, 30))
    cut = [one._replace(text=f"Cut {one.path}.") for one in kept[:4]]
    feed(site, [*stories([30]), *cut, *kept[4:]])
    outcome = news.refresh(later=HOUR)
    assert (outcome.new, outcome.changed) == (1, 0)
    assert statuses(news) == [("held", 1, 4)]


def test_without_a_guard_all_passes_and_what_was_held_ends(news: Room, site: Site) -> None:
    url = feed(site, stories(range(100, 120)))
    assert news.refresh(later=HOUR).new == 0
    news.source(SOURCE.format(url) + "guard = false\n")
    assert news.refresh(later=HOUR).new == 20
    assert statuses(news) == [("ended", 1, 20)]


def test_at_first_a_source_may_write_as_it_likes(room: Room, site: Site) -> None:
    room.clock = START
    url = feed(site, wall(range(10)))
    room.source(SOURCE.format(url))
    assert room.refresh().new == 10


def test_after_a_pause_of_weeks_a_listing_that_is_all_new_is_believed(
    news: Room, site: Site
) -> None:
    feed(site, stories(range(100, 120)))
    assert news.refresh(later=30 * DAY).new == 20


def test_no_more_than_five_files_of_a_source_are_kept(news: Room, site: Site) -> None:
    for n in range(6):
        feed(site, wall(range(100 + 9 * n, 106 + 9 * n), f"wall{n}"))
        news.refresh(later=HOUR)
        feed(site, stories(range(10, 30)))
        news.refresh(later=HOUR)
    assert len(batches(news)) == 6
    assert kept(news) == 5


def test_where_nothing_is_new_the_guard_notes_nothing(news: Room, site: Site) -> None:
    with news.open() as app:
        before = app.store.baseline("news")
    news.refresh(later=HOUR)
    with news.open() as app:
        assert app.store.baseline("news") == before
