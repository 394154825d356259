"""Atom as readers and validators want it, row by row, whatever stands in the texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeder.errors import PublishError
from feeder.generator.atom import Atom
from feeder.models import Attribution, Document, Feed, FeedEntry, History, Origin, Tombstone
from tests.atom import LANG, find, strictly, valid

GOLDEN = Path(__file__).parent / "golden"
KOLKATA = timezone(timedelta(hours=5, minutes=30))
OLD_AMSTERDAM = timezone(timedelta(minutes=19, seconds=32))
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ENTRY = FeedEntry(
    id="urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6",
    title="Bridges & “tunnels” <reopened>",
    html="<p>The river went down.</p>",
    published=NOON,
    updated=NOON + timedelta(hours=1),
)
FEED = Feed(
    id="tag:news.example,2026:feeds/river",
    name="river",
    title="River news",
    updated=NOON + timedelta(hours=1),
    author="River news",
    self_url="https://news.example/river.atom",
    entries=(ENTRY,),
)


def rendered(feed: Feed) -> bytes:
    """Rendered, and let through by the renderer's own check."""
    document = Atom().render(feed)
    Atom().check(document)
    return document.body


def with_entry(**changes: Any) -> Feed:
    return replace(FEED, entries=(replace(ENTRY, **changes),))


def element(feed: Feed, path: str) -> etree._Element:
    (found,) = find(etree.fromstring(rendered(feed)), path)
    assert isinstance(found, etree._Element)
    return found


def values(feed: Feed, path: str) -> list[Any]:
    return find(etree.fromstring(rendered(feed)), path)


def full_feed() -> Feed:
    """Every field that the model has, in several scripts."""
    ukrainian = replace(
        ENTRY,
        id="tag:news.example,2026:one",
        title="Міст знову відкрито",
        html='<p><img src="https://news.example/m.jpg?a=1&amp;b=2" alt=""></p><p>“Спала”.</p>',
        url="https://news.example/%D0%BC%D1%96%D1%81%D1%82?a=1&b=2",
        summary="Річка спала, і міст відкрито.",
        authors=("Олена Коваль", "Ґ. Їжак"),
        categories=("Місто та область", "C++"),
        image="https://news.example/m.jpg?a=1&b=2",
        language="uk",
        attribution=Attribution("Kyiv Independent", "https://kyivindependent.com/"),
    )
    return replace(
        FEED,
        subtitle="What the river does",
        language="en",
        rights="© 2026 River news",
        site_url="https://news.example/",
        icon="https://news.example/icon.png",
        logo="https://news.example/logo.png",
        entries=(ukrainian, ENTRY),
    )


def combined_feed() -> Feed:
    origin = Origin("tag:news.example,2026:sources/a", "Source A", NOON, "https://a.example/")
    bare = Origin("tag:news.example,2026:sources/b", "Source B", NOON)
    quoted = Attribution("Another paper", "https://paper.example/1")
    return replace(
        FEED,
        entries=(
            replace(ENTRY, id="tag:news.example,2026:1", origin=origin, attribution=quoted),
            replace(ENTRY, id="tag:news.example,2026:2", origin=bare),
        ),
    )


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("full", full_feed()),
        ("combined", combined_feed()),
        ("empty", replace(FEED, entries=())),
    ],
)
def test_the_document_is_what_it_was_byte_by_byte(name: str, feed: Feed) -> None:
    golden = (GOLDEN / f"{name}.atom").read_bytes()
    assert rendered(feed) == golden.replace(b"VERSION", version("feeder").encode())
    strictly(rendered(feed))


def test_the_document_lies_beside_others_under_the_feed_s_name() -> None:
    document = Atom().render(FEED)
    assert document.path == Atom().path("river") == "river.atom"
    assert document.media_type == "application/atom+xml; charset=utf-8"


def test_feedparser_reads_back_what_was_put_in() -> None:
    parsed = strictly(rendered(full_feed()))
    first, second = parsed.entries
    assert parsed.feed.id == FEED.id and parsed.feed.language == "en"
    assert first.title == "Міст знову відкрито"
    assert first.link == "https://news.example/%D0%BC%D1%96%D1%81%D1%82?a=1&b=2"
    assert [author.name for author in first.authors] == ["Олена Коваль", "Ґ. Їжак"]
    assert [(tag.term, tag.label) for tag in first.tags] == [
        ("місто-та-область", "Місто та область"),
        ("c", "C++"),
    ]
    assert first.source.title == "Kyiv Independent"
    assert first.media_thumbnail == [{"url": "https://news.example/m.jpg?a=1&b=2"}]
    assert second.title == "Bridges & “tunnels” <reopened>"
    assert second.content[0].value == ENTRY.html
    assert (second.published, second.updated) == ("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z")


