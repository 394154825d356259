"""RSS 2.0 as readers and validators want it, whatever stands in the texts."""

from __future__ import annotations

import locale
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeder.errors import PublishError
from feeder.generator.rss import Rss
from feeder.models import (
    Attribution,
    Document,
    Enclosure,
    Entry,
    Feed,
    FormatLink,
    History,
    Origin,
    Tombstone,
)
from feeder.publish.compose import compose
from tests.atom import OPENING, assert_harmless
from tests.generator import test_atom
from tests.generator.test_atom import ENTRY, FEEDS, KOLKATA, NOON, OLD_AMSTERDAM
from tests.publish.test_compose import ENTRIES as HOSTILE_ENTRIES
from tests.validating import assert_valid

SELF = "https://news.example/river.rss"
FEED = replace(test_atom.FEED, self_url=SELF)
GOLDEN = Path(__file__).parent / "golden"
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
# RSS 2.0 has no schema; these are its elements, and those of others that the W3C's validator knows
# in these places.
IN_CHANNEL = (
    "title link description copyright docs generator image language lastBuildDate item"
    " dc:creator atom:link fh:archive"
).split()
IN_ITEM = (
    "title link description content:encoded guid category enclosure source pubDate dc:creator"
    " dc:source media:content media:thumbnail atom:updated atom:link"
).split()
REPEATED = "category dc:creator media:content atom:link item".split()
GMT = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def rendered(feed: Feed) -> bytes:
    """Rendered, and let through by the renderer's own check."""
    document = Rss().render(feed)
    Rss().check(document)
    return document.body


def with_entry(**changes: Any) -> Feed:
    return replace(FEED, entries=(replace(ENTRY, **changes),))


def full_feed() -> Feed:
    """Every field that the model has, in several scripts."""
    return replace(test_atom.full_feed(), self_url=SELF)


def combined_feed() -> Feed:
    return replace(test_atom.combined_feed(), self_url=SELF)


def values(feed: Feed, path: str) -> list[Any]:
    found = etree.fromstring(rendered(feed)).xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return found


def strictly(body: bytes) -> Any:
    """Assert what the profile and the W3C's validator ask for; feedparser's view of the feed."""
    assert OPENING.match(body) and b"<!DOCTYPE" not in body
    rss = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    assert (rss.tag, rss.get("version"), len(rss)) == ("rss", "2.0", 1)
    assert_children(rss[0], IN_CHANNEL, ("title", "link", "description", "lastBuildDate"))
    for item in rss[0].findall("item"):
        assert_children(item, IN_ITEM, ("title", "description", "guid", "pubDate"))
        assert_harmless(item.findtext(f"{{{NAMESPACES['content']}}}encoded") or "")
        assert_harmless(item.findtext("description") or "")
    for date in rss.iter("pubDate", "lastBuildDate"):
        assert GMT.fullmatch(date.text or ""), date.text
    for title in re.findall(rb"<title>([^<]*)</title>", body):
        assert not re.search(rb"&(?!#x[0-9A-F]+;)", title)  # W3C `CharacterData`
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert len(parsed.entries) == len(rss[0].findall("item"))
    return parsed


def assert_children(element: etree._Element, allowed: list[str], required: tuple[str, ...]) -> None:
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    names = []
    for child in element:
        name = etree.QName(child)
        prefix = f"{prefixes[name.namespace]}:" if name.namespace else ""
        names.append(prefix + name.localname)
    assert set(names) <= set(allowed), set(names) - set(allowed)
    assert set(required) <= set(names)
    twice = {name for name, count in Counter(names).items() if count > 1}
    assert twice <= set(REPEATED), twice
    if "item" in names:
        assert set(names[names.index("item") :]) == {"item"}
    if "content:encoded" in names:
        assert names.index("description") < names.index("content:encoded")


