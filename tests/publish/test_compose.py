"""What readers are shown of an entry, whatever its site wrote into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.config.settings import FeedSettings
from feeder.errors import PublishError
from feeder.generator.atom import Atom
from feeder.generator.atom_reading import read_entries
from feeder.models import Attribution, Enclosure, Entry, Feed, FeedEntry
from feeder.publish.build import build_feed, fit
from feeder.publish.compose import SourceLabel, compose
from feeder.store.feeds import FeedRecord
from tests.atom import assert_harmless, strictly

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
PARAGRAPH = "The river went down in the night, and by noon the bridge was open again. " * 8
ENTRY = Entry(
    id="tag:news.example,2026:1",
    source="river",
    title="The bridge is open again",
    html=f"<p>{PARAGRAPH.strip()}</p>",
    text=PARAGRAPH.strip(),
    published=NOON,
    updated=NOON,
    first_seen=NOON,
)
RECORD = FeedRecord("river", "tag:news.example,2026:feeds/river", NOON - timedelta(days=9))
SETTINGS = FeedSettings(name="river", title="River news")


def shown(**changes: Any) -> FeedEntry:
    return compose(replace(ENTRY, **changes))


def feed_of(*entries: FeedEntry, **changes: Any) -> Feed:
    chosen = SETTINGS.model_copy(update=changes)
    return build_feed(chosen, RECORD, entries, self_url="https://news.example/river.atom")


def numbered(number: int, **changes: Any) -> FeedEntry:
    id_ = f"tag:news.example,2026:{number:03}"
    return shown(id=id_, published=NOON - timedelta(hours=number), **changes)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "The bridge is open again"),
        ({"title": "two\n lines\u200b\x07"}, "two lines"),
        ({"title": " \u200b", "text": "Rain.\n\nMore rain."}, "Rain. More rain."),
        ({"title": "", "text": "", "url": "https://news.example/1"}, "https://news.example/1"),
        ({"title": "", "text": "", "url": "javascript:alert(1)"}, ENTRY.id),
    ],
)
def test_a_title_is_never_empty(changes: dict[str, Any], title: str) -> None:
    assert shown(**changes).title == title


def test_a_title_made_of_the_text_ends_at_a_word() -> None:
    title = shown(title="").title
    assert len(title) <= 300 and title.endswith("…")
    assert PARAGRAPH.startswith(title.removesuffix("…"))


def test_a_summary_is_the_article_s_own() -> None:
    assert shown(summary=" The river\nfell. ").summary == "The river fell."


def test_a_summary_is_no_markup_to_readers_that_take_it_for_that() -> None:
    told = "1 < 2 <img src=x onerror=alert(1)> <b>falls</b>"
    assert shown(summary=told).summary == "1 < 2 ‹img src=x onerror=alert(1)> ‹b>falls‹/b>"


def test_a_summary_is_else_how_the_text_begins() -> None:
    summary = shown().summary
    assert summary and 200 <= len(summary) <= 300
    assert PARAGRAPH.startswith(summary.removesuffix("…"))


@pytest.mark.parametrize("summary", [None, "", "It  rained."])
def test_a_summary_that_says_all_that_the_text_says_is_left_out(summary: str | None) -> None:
    assert shown(summary=summary, text="It rained.", html="<p>It rained.</p>").summary is None


def test_a_long_summary_is_cut_at_a_word() -> None:
    summary = shown(summary="many words " * 100).summary
    assert summary and len(summary) <= 300 and summary.endswith("words…")


def test_a_lead_image_comes_first_in_the_content() -> None:
    entry = shown(image="https://news.example/i.png?a=1&b=2")
    assert entry.html.startswith('<p><img src="https://news.example/i.png?a=1&amp;b=2" alt="">')
    assert entry.image == "https://news.example/i.png?a=1&b=2"


def test_a_lead_image_that_is_in_the_content_is_not_repeated() -> None:
    html = '<p>Look:</p><img src="https://news.example/i.png?a=1&amp;b=2"><p>There.</p>'
    entry = shown(html=html, image="https://news.example/i.png?a=1&b=2")
    assert entry.html.count("<img") == 1


@pytest.mark.parametrize(
    "image",
    [
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "/relative.png",
        "https://pixel.wp.com/g.gif",
        'https://news.example/"onerror="alert(1)',
    ],
)
def test_no_lead_image_breaks_out_or_counts(image: str) -> None:
    entry = shown(image=image)
    assert_harmless(entry.html)
    assert "wp.com" not in entry.html
    assert entry.image is None or entry.image.startswith("https://news.example/%22onerror")


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("https://news.example/1", "https://news.example/1"),
        ("HTTPS://News.Example:443/ü x", "https://news.example/%C3%BC%20x"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,<script>alert(1)</script>", None),
        ("file:///etc/passwd", None),
        ("/relative", None),
        ("https://user:secret@news.example/", None),
    ],
)
def test_only_web_addresses_become_links(url: str, published: str | None) -> None:
    entry = shown(url=url, attribution=Attribution("Paper", url))
    assert entry.url == published
    assert entry.attribution == Attribution("Paper", published)


def test_content_is_sanitised_again() -> None:
    entry = shown(html='<p onclick="x()">Text<script>alert(1)</script></p>')
    assert entry.html == "<p>Text</p>"


def test_content_that_sanitising_leaves_nothing_of_is_the_text_in_paragraphs() -> None:
    entry = shown(html="<script>all of it</script>", text="One & <one>.\n\nTwo.")
    assert entry.html == "<p>One &amp; &lt;one&gt;.</p><p>Two.</p>"


def test_content_is_in_normal_form_and_no_combining_mark_eats_a_tag() -> None:
    entry = shown(html="<p>\u0338e\u0301</p>")
    assert entry.html in ("<p>\u0338é</p>", "<p>&#824;é</p>")


def test_content_too_large_to_sanitise_names_its_entry() -> None:
    with pytest.raises(PublishError, match=ENTRY.id):
        shown(html="<p>" + "x" * 1_100_000 + "</p>")


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (NOON - timedelta(days=400), NOON - timedelta(days=400)),
        (NOON + timedelta(days=400), NOON),
        (datetime(1850, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_are_plausible(published: datetime, expected: datetime) -> None:
    assert shown(published=published).published == expected


@pytest.mark.parametrize(
    ("told", "published"),
    [("uk", "uk"), ("pt_BR", "pt-BR"), (" de ", "de"), ("english", None), ("", None), (None, None)],
)
def test_only_language_tags_are_told(told: str | None, published: str | None) -> None:
    assert shown(language=told).language == published


def test_names_are_cleaned_counted_and_told_once() -> None:
    hostile = ("Ann\x00", "Ann", "", "x" * 10_000, *map(str, range(100)))
    entry = shown(authors=hostile, categories=hostile)
    assert entry.authors == entry.categories
    assert entry.authors[0] == "Ann" and len(entry.authors) == 30
    assert max(map(len, entry.authors)) <= 120


def test_in_a_feed_of_several_sources_an_entry_says_where_it_is_from() -> None:
    label = SourceLabel("tag:news.example,2026:sources/river", "The river", "https://r.example/")
    origin = compose(ENTRY, label).origin
    assert origin and (origin.id, origin.title, origin.url) == (label.id, label.title, label.url)
    assert origin.updated == ENTRY.updated
    assert compose(ENTRY).origin is None


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        ("javascript:alert(1)", "audio/mpeg"),
        ("data:audio/mpeg;base64,AAAA", "audio/mpeg"),
        ("https://news.example/1.mp3", "no type"),
        ("https://news.example/1.png", "image/png"),
    ],
)
def test_only_files_on_the_web_are_enclosed_and_no_images(url: str, media_type: str) -> None:
    assert shown(enclosures=(Enclosure(url, media_type),)).enclosures == ()


def test_ten_files_are_enclosed_at_most() -> None:
    files = tuple(Enclosure(f"https://news.example/{n}", "Audio/MPEG; q=1", -1) for n in range(99))
    enclosures = shown(enclosures=files).enclosures
    assert enclosures[0] == Enclosure("https://news.example/0", "audio/mpeg")
    assert len(enclosures) == 10


def test_an_excerpt_is_the_summary_and_a_link_to_the_site() -> None:
    policy = SETTINGS.model_copy(update={"content": "excerpt"})
    entry = replace(ENTRY, summary="It <fell>.", url="https://news.example/1")
    once = compose(entry, None, policy).html
    assert once.startswith('<p>It &lt;fell&gt;.</p><p><a href="https://news.example/1"')
    assert once.endswith(">River news</a></p>")


def test_an_entry_ends_with_its_source_and_that_is_not_said_twice() -> None:
    policy = SETTINGS.model_copy(update={"credit": True})
    label = SourceLabel("tag:news.example,2026:sources/river", "The <river>")
    once = compose(ENTRY, label, policy).html
    assert once == ENTRY.html + "<p>The &lt;river&gt;</p>"
    assert compose(replace(ENTRY, html=once), label, policy).html == once


# Feeds --------------------------------------------------------------------------------------


def test_the_newest_entry_is_first_and_ties_go_by_id() -> None:
    entries = [shown(id=f"tag:x.example,2026:{id_}") for id_ in "cab"]
    newer = shown(id="tag:x.example,2026:z", published=NOON - timedelta(minutes=1))
    newest = [entry.id[-1] for entry in feed_of(newer, *entries).entries]
    assert newest == ["a", "b", "c", "z"]


def test_a_feed_is_as_new_as_its_latest_change() -> None:
    entries = [numbered(1), numbered(2, updated=NOON + timedelta(days=1)), numbered(3)]
    assert feed_of(*entries).updated == NOON + timedelta(days=1)


def test_an_empty_feed_is_as_old_as_itself() -> None:
    feed = feed_of()
    assert feed.updated == RECORD.created_at
    strictly(Atom().render(feed).body)


def test_the_oldest_entries_leave_by_the_cap() -> None:
    feed = feed_of(*(numbered(number) for number in (4, 2, 3, 1)), max_entries=2)
    assert [entry.id[-1] for entry in feed.entries] == ["1", "2"]


def test_the_author_is_configured_or_the_feed_s_title() -> None:
    assert feed_of().author == "River news"
    assert feed_of(author="The editors").author == "The editors"


@pytest.mark.parametrize("max_bytes", [1_000, 3_000, 5_000, 12_000, 100_000])
def test_as_many_of_the_newest_are_kept_as_fit(max_bytes: int) -> None:
    whole = feed_of(*map(numbered, range(20)))
    kept, document = fit(whole, Atom(), max_bytes)
    assert kept.entries == whole.entries[: len(kept.entries)]
    assert document == Atom().render(kept)
    assert len(document.body) <= max_bytes or len(kept.entries) == 1
    if len(kept.entries) < 20:
        one_more = replace(kept, entries=whole.entries[: len(kept.entries) + 1])
        assert len(Atom().render(one_more).body) > max_bytes


def test_the_newest_entry_is_kept_however_large_it_is() -> None:
    large = shown(html="<p>" + "x" * 50_000 + "</p>")
    kept, document = fit(feed_of(large, numbered(1)), Atom(), 1_000)
    assert kept.entries == (large,)
    strictly(document.body)


def test_a_feed_cut_by_size_is_as_new_as_what_is_left() -> None:
    old_but_changed = numbered(9, updated=NOON + timedelta(days=1))
    kept, _ = fit(feed_of(numbered(0), old_but_changed), Atom(), 2_000)
    assert kept.updated == NOON


def test_what_was_published_and_read_back_is_composed_to_the_same_bytes() -> None:
    entry = replace(
        ENTRY,
        image="https://news.example/i.png",
        authors=("Ann",),
        categories=("Floods",),
        language="en",
        attribution=Attribution("Paper", "https://paper.example/"),
    )
    body = Atom().render(feed_of(compose(entry))).body
    (read,) = read_entries(body)
    fields = {name: getattr(read, name) for name in FeedEntry.__slots__ if name in Entry.__slots__}
    rebuilt = replace(entry, **fields, text=ENTRY.text)
    assert Atom().render(feed_of(compose(rebuilt))).body == body


@settings(max_examples=200, deadline=None)
@given(rest=st.text(st.characters(codec=None), max_size=40))
def test_every_address_that_becomes_a_link_passes_the_check(rest: str) -> None:
    for url in (f"https://{rest}", f"https://news.example/{rest}"):
        entry = shown(url=url, image=url, attribution=Attribution("Paper", url))
        Atom().check(Atom().render(feed_of(entry)))


HOSTILE = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "javascript:alert(1)",
            "&lt;script&gt;",
            "]]><script>",
            "<svg onload=alert(1)>",
            "</content></entry>",
            "https://news.example/<b>?\"'&=#\u202e",
        ]
    ),
)
NAMES = st.lists(HOSTILE, max_size=3).map(tuple)
DATES = st.datetimes(timezones=st.just(UTC), max_value=NOON.replace(tzinfo=None))
ENTRIES = st.builds(
    Entry,
    id=st.uuids().map(lambda uuid: f"urn:uuid:{uuid}"),
    source=st.just("river"),
    title=HOSTILE,
    html=HOSTILE.map(lambda text: f"<p>Words.</p>{text}"),
    text=HOSTILE,
    published=DATES,
    updated=st.just(NOON),
    first_seen=st.just(NOON),
    url=st.none() | HOSTILE,
    summary=st.none() | HOSTILE,
    authors=NAMES,
    categories=NAMES,
    image=st.none() | HOSTILE,
    language=st.none() | HOSTILE,
    attribution=st.none() | st.builds(Attribution, HOSTILE, st.none() | HOSTILE),
)


@settings(max_examples=150, deadline=None)
@given(entries=st.lists(ENTRIES, min_size=1, max_size=3, unique_by=lambda entry: entry.id))
def test_whatever_sites_write_every_entry_is_published_valid_and_harmless(
    entries: list[Entry],
) -> None:
    document = Atom().render(feed_of(*map(compose, entries)))
    Atom().check(document)
    assert len(strictly(document.body).entries) == len(entries)