def test_an_entry_keeps_the_kinds_of_its_links() -> None:
    quoted = Attribution("Paper", "https://paper.example/")
    feed = with_entry(url="https://news.example/1", attribution=quoted)
    links = values(feed, "a:entry/a:link")
    assert [dict(link.attrib) for link in links] == [
        {"rel": "alternate", "type": "text/html", "href": "https://news.example/1"},
        {"rel": "via", "title": "Paper", "href": "https://paper.example/"},
    ]


def test_the_feed_s_own_address_comes_before_its_site() -> None:
    feed = replace(FEED, site_url="https://news.example/")
    links = values(feed, "a:link/@rel")
    assert links == ["self", "alternate"]


def test_an_attribution_is_a_source_and_a_via_link() -> None:
    feed = with_entry(
        attribution=Attribution("kyivindependent.com", "https://kyivindependent.com/")
    )
    source = element(feed, "a:entry/a:source")
    assert [child.text for child in source] == [
        "https://kyivindependent.com/",
        "kyivindependent.com",
        "2026-03-05T13:00:00Z",
        None,
    ]
    assert element(feed, "a:entry/a:link[@rel='via']").get("href") == "https://kyivindependent.com/"


def test_an_attribution_without_an_address_is_a_title() -> None:
    feed = with_entry(attribution=Attribution("The Evening Star"))
    assert element(feed, "a:entry/a:source/a:title").text == "The Evening Star"
    assert not values(feed, "//a:link[@rel='via']")


def test_in_a_combined_feed_the_source_is_where_the_entry_is_from() -> None:
    titles = values(combined_feed(), "a:entry/a:source/a:title/text()")
    assert titles == ["Source A", "Source B"]
    assert values(combined_feed(), "//a:link[@rel='via']/@title") == ["Another paper"]


def test_only_an_entry_in_another_language_says_so() -> None:
    entries = tuple(
        replace(ENTRY, id=f"tag:news.example,2026:{language}", language=language)
        for language in ("en", "pt-BR", None)
    )
    root = etree.fromstring(rendered(replace(FEED, language="en", entries=entries)))
    assert root.get(LANG) == "en"
    assert [entry.get(LANG) for entry in find(root, "a:entry")] == [None, "pt-BR", None]


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 5, 12, 0, 0, 999_999, UTC), "2026-03-05T12:00:00Z"),
        (datetime(2026, 3, 5, 0, 30, tzinfo=KOLKATA), "2026-03-04T19:00:00Z"),
        (datetime(1937, 1, 1, tzinfo=OLD_AMSTERDAM), "1936-12-31T23:40:28Z"),
        (datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00Z"),
    ],
)
def test_dates_are_in_utc_and_whole_seconds(moment: datetime, written: str) -> None:
    feed = with_entry(published=moment)
    assert element(feed, "a:entry/a:published").text == written


def test_entries_stay_in_the_order_given() -> None:
    ids = [f"tag:news.example,2026:{number}" for number in (3, 1, 2)]
    feed = replace(FEED, entries=tuple(replace(ENTRY, id=id_) for id_ in ids))
    assert values(feed, "a:entry/a:id/text()") == ids


def test_a_lead_image_is_in_the_entry_without_a_group() -> None:
    feed = with_entry(image="https://news.example/i.png")
    content = element(feed, "a:entry/media:content")
    assert content.items() == [("url", "https://news.example/i.png"), ("medium", "image")]
    assert element(feed, "a:entry/media:thumbnail").get("url") == "https://news.example/i.png"


def test_categories_are_one_a_term() -> None:
    feed = with_entry(categories=("News", "news", " ", "हिन्दी समाचार", "!!!"))
    assert values(feed, "a:entry/a:category/@term") == ["news", "हिन्दी-समाचार", "!!!"]


