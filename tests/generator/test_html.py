"""Pages for people: what they tell, that they are one document, and that nothing in them runs."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from lxml import html

from feeder.errors import PublishError
from feeder.generator.html import Html
from feeder.generator.index import Index
from feeder.models import (
    Attribution,
    Catalogue,
    Document,
    Enclosure,
    Feed,
    FeedEntry,
    FormatLink,
    History,
    Listed,
    Origin,
)

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
FORMATS = tuple(
    FormatLink(kind, media_type, f"https://news.example/river.{kind}")
    for kind, media_type in [
        ("atom", "application/atom+xml; charset=utf-8"),
        ("rss", "application/rss+xml"),
        ("json", "application/feed+json"),
        ("html", "text/html"),
    ]
)
ENTRY = FeedEntry(
    id="urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6",
    title="Bridges & “tunnels” <reopened>",
    html="<p>Only feeds have this.</p>",
    published=NOON,
    updated=NOON,
    url="https://news.example/1?a=1&b=2",
    summary="The river went down.",
    authors=("Ann Other", "Ґ. Їжак"),
    image="https://news.example/m.jpg?a=1&b=2",
    attribution=Attribution("A paper", "https://paper.example/"),
    origin=Origin("tag:news.example,2026:a", "Source A", NOON, "https://a.example/"),
    enclosures=(Enclosure("https://news.example/1.mp3", "audio/mpeg", 12),),
    also_at=(Attribution("Source B", "https://b.example/1"),),
)
ARABIC = replace(
    ENTRY, id="urn:uuid:5bf85728-565d-47c3-8025-e25cf575c2e6", title="أعيد فتح الجسر", language="ar"
)
FEED = Feed(
    id="tag:news.example,2026:feeds/river",
    name="river",
    title="River news",
    subtitle="What the river does",
    updated=NOON,
    author="River news",
    self_url="https://news.example/river.html",
    entries=(ENTRY, ARABIC),
    language="uk",
    rights="© 2026 River news",
    site_url="https://news.example/",
    icon="https://news.example/icon.png",
    formats=FORMATS,
    history=History(previous="https://news.example/river/archive/0001.html"),
    refreshed=date(2026, 3, 6),
)
CATALOGUE = Catalogue(
    "All the news",
    "https://news.example/",
    (
        Listed("river", "River news", FORMATS, "What the river does", "uk"),
        Listed("sea", "Sea & <coast>", FORMATS[:1]),
    ),
)


def parsed(feed: Feed) -> Any:
    document = Html().render(feed)
    Html().check(document)
    return html.document_fromstring(document.body.decode())


def test_a_page_tells_titles_dates_and_summaries_and_never_the_content() -> None:
    page = parsed(FEED)
    assert page.findtext(".//h1") == "River news"
    assert page.xpath("//h3/a/text()") == [ENTRY.title, ARABIC.title]
    assert page.xpath("//article//time/@datetime") == ["2026-03-05T12:00:00Z"] * 2
    assert page.xpath("//article//time/bdi/text()") == ["5 March 2026"] * 2
    told = " ".join(page.text_content().split())
    for text in ("The river went down.", "Ann Other", "Ґ. Їжак", "Source A", "A paper", "Source B"):
        assert text in told
    assert "Only feeds have this" not in told
    assert page.xpath("//time[text()='6 March 2026']")
    assert page.xpath("//a[@rel='prev']/@href") == ["https://news.example/river/archive/0001.html"]


def test_every_format_can_be_found_copied_and_opened() -> None:
    page = parsed(FEED)
    addresses = [one.url for one in FORMATS[:3]]
    links = page.xpath("//head/link[@rel='alternate']")
    assert [link.get("href") for link in links] == addresses
    assert links[0].get("type") == "application/atom+xml"
    assert page.xpath("//input[@readonly]/@value") == addresses
    assert page.xpath("//div[@class='address']/a/@href") == addresses
    assert page.xpath("//a[starts-with(@href, 'feed:')]/@href") == [f"feed:{addresses[0]}"]
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://news.example/river.html"]


def test_languages_are_told_of_the_page_its_entries_and_its_own_words() -> None:
    page = parsed(FEED)
    assert page.get("lang") == "uk"
    assert page.xpath("//article/@lang") == ["ar"]
    assert page.xpath("//article/@dir") == ["auto", "auto"]
    assert page.xpath("//h2/@lang | //section[h2/@id='subscribe']/@lang") == ["en", "en"]
    assert not parsed(replace(FEED, language="en")).xpath("//body//*[@lang='en']")


def test_headings_are_in_order_and_images_are_lazy() -> None:
    page = parsed(FEED)
    levels = [int(one.tag[1]) for one in page.xpath("//h1 | //h2 | //h3")]
    assert levels == [1, 2, 2, 3, 3]
    for image in page.iter("img"):
        assert (image.get("loading"), image.get("referrerpolicy")) == ("lazy", "no-referrer")


def test_the_policy_allows_the_style_of_the_page_and_nothing_else() -> None:
    page = parsed(FEED)
    (style,) = page.xpath("//style/text()")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = page.xpath("//meta[@http-equiv]/@content")
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")


def test_a_feed_with_nothing_in_it_is_a_page_too() -> None:
    bare = Feed("tag:a,2026:b", "b", "B", NOON, "B", "https://news.example/b.html")
    assert "There are no entries yet." in parsed(bare).text_content()


@pytest.mark.parametrize("text", ["\x00\x1b\ud800", "</title><script>", "{{ 7*7 }}", "\u202e"])
def test_any_text_gives_a_page(text: str) -> None:
    said = f"a{text}b"
    entry = replace(ENTRY, title=said, summary=said, authors=(said,))
    page = parsed(replace(FEED, title=said, subtitle=said, rights=said, entries=(entry,)))
    assert not list(page.iter("script"))
    assert "49" not in page.findtext(".//title")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//a.example", "data:text/html,x", "x"])
@pytest.mark.parametrize("field", ["url", "image"])
def test_a_page_with_another_address_is_not_let_through(field: str, address: str) -> None:
    changed: dict[str, Any] = {field: address}
    feed = replace(FEED, entries=(replace(ENTRY, **changed),))
    with pytest.raises(PublishError, match="no web address"):
        Html().check(Html().render(feed))


@pytest.mark.parametrize(
    "markup",
    [b"<script>x</script>", b"<p onclick='x'>", b"<svg>", b"<title>b</title>", b"<style>b</style>"],
)
def test_a_page_with_anything_else_in_it_is_not_let_through(markup: bytes) -> None:
    body = Html().render(FEED).body.replace(b"<main>", b"<main>" + markup)
    with pytest.raises(PublishError):
        Html().check(Document("river.html", "text/html", body))


def test_a_date_that_cannot_be_told_is_named() -> None:
    entry = replace(ENTRY, published=datetime(2026, 3, 5))
    with pytest.raises(PublishError, match="time zone"):
        Html().render(replace(FEED, entries=(entry,)))


def test_two_processes_write_the_same_bytes() -> None:
    code = (
        "from tests.generator.test_html import *; import sys;"
        "sys.stdout.buffer.write(Html().render(FEED).body + Index().render(CATALOGUE).body)"
    )
    made = [subprocess.check_output([sys.executable, "-c", code]) for _ in range(2)]
    assert made[0] == made[1] == Html().render(FEED).body + Index().render(CATALOGUE).body


def test_the_index_lists_every_feed_with_its_page_and_formats() -> None:
    document = Index().render(CATALOGUE)
    Index().check(document)
    page: Any = html.document_fromstring(document.body.decode())
    assert page.xpath("//h3//text()") == ["River news", "Sea & <coast>"]
    assert page.xpath("//h3/a/@href") == ["https://news.example/river.html"]
    assert page.xpath("//h3/@lang") == ["uk", "en"]
    assert len(page.xpath("//ul[contains(@class, 'formats')]//a")) == 4
    assert page.xpath("//link[@type='text/x-opml']/@href") == ["https://news.example/feeds.opml"]


def test_an_index_grows_by_the_feed_and_no_more() -> None:
    def size(count: int) -> int:
        feeds = tuple(replace(CATALOGUE.feeds[0], name=f"n{at:05}") for at in range(count))
        document = Index().render(replace(CATALOGUE, feeds=feeds))
        Index().check(document)
        return len(document.body)

    one, many = size(1), size(3_000)
    # 3,000 feeds of four formats: a page of a photograph's size, unpacked.
    assert many - one == 2_999 * (size(2) - one) < 3_000_000