@pytest.mark.parametrize(
    ("name", "feed"),
    [("full", full_feed()), ("combined", combined_feed()), ("empty", replace(FEED, entries=()))],
)
def test_the_document_is_what_it_was_byte_by_byte(name: str, feed: Feed) -> None:
    golden = (GOLDEN / f"{name}.rss").read_bytes()
    assert rendered(feed) == golden.replace(b"VERSION", version("feeder").encode())
    strictly(rendered(feed))
    assert_valid(Rss().render(feed))


def test_the_document_lies_beside_others_under_the_feed_s_name() -> None:
    document = Rss().render(FEED)
    assert document.path == Rss().path("river") == "river.rss"
    assert document.media_type == "application/rss+xml; charset=utf-8"


def test_feedparser_reads_back_what_was_put_in() -> None:
    parsed = strictly(rendered(full_feed()))
    first, second = parsed.entries
    assert (parsed.feed.title, parsed.feed.language) == ("River news", "en")
    assert parsed.feed.link == "https://news.example/"
    assert parsed.feed.image.href == "https://news.example/logo.png"
    assert (first.id, first.guidislink) == ("tag:news.example,2026:one", False)
    assert first.title == "Міст знову відкрито"
    assert first.link == "https://news.example/%D0%BC%D1%96%D1%81%D1%82?a=1&b=2"
    assert [author.name for author in first.authors] == ["Олена Коваль", "Ґ. Їжак"]
    assert [tag.term for tag in first.tags] == ["Місто та область", "C++"]
    assert first.source.title == "Kyiv Independent"
    assert first.media_thumbnail == [{"url": "https://news.example/m.jpg?a=1&b=2"}]
    assert first.content[0].value == full_feed().entries[0].html
    assert first.summary == "Річка спала, і міст відкрито."
    assert second.title == "Bridges & “tunnels” <reopened>"
    assert second.description == ENTRY.html
    assert (second.published, second.updated) == (
        "Thu, 05 Mar 2026 12:00:00 GMT",
        "2026-03-05T13:00:00Z",
    )


def test_a_reader_that_takes_titles_and_summaries_as_html_shows_the_same() -> None:
    told = "Q&A: is &amp; or <b> meant?"
    body = rendered(replace(with_entry(title=told, summary=told), title=told, subtitle="News"))
    assert body.count(b"<title>Q&#x26;A: is &#x26;amp; or &#x3C;b&#x3E; meant?</title>") == 2
    (entry,) = strictly(body).entries
    assert_valid(Document("river.rss", "", body))
    assert etree.fromstring(body).findtext("channel/item/title") == told
    assert entry.summary == "Q&amp;A: is &amp;amp; or &lt;b&gt; meant?"


def test_titles_in_texts_and_addresses_are_left_as_they_are() -> None:
    html = "<p>&lt;title&gt;a &amp; b&lt;/title&gt;</p>"
    url = "https://news.example/?a=1&b=2"
    feed = with_entry(html=html, url=url, authors=("<title>A & B</title>",))
    assert values(feed, "//item/description/text()") == [html]
    assert values(feed, "//item/link/text()") == [url]
    assert values(feed, "//item/dc:creator/text()") == ["<title>A & B</title>"]
    body = rendered(feed)
    assert b"<description>&lt;p&gt;&amp;lt;title&amp;gt;a &amp;amp; b" in body
    assert b"<link>https://news.example/?a=1&amp;b=2</link>" in body


