"""Why an address is no entry: each way in which one can fail to become one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.explaining.said import said, told
from tests.refresh.room import MAIN, Room
from tests.refresh.test_quarantine import SOURCE as FEED
from tests.refresh.test_quarantine import feed, stories, wall
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site
from tests.site.statuses import Status

SOURCE = 'kind = "listing"\nurl = "{}"\n'
HOUR = timedelta(hours=1)


def reasons(room: Room, address: str) -> list[tuple[str, str]]:
    data = told(room, address)
    assert data["entry"] is None
    return [(one["source"], one["reason"]) for one in data["because"]]


def test_nobody_lists_it_or_is_of_its_site(room: Room, site: Site) -> None:
    address = site.at("/", Blog(articles=2))
    room.source(SOURCE.format(address))
    assert reasons(room, f"{address}a") == [("news", "its source was never refreshed")]
    room.refresh()
    elsewhere = reasons(room, "https://other.example/a")
    assert elsewhere == [("", "no source lists it, and none is of other.example")]
    never = reasons(room, f"{address}never")
    assert never == [("news", "never listed by its source (last read 2026-01-09 08:00Z)")]
    assert reasons(room, address) == [("news", "it is a page of the listing, and no article")]


def test_its_page_links_to_it_and_it_was_not_taken(room: Room, site: Site) -> None:
    address = site.at("/", Blog(articles=3))
    room.source(SOURCE.format(address) + '[list]\nexclude = ["/articles/00[12]-*", "*-none"]\n')
    room.refresh()
    ((source, reason),) = reasons(room, f"{address}about")
    assert source == "news"
    assert reason.startswith("never listed; ")
    assert reason.endswith(" 08:00Z, which was not taken for an article")


def test_patterns_and_robots_keep_it_out(room: Room, site: Site) -> None:
    address = site.at("/", Blog(articles=2))
    room.source(SOURCE.format(address) + '[list]\ninclude = ["/a*"]\nexclude = ["*/no/*"]\n')
    room.refresh()
    file = room.root / "config/sources/news.toml"
    assert reasons(room, f"{address}a/no/b") == [
        ("news", f"left out by exclude = '*/no/*' in [list] ({file}:5)")
    ]
    assert reasons(room, f"{address}private/b") == [
        ("news", f"none of the patterns of include in [list] is like it ({file}:4)"),
        ("", "the robots.txt of 127.0.0.1 asks robots to leave it alone"),
    ]


def test_its_turn_has_not_come(room: Room, site: Site) -> None:
    room.main = MAIN + "max_articles = 2\n"
    address, blog = site.url("/"), Blog(articles=5)
    site.at("/", blog)
    room.source(SOURCE.format(address))
    assert len(room.refresh().waiting) == 3
    waiting = reasons(room, f"{address}{blog.stories[4].path}")
    assert waiting == [("news", "listed, and not read yet: its turn comes with the next refresh")]


def test_what_was_there_before_is_no_news(room: Room, site: Site) -> None:
    room.main = MAIN.replace("first_articles = 999", "first_articles = 2")
    blog = Blog(articles=5)
    address = site.at("/", blog)
    room.source(SOURCE.format(address))
    assert room.refresh().new == 2
    ((_, reason),) = reasons(room, f"{address}{blog.stories[4].path}")
    assert reason.startswith("it was listed already when the source was met")


def test_a_page_that_fails_says_how_and_when_it_is_tried_again(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    address = site.at("/", blog)
    path = blog.stories[0].path
    blog.replaced[path] = Status(500)
    room.source(SOURCE.format(address))
    room.clock = datetime.now(UTC)
    assert room.refresh().new == 2
    ((_, reason),) = reasons(room, f"{address}{path}")
    assert "500" in reason
    assert "; tried once, and again from 20" in reason
    shown = said(room, f"{address}{path}")
    assert shown.startswith(f"{address}{path} is no entry\n  news: ")


def test_a_copy_names_what_it_is_a_copy_of(room: Room, site: Site) -> None:
    words = "<p>What happened at the harbour, told in a paragraph of some length and more.</p>" * 5
    page = Page(f"<html><body><article><h1>Harbour</h1>{words}</article></body></html>")
    links = ""
    for name in ("one", "two"):
        site.at(f"/story/harbour-{name}", page)
        links += f'<li><a href="/story/harbour-{name}">The harbour is closed, {name}</a></li>'
    room.source(SOURCE.format(site.at("/", Page(f"<ul>{links}</ul>"))) + '[list]\nitem = "li"\n')
    assert room.refresh().new == 1
    (entry,) = room.entries()
    other = site.url("/story/harbour-two")
    assert entry.url == site.url("/story/harbour-one")
    assert reasons(room, other) == [("news", f"says the same as {entry.url}; it is one entry")]
    assert f"{other} says the same, and is no entry of its own" in said(room, entry.id)


def test_what_is_held_back_names_its_batch(tmp_path: Path, site: Site) -> None:
    room = Room(tmp_path, clock=datetime.now(UTC) - 9 * HOUR)
    room.source(FEED.format(feed(site, stories(range(10)))))
    room.round()
    held = [*wall(range(20, 26))]
    feed(site, [*held, *stories(range(10))])
    room.clock = datetime.now(UTC) - HOUR
    room.refresh()
    with room.open() as app:
        (batch,) = app.store.quarantined("news")
    data = told(room, site.url(held[0].path))
    (because,) = data["because"]
    assert because["reason"].startswith(f"held back in quarantine {batch.id} since ")
    assert because["advice"] == "feeder quarantine show 1, then release or drop it"


def test_a_file_that_is_none_and_hostile_addresses(room: Room, site: Site) -> None:
    room.source(SOURCE.format(site.at("/", Blog(articles=1))))
    room.refresh()
    shown = said(room, f"{site.url('/')}a?token=s3cr3tw0rd&x=\x1b[31m")
    assert "s3cr3tw0rd" not in shown
    assert "\x1b" not in shown
    assert reasons(room, f"https://other.example/{'a/' * 2_000}")
