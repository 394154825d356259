"""What one refresh takes at most, what it takes first, and what it says of the rest."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Generic

from feeder.jobs import DEADLINE
from feeder.refresh.articles import UNDER_WAY
from feeder.refresh.job import LEASE
from feeder.rounds.refreshing import RENEWED_AFTER
from feeder.workers import P, R, Task
from feeder.workers.here import Here
from tests.refresh.room import Room
from tests.refresh.test_lost import items, refreshed
from tests.refresh.test_partial import with_feed
from tests.refresh.test_web import KINDS, stories, story_page
from tests.site.blog import Blog
from tests.site.pages import Conditional, Page
from tests.site.server import Site
from tests.site.statuses import Status

XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
WORKER_SECONDS = 30
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def sitemap(site: Site, days: range, name: str = "sitemap.xml") -> str:
    """Articles of these days of January 2026, at `/a/DAY`."""
    told = "".join(
        f"<url><loc>{site.url(f'/a/{day}')}</loc><lastmod>2026-01-{day:02}</lastmod></url>"
        for day in days
    )
    return site.at(f"/{name}", Page(f"<urlset {XMLNS}>{told}</urlset>", "text/xml"))


def test_of_several_sitemaps_the_newest_articles_come_first(room: Room, site: Site) -> None:
    for day in range(1, 9):
        site.at(f"/a/{day}", story_page(day))
    told = [sitemap(site, range(1, 5), "old.xml"), sitemap(site, range(5, 9), "new.xml")]
    locations = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in told)
    index = f"<sitemapindex {XMLNS}>{locations}</sitemapindex>"
    url = site.at("/sitemap.xml", Page(index, "text/xml"))
    room.source(f'kind = "sitemap"\nurl = "{url}"\n[fetch]\nmax_articles = 4\n')
    room.clock = NOW
    assert room.refresh().new == 4
    assert [path for path in site.paths if path.startswith("/a/")] == [
        f"/a/{day}" for day in (8, 7, 6, 5)
    ]


def test_articles_older_than_wanted_are_left_alone(room: Room, site: Site) -> None:
    for day in range(1, 9):
        site.at(f"/a/{day}", story_page(day))
    url = sitemap(site, range(1, 9))
    room.source(f'kind = "sitemap"\nurl = "{url}"\nnewer_than = "10d"\n')
    room.clock = datetime(2026, 1, 16, 12, tzinfo=UTC)
    assert (room.refresh().new, len(room.entries())) == (2, 2)
    room.clock += timedelta(days=100)
    assert room.refresh().failure is None  # there are articles, if only old ones


def test_of_very_many_articles_the_first_are_taken_and_it_is_said(room: Room, site: Site) -> None:
    stories(site, 1)
    url = site.at("/news", Page(items(range(250))))
    room.source(
        f'kind = "listing"\nurl = "{url}"\n[fetch]\nmax_articles = 1\nfirst_articles = 999\n'
    )
    outcome = room.refresh()
    assert (outcome.found, outcome.new, len(outcome.waiting)) == (200, 1, 199)
    assert any("more than 200 articles" in hint for hint in outcome.hints)


def test_pages_of_a_listing_that_lead_in_a_circle_are_asked_once(room: Room, site: Site) -> None:
    stories(site, 6)
    following = '<a rel="next" href="/news?p={}">Older</a>'
    url = site.at("/news", Page(items(range(2), following.format(2))))
    site.at("/news?p=2", Page(items(range(2, 4), following.format(3))))
    site.at("/news?p=3", Page(items(range(4, 6), following.format(2))))
    room.source(f'kind = "listing"\nurl = "{url}"\nmax_pages = 9\n')
    assert room.refresh().new == 6
    assert [path for path in site.paths if "news" in path] == ["/news", "/news?p=2", "/news?p=3"]


def test_a_page_without_articles_whose_feed_cannot_be_had_is_a_failure_at_once(
    room: Room, site: Site
) -> None:
    url = with_feed(site, Blog(articles=0))
    site.at("/feed.atom", Status(404))
    room.source(f'kind = "listing"\nurl = "{url}"\n')
    outcome = room.refresh()
    assert outcome.failure is not None
    assert outcome.failure.kind == "layout"


def test_a_bug_met_in_one_source_is_its_failure(room: Room, site: Site) -> None:
    room.source(KINDS["listing"].format(base=site.at("/", Blog(articles=2))))
    outcome = refreshed(room, broken="/")
    assert outcome.failure is not None
    assert outcome.failure.kind == "bug"
    assert room.refresh(later=timedelta(hours=1)).new == 2


def test_a_lease_outlives_whatever_a_site_sends() -> None:
    # A task waits for four others of its process at most, and all of them may take their time.
    last = timedelta(seconds=WORKER_SECONDS) * (UNDER_WAY + 1 + 4)
    assert RENEWED_AFTER + DEADLINE + last < LEASE


def index_of(site: Site, count: int) -> str:
    """A listing of `count` sitemaps, `/s/1.xml` and so on; its address."""
    locations = "".join(
        f"<sitemap><loc>{site.url(f'/s/{n}.xml')}</loc></sitemap>" for n in range(1, count + 1)
    )
    index = f"<sitemapindex {XMLNS}>{locations}</sitemapindex>"
    return site.at("/sitemap.xml", Page(index, "text/xml"))


def test_an_index_none_of_whose_sitemaps_can_be_had_is_a_failure_and_some_are_enough(
    room: Room, site: Site
) -> None:
    stories(site, 3)
    room.source(f'kind = "sitemap"\nurl = "{index_of(site, 2)}"\n')
    site.at("/s/1.xml", Status(500))
    site.at("/s/2.xml", Status(500))
    failed = room.refresh()
    assert failed.failure is not None
    assert failed.failure.kind == "http"
    sitemap(site, range(1, 3), "s/2.xml")
    outcome = room.refresh()
    assert (outcome.failure, outcome.new) == (None, 2)
    assert [fault.address for fault in outcome.faults] == [site.url("/s/1.xml")]


def test_of_indexes_in_indexes_fifty_sitemaps_are_asked(room: Room, site: Site) -> None:
    url = index_of(site, 3)
    for n in range(1, 200):
        nested = "".join(
            f"<sitemap><loc>{site.url(f'/s/{m}.xml')}</loc></sitemap>" for m in (2 * n, 2 * n + 1)
        )
        site.at(f"/s/{n}.xml", Page(f"<sitemapindex {XMLNS}>{nested}</sitemapindex>", "text/xml"))
    room.source(f'kind = "sitemap"\nurl = "{url}"\n')
    room.refresh()
    assert len(site.requests) == 1 + 1 + 50  # robots.txt, the index, and what it leads to


def test_a_further_page_that_is_not_there_is_the_end_of_the_listing(room: Room, site: Site) -> None:
    stories(site, 2)
    older = '<a rel="next" href="/news?p=2">Older</a>'
    url = site.at("/news", Conditional(items(range(2), older)))
    site.at("/news?p=2", Status(404))
    room.source(f'kind = "listing"\nurl = "{url}"\n')
    assert room.refresh().new == 2
    site.forget()
    room.refresh()
    assert site.paths == ["/news"]
    assert "if-none-match" in site.requests[0].headers


class Late(Here):
    """Work that is done when its result is asked for; `most` is how much of it was under way."""

    under_way = most = 0

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Task[R]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        return _LateTask(self, partial(function, *args, **kwargs))


@dataclass
class _LateTask(Generic[R]):
    work: Late
    call: Callable[[], R]

    def result(self) -> R:
        self.work.under_way -= 1
        return self.call()


def test_few_pages_are_in_memory_at_a_time(room: Room, site: Site) -> None:
    work = Late()
    room.source(KINDS["listing"].format(base=site.at("/", Blog(articles=15))))
    assert refreshed(room, work=work).new == 15
    assert work.most == UNDER_WAY + 1


def test_that_no_more_requests_are_left_is_said_once(room: Room, site: Site) -> None:
    text = KINDS["listing"].format(base=site.at("/", Blog(articles=9)))
    room.source(text + "[fetch]\nmax_requests = 4\n")
    outcome = room.refresh()
    assert [fault.kind for fault in outcome.faults] == ["budget"]
    assert outcome.new + len(outcome.waiting) == 9
    assert len(site.requests) == 4
    for _ in range(4):
        outcome = room.refresh()
    assert (len(room.entries()), outcome.faults) == (9, ())  # and not for longer than it holds


def test_a_folder_may_be_emptied(room: Room, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "one.md").write_text("# One\n\nA text that is long enough to be one.\n")
    os.utime(folder / "one.md", (1_700_000_000, 1_700_000_000))
    room.source(f'kind = "files"\nroot = "{folder}"\n')
    assert room.refresh(later=timedelta(hours=1)).new == 1
    (folder / "one.md").unlink()
    outcome = room.refresh(later=timedelta(hours=1))
    assert (outcome.failure, outcome.found, len(room.entries())) == (None, 0, 1)


def test_a_page_that_was_given_up_has_all_its_tries_again_once_its_listing_changes(
    room: Room, site: Site
) -> None:
    blog = Blog(articles=2)
    blog.replaced[blog.stories[0].path] = Status(500)
    room.source(KINDS["sitemap"].format(base=site.at("/", blog)))
    for _ in range(13):
        room.refresh(later=timedelta(days=1))
    edited = blog.edit(blog.stories[0], more="It was said again.")
    room.refresh(later=timedelta(days=1))
    del blog.replaced[edited.path]
    assert room.refresh(later=timedelta(days=1)).new == 1