def test_the_content_is_the_description_where_there_is_no_summary() -> None:
    assert values(FEED, "//item/description/text()") == [ENTRY.html]
    assert not values(FEED, "//content:encoded")
    told = with_entry(summary="What it says.")
    assert values(told, "//item/description/text()") == ["What it says."]
    assert values(told, "//content:encoded/text()") == [ENTRY.html]


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 5, 12, 0, 0, 999_999, UTC), "Thu, 05 Mar 2026 12:00:00 GMT"),
        (datetime(2026, 3, 5, 0, 30, tzinfo=KOLKATA), "Wed, 04 Mar 2026 19:00:00 GMT"),
        (datetime(1937, 1, 1, tzinfo=OLD_AMSTERDAM), "Thu, 31 Dec 1936 23:40:28 GMT"),
        (datetime(1, 1, 1, tzinfo=UTC), "Mon, 01 Jan 0001 00:00:00 GMT"),
        (datetime(50, 2, 28, tzinfo=UTC), "Mon, 28 Feb 0050 00:00:00 GMT"),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "Fri, 31 Dec 9999 23:59:59 GMT"),
    ],
)
def test_dates_are_in_gmt_with_four_digits_of_a_year(moment: datetime, written: str) -> None:
    assert values(with_entry(published=moment), "//pubDate/text()") == [written]
    if moment.year > 99:  # below, the standard library takes it for one of our own centuries
        assert parsedate_to_datetime(written) == moment.replace(microsecond=0)


def test_nobody_s_locale_is_asked_or_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("the locale of the process was touched")

    monkeypatch.setattr(locale, "setlocale", refuse)
    strictly(rendered(full_feed()))


def test_the_same_feed_is_the_same_bytes_at_any_time() -> None:
    assert rendered(full_feed()) == rendered(full_feed())
    assert values(FEED, "//lastBuildDate/text()") == ["Thu, 05 Mar 2026 13:00:00 GMT"]


def test_the_feed_says_where_it_is_who_tells_of_news_and_which_other_formats_there_are() -> None:
    url = "https://news.example/river"
    told = (
        FormatLink("rss", "application/rss+xml", f"{url}.rss"),
        FormatLink("atom", "application/atom+xml", f"{url}.atom"),
        FormatLink("html", "text/html", f"{url}.html"),
    )
    hubs = ("https://hub.example/",)
    feed = replace(FEED, self_url=f"{url}.rss", formats=told, hubs=hubs, site_url=None)
    strictly(rendered(feed))
    assert_valid(Rss().render(feed))
    assert [dict(link.attrib) for link in values(feed, "channel/atom:link")] == [
        {"rel": "self", "type": "application/rss+xml", "href": f"{url}.rss"},
        {"rel": "hub", "href": "https://hub.example/"},
        {"rel": "alternate", "type": "application/atom+xml", "href": f"{url}.atom"},
        {"rel": "alternate", "type": "text/html", "href": f"{url}.html"},
    ]
    assert values(feed, "channel/link/text()") == [f"{url}.html"]


def test_an_archive_says_that_it_is_one_and_tombstones_are_for_atom_alone() -> None:
    url = "https://news.example/river"
    history = History(previous=f"{url}/1.rss", current=f"{url}.rss")
    gone = Tombstone("tag:news.example,2026:gone", NOON)
    feed = replace(FEED, history=history, tombstones=(gone,))
    strictly(rendered(feed))
    assert_valid(Rss().render(feed))
    assert len(values(feed, "channel/fh:archive")) == 1
    rels = values(feed, "channel/atom:link/@rel")
    assert rels == ["self", "prev-archive", "current"]
    assert b"gone" not in rendered(feed) and b"purl.org/syndication" not in rendered(FEED)


def test_one_file_is_the_enclosure_and_the_others_are_media() -> None:
    files = (
        Enclosure("https://news.example/1.mp3", "audio/mpeg"),
        Enclosure("https://news.example/1.pdf", "application/pdf", 12),
    )
    feed = with_entry(enclosures=files, image="https://news.example/i.png")
    strictly(rendered(feed))
    assert_valid(Rss().render(feed))
    (enclosure,) = values(feed, "//enclosure")
    assert dict(enclosure.attrib) == {"url": files[0].url, "length": "0", "type": "audio/mpeg"}
    assert [dict(media.attrib) for media in values(feed, "//media:content")] == [
        {"url": files[1].url, "fileSize": "12", "type": "application/pdf"},
        {"url": "https://news.example/i.png", "medium": "image"},
    ]


