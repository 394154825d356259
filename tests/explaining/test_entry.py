"""An entry explained: where it is from, why it is shown or not, what went, and what changed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from feeder.errors import UnknownEntryError
from feeder.explaining.naming import pointed_at
from tests.explaining.said import said, told
from tests.refresh.room import MAIN, Room
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site

SOURCE = 'kind = "listing"\nurl = "{}"\n'
HOUR = timedelta(hours=1)
LONG_AGO = 1_700_000_000


def newest(room: Room) -> str:
    url = room.entries()[0].url
    assert url is not None
    return url


def test_it_is_found_by_whatever_it_is_called(room: Room, site: Site) -> None:
    room.source(SOURCE.format(site.at("/", Blog(articles=3))))
    room.refresh()
    entry = room.entries()[0]
    assert entry.url is not None
    spelt = entry.url.removeprefix("http://") + "/?utm_source=letter#top"
    names = (entry.id, entry.url, spelt, entry.title[2:-2].upper(), f" {entry.url} ")
    with room.open() as app:
        (match,) = app.store.finder.by_id(entry.id)
        for name in (*names, str(match.number)):
            assert pointed_at(app.store.finder, name).entries == [match], name


def test_a_name_that_fits_several_or_none_is_a_slip(room: Room, site: Site) -> None:
    room.source(SOURCE.format(site.at("/", Blog(articles=3))))
    room.refresh()
    with pytest.raises(UnknownEntryError, match="'e' fits several entries:\n  3  news: "):
        said(room, "e")
    with pytest.raises(UnknownEntryError, match="none of the 3 entries on record is called"):
        said(room, "99")
    with pytest.raises(UnknownEntryError):
        said(room, "\x1b[31m%_")
    with pytest.raises(UnknownEntryError) as caught:
        said(room, "https://me:hunter2@news.example/")
    assert "hunter2" not in caught.value.message


def test_it_tells_fields_blocks_and_the_rules_of_its_source(room: Room, site: Site) -> None:
    address = site.at("/", Blog(articles=3))
    room.source(SOURCE.format(address) + '[article]\nremove = [".byline"]\n')
    room.round()
    shown = said(room, newest(room))
    assert f"of news, which reads {address}" in shown
    assert "published   meta article:published_time: 2026-" in shown
    assert "\n  site-rules, strip: " in shown
    assert "no change of its words is on record" in shown
    assert "news: shown\n    number 1 of the 3 entries that it may show" in shown
    assert "kept as it was fetched" in shown
    assert "\x1b" not in shown


def test_filters_say_which_of_them_it_was(room: Room, site: Site) -> None:
    room.main = MAIN + (
        '[publish]\nformats = ["atom"]\n'
        '[[feed]]\nname = "few"\n[[feed.keep]]\nmin_words = 5\n[[feed.drop]]\ntitle = "nowhere"\n'
        '[[feed.drop]]\nurl = "articles/003"\n'
        '[[feed]]\nname = "none"\n[[feed.keep]]\ntitle = "nowhere"\n'
        '[[feed]]\nname = "one"\nmax_entries = 1\n'
        '[[feed]]\nname = "young"\nmax_age = "1d"\n'
    )
    room.source(SOURCE.format(site.at("/", Blog(articles=3))))
    room.round()
    last, before, _ = room.entries()
    feeds = {one["feed"]: one for one in told(room, last.id)["feeds"]}
    line = 1 + room.main.split("\n").index(
        "[[feed.drop]]", room.main.split("\n").index('title = "nowhere"')
    )
    assert not feeds["few"]["is_shown"]
    assert feeds["few"]["why"] == [
        f"dropped by [[feed.drop]] 2 ({room.root / 'config/feeder.toml'}:{line}: "
        'url = "articles/003")'
    ]
    assert feeds["none"]["why"] == ["like none of what is kept (1 filter)"]
    assert feeds["one"]["is_shown"]
    assert feeds["young"]["why"] == ["older than the feed shows: max_age is 1 day"]
    feeds = {one["feed"]: one for one in told(room, before.id)["feeds"]}
    assert feeds["few"]["is_shown"]
    assert "kept by [[feed.keep]] 1 (" in feeds["few"]["why"][1]
    assert feeds["one"]["why"] == ["1 newer one fill the feed: max_entries is 1"]


def test_what_is_merged_says_with_what_and_by_what(room: Room, site: Site, tmp_path: Path) -> None:
    room.main = MAIN + '[publish]\nformats = ["atom"]\n[[feed]]\nname = "all"\n'
    address = site.at("/", Blog(articles=3))
    room.source(SOURCE.format(address), "first")
    room.source(f'kind = "feed"\nurl = "{address}feed.atom"\n', "second")
    room.round()
    one, other = room.entries("first")[0], room.entries("second")[0]
    (feed,) = told(room, other.id)["feeds"]
    assert not feed["is_shown"]
    assert feed["why"][0] == f"shown as first's “{one.title}”: the same address"
    assert "it stands for second's as well: the same address" in said(room, one.id)
    with pytest.raises(UnknownEntryError, match="fits several"):
        said(room, str(one.url))


def test_changes_are_told_word_by_word(room: Room, site: Site) -> None:
    blog = Blog(articles=2)
    room.source(SOURCE.format(site.at("/", blog)))
    room.refresh()
    entry = room.entries()[0]
    blog.edit(blog.stories[0], title="Quite another title", more="It was opened again at noon.")
    assert room.refresh(later=120 * HOUR).changed == 1
    shown = said(room, entry.id)
    assert f"the title was: {entry.title}\n    now it is:     Quite another title\n" in shown
    assert "{+It was opened again at noon.+}" in shown
    assert "when its words changed (revision 2)" in shown
    (revised,) = told(room, entry.id)["revisions"]
    assert (revised["number"], revised["was"]) == (2, entry.title)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2031-01-01T08:00:00Z", "cannot be, so it is when it was first seen"),
        ("2025-12-01T08:00:00Z", "first seen 2026-01-09 08:00Z, 39 days after its own date"),
        ("", "nothing tells a date, so it is when it was first seen"),
    ],
)
def test_dates_that_are_not_its_own_say_why(
    room: Room, site: Site, date: str, expected: str
) -> None:
    told = f'<meta property="article:published_time" content="{date}">' if date else ""
    words = "<p>What happened at the harbour, told in a paragraph of some length and more.</p>" * 5
    page = (
        f"<html><head>{told}</head><body><article><h1>Harbour</h1>{words}</article></body></html>"
    )
    site.at("/story/harbour-closed", Page(page))
    links = '<ul><li><a href="/story/harbour-closed">The harbour is closed to all ships</a></ul>'
    listing = site.at("/", Page(f"<html><body>{links}</body></html>"))
    room.source(SOURCE.format(listing) + '[list]\nitem = "li"\n')
    assert room.refresh().new == 1
    assert expected in said(room, "1")


def test_a_file_is_explained_too(room: Room) -> None:
    folder = room.root / "articles"
    folder.mkdir()
    text = "The harbour\n\n0\n\nWhat happened at the harbour, told in a paragraph of some length.\n"
    (folder / "story.txt").write_text(text)
    os.utime(folder / "story.txt", (LONG_AGO, LONG_AGO))
    room.source('kind = "files"\nroot = "articles"\n')
    room.refresh()
    shown = said(room, "story.txt")
    assert "path    story.txt" in shown
    assert "The page that it was read from\n  is not kept" in shown
    (feed,) = told(room, "The harbour")["feeds"]
    assert not feed["is_shown"]
    assert feed["why"][-1] == "the feed was not put in place yet: the next refresh does that"


def test_no_secret_of_its_source_is_told(room: Room, site: Site) -> None:
    site.at("/", Blog(articles=1))
    room.source(SOURCE.format(site.url("/?token=s3cr3tw0rd")))
    room.refresh()
    if entries := room.entries():
        assert "s3cr3tw0rd" not in said(room, entries[0].id)
    assert "s3cr3tw0rd" not in said(room, site.url("/?token=s3cr3tw0rd"))