def test_each_element_has_its_own_line() -> None:
    lines = rendered(full_feed()).decode().splitlines()
    assert "    <title>Міст знову відкрито</title>" in lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bell \a and \x1b[31mred\ufffe", "bell and [31mred"),
        ("half \ud83d a pair", "half a pair"),
        ("\x93quoted\x94 by Windows", "“quoted” by Windows"),
        ("two\n  lines\t", "two lines"),
        ("]]> &amp; <b>", "]]> &amp; <b>"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
    ],
)
def test_titles_are_cleaned_for_the_whole_feed_s_sake(text: str, shown: str) -> None:
    parsed = strictly(rendered(replace(with_entry(title=text), title=text)))
    assert parsed.entries[0].title == parsed.feed.title == shown


def test_no_title_is_ever_empty() -> None:
    feed = replace(with_entry(title=" \u200b\x00", url="https://news.example/1"), title="")
    parsed = strictly(rendered(feed))
    assert parsed.entries[0].title == "https://news.example/1"
    assert parsed.feed.title == "river"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "not a uri"}, "no URI"),
        ({"id": "javascript:alert(1)"}, "no URI"),
        ({"id": "4bf85728-565d-47c3-8025-e25cf575c2e6"}, "no URI"),
        ({"id": "tag:\x00"}, "tag:"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"url": "https://news.example/a b"}, "no web address"),
        ({"url": "/relative"}, "no web address"),
        ({"image": "data:image/png;base64,AAAA"}, "no web address"),
        ({"attribution": Attribution("x", "file:///etc/passwd")}, "no web address"),
        ({"language": "english language"}, "language"),
        ({"published": datetime(2026, 3, 5)}, "no timezone"),
        ({"updated": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))}, "out of range"),
    ],
)
def test_what_no_reader_should_get_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(PublishError, match=said):
        rendered(with_entry(**changes))


def test_two_entries_of_one_id_are_refused() -> None:
    with pytest.raises(PublishError, match="2 entries have the id"):
        rendered(replace(FEED, entries=(ENTRY, ENTRY)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"</feed>", b"", "well-formed"),
        (b"<feed ", b"<!DOCTYPE feed [<!ENTITY x 'y'>]><feed ", "document type"),
        (b"<title>River news", b"<title>River&#x0;news", "well-formed"),
        (b'xmlns="http://www.w3.org/2005/Atom"', b'xmlns="http://purl.org/atom/ns#"', "not feed"),
        (b"<title>River news</title>", b"", "title"),
        (b"<published>2026-03-05T12:00:00Z", b"<published>2026-03-05T12:00:00.5Z", "date"),
        (b"<published>2026-03-05T12:00:00Z", b"<published>2026-02-30T12:00:00Z", "date"),
        (b"<name>River news</name>", b"", "author"),
        (b'rel="self"', b'rel="related"', "link to itself"),
        (b'type="html"', b'type="xhtml"', "content"),
        (b'type="application/atom+xml"/>', b'/><link href="https://a.example/"/>' * 2, "alternate"),
    ],
)
def test_a_damaged_document_never_passes(old: bytes, new: bytes, said: str) -> None:
    body = rendered(FEED)
    assert old in body
    damaged = Document("river.atom", "application/atom+xml", body.replace(old, new))
    with pytest.raises(PublishError, match=said):
        Atom().check(damaged)


def test_an_archive_says_that_it_is_one_and_what_left_is_named_unless_it_is_there() -> None:
    gone = Tombstone("tag:news.example,2026:gone", NOON)
    feed = replace(
        FEED,
        history=History(current="https://news.example/river.atom"),
        tombstones=(gone, Tombstone(ENTRY.id, NOON)),
    )
    strictly(rendered(feed))
    assert len(values(feed, "*[local-name()='archive']")) == 1
    (stone,) = values(feed, "*[local-name()='deleted-entry']")
    assert dict(stone.attrib) == {"ref": gone.id, "when": "2026-03-05T12:00:00Z"}


TEXT = st.text(st.characters(codec=None), max_size=40)  # NULs and lone surrogates among them
NAMES = st.lists(TEXT, max_size=3).map(tuple)
ENTRIES = st.builds(
    FeedEntry,
    id=st.uuids().map(lambda uuid: f"urn:uuid:{uuid}"),
    title=TEXT,
    html=TEXT.filter(str.strip),
    published=st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.timezones()),
    updated=st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)),
    url=st.none() | st.just("https://news.example/1"),
    summary=st.none() | TEXT,
    authors=NAMES,
    categories=NAMES,
    attribution=st.none() | st.builds(Attribution, TEXT, st.just("https://paper.example/")),
)
FEEDS = st.builds(
    replace,
    st.just(FEED),
    title=TEXT,
    author=TEXT,
    subtitle=st.none() | TEXT,
    rights=st.none() | TEXT,
    entries=st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.id).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(feed=FEEDS)
def test_any_text_anywhere_gives_valid_xml(feed: Feed) -> None:
    assert len(find(valid(rendered(feed)), "a:entry")) == len(feed.entries)