def test_what_it_quotes_and_other_places_of_the_same_article_are_links() -> None:
    elsewhere = Attribution("Another paper", "https://paper.example/1")
    quoted = Attribution("", "https://quoted.example/")
    feed = with_entry(attribution=quoted, also_at=(elsewhere, Attribution("Nowhere")))
    assert [dict(link.attrib) for link in values(feed, "//item/atom:link")] == [
        {"rel": "via", "href": "https://quoted.example/"},
        {"rel": "related", "href": "https://paper.example/1", "title": "Another paper"},
    ]


def test_in_a_combined_feed_the_source_is_where_the_entry_is_from() -> None:
    assert values(combined_feed(), "//source/text()") == ["Source A"]
    assert values(combined_feed(), "//source/@url") == ["https://a.example/"]
    assert values(combined_feed(), "//dc:source/text()") == ["Source B"]


def test_only_an_entry_in_another_language_says_so() -> None:
    entries = tuple(
        replace(ENTRY, id=f"tag:news.example,2026:{language}", language=language)
        for language in ("en", "pt-BR", None)
    )
    feed = replace(FEED, language="en", entries=entries)
    assert values(feed, "//@xml:lang") == ["pt-BR"]
    assert values(feed, "channel/language/text()") == ["en"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bell \a and \x1b[31mred\ufffe", "bell and [31mred"),
        ("half \ud83d a pair", "half a pair"),
        ("\x93quoted\x94 by Windows", "“quoted” by Windows"),
        ("two\n  lines\t", "two lines"),
        ("]]> here", "]]> here"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
        (" \u200b\x00", "river"),
    ],
)
def test_titles_are_cleaned_for_the_whole_feed_s_sake(text: str, shown: str) -> None:
    feed = replace(with_entry(title="ENTRY " + text, summary=text), title=text)
    assert strictly(rendered(feed)).feed.title == shown


JAVASCRIPT = "javascript:alert(1)"
BAD = Attribution("x", JAVASCRIPT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": JAVASCRIPT}, "no URI"),
        ({"id": "tag:\x00"}, "entry tag:"),
        ({"id": "tag:\ud800"}, "entry tag:"),
        ({"url": JAVASCRIPT}, "link has no web address"),
        ({"url": "https://news.example/\ud800"}, "entry urn:uuid:4bf85728"),
        ({"url": "https://news.example/a b"}, "link has no web address"),
        ({"image": "data:image/png;base64,AAAA"}, "no web address"),
        ({"attribution": BAD}, "source has no web address"),
        ({"also_at": (BAD,)}, "link has no web address"),
        ({"origin": Origin("tag:a.example,2026:a", "A", NOON, JAVASCRIPT)}, "source has no web"),
        ({"enclosures": (Enclosure(JAVASCRIPT, "audio/mpeg"),)}, "enclosure has no web address"),
        ({"enclosures": (Enclosure("https://a.example/", "a b"),)}, "of no media type"),
        ({"enclosures": (Enclosure("https://a.example/", "a/b", -1),)}, "no number"),
        ({"language": "english language"}, "language"),
        ({"published": datetime(2026, 3, 5)}, "no time zone"),
        ({"updated": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))}, "out of range"),
    ],
)
def test_what_no_reader_should_get_is_refused_with_the_entry_s_name(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(PublishError, match=said) as caught:
        rendered(with_entry(**changes))
    assert f"entry {changes.get('id', ENTRY.id)}" in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize(
    "changes",
    [
        {"site_url": JAVASCRIPT},
        {"self_url": JAVASCRIPT},
        {"logo": JAVASCRIPT},
        {"hubs": (JAVASCRIPT,)},
        {"formats": (FormatLink("json", "application/feed+json", JAVASCRIPT),)},
        {"history": History(previous=JAVASCRIPT)},
        {"stylesheet": JAVASCRIPT},
        {"stylesheet": 'https://news.example/"?><x'},
    ],
)
def test_no_address_of_the_feed_itself_is_anything_but_a_web_address(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(PublishError, match="no web address"):
        rendered(replace(FEED, **changes))


def test_two_items_of_one_id_are_refused() -> None:
    with pytest.raises(PublishError, match="2 items have the guid"):
        rendered(replace(FEED, entries=(ENTRY, ENTRY)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"</rss>", b"", "well-formed"),
        (b"<rss ", b"<!DOCTYPE rss [<!ENTITY x 'y'>]><rss ", "declaration|document type"),
        (b"<rss ", b'<?xml-stylesheet type="text/xsl" href="https://a.example/"?><rss ', "stands"),
        (b"<rss ", b"<!-- x --><rss ", "declaration|stands"),
        (b'version="2.0"', b'version="0.92"', "no RSS 2.0"),
        (b"</channel>", b"</channel><channel/>", "one channel"),
        (b"<title>River news</title>", b"", "one title"),
        (b"<link>https://news.example/river.rss</link>", b"", "one link"),
        (b"</item>", b"</item><ttl>1</ttl>", "after an item"),
        (b'rel="self"', b'rel="related"', "link to itself"),
        (b'isPermaLink="false"', b'isPermaLink="true"', "guid"),
        (b"<pubDate>Thu", b"<pubDate>Fri", "no date in GMT"),
        (b"<pubDate>Thu, 05 Mar", b"<pubDate>Thu, 31 Feb", "no date in GMT"),
        (b"<pubDate>Thu, 05 Mar", b"<pubDate>Thu, 05 M\xc3\xa4r", "no date in GMT"),
        (b"12:00:00 GMT", b"12:00:00 +0000", "no date in GMT"),
        (b"<atom:updated>2026-03-05T13", b"<atom:updated>2026-03-05T25", "UTC"),
        (b"<description>&lt;p", b"<x>&lt;p", "well-formed"),
        (b"</item>", b"<description/></item>", "more than one description"),
        (b"</item>", b"<category/></item>", "category is empty"),
        (b"</item>", b"<category>a<b/></category></item>", "elements in it"),
        (b"</item>", b'<enclosure url="https://a.example/" type="a/b"/></item>', "no number"),
        (b"</item>", b"<link>https://a.example/</link>" * 2 + b"</item>", "more than one link"),
    ],
)
def test_a_damaged_document_never_passes(old: bytes, new: bytes, said: str) -> None:
    body = rendered(FEED)
    assert old in body
    damaged = Document("river.rss", "application/rss+xml", body.replace(old, new))
    with pytest.raises(PublishError, match=said):
        Rss().check(damaged)


def test_an_entry_with_ten_thousand_labels_is_written_whole() -> None:
    names = tuple(f"Label {number} <&>" for number in range(10_000))
    feed = with_entry(categories=names + names, authors=names)
    told = values(feed, "//item/category/text() | //item/dc:creator/text()")
    assert told == list(names + names)


@settings(max_examples=100, deadline=None)
@given(feed=FEEDS)
def test_any_text_anywhere_gives_valid_xml(feed: Feed) -> None:
    body = rendered(feed)
    assert len(etree.fromstring(body).findall("channel/item")) == len(feed.entries)


@settings(max_examples=75, deadline=None)
@given(entries=st.lists(HOSTILE_ENTRIES, min_size=1, max_size=3, unique_by=lambda one: one.id))
def test_whatever_sites_write_every_entry_is_published_valid_and_harmless(
    entries: list[Entry],
) -> None:
    parsed = strictly(rendered(replace(FEED, entries=tuple(map(compose, entries)))))
    assert [entry.id for entry in parsed.entries] == [entry.id for entry in entries]
