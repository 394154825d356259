"""Our own documents, read back to rebuild what was lost, however damaged they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.generator.atom import Atom
from feeder.generator.atom_reading import read_entries
from feeder.models import Attribution, Enclosure, FormatLink, History
from tests.generator.test_atom import ENTRY, FEED, combined_feed, full_feed, rendered


def test_what_was_published_comes_back_whole() -> None:
    for feed in (full_feed(), combined_feed()):
        read = read_entries(rendered(feed))
        assert [replace(entry, language=None) for entry in read] == [
            replace(entry, language=None) for entry in feed.entries
        ]


def test_an_entry_without_a_language_of_its_own_has_the_feed_s() -> None:
    first, second = read_entries(rendered(full_feed()))
    assert (first.language, second.language) == ("uk", "en")


def test_what_was_read_back_is_published_again_byte_by_byte() -> None:
    for feed in (full_feed(), combined_feed()):
        again = replace(feed, entries=tuple(read_entries(rendered(feed))))
        assert rendered(again) == rendered(feed)


def test_an_entry_cut_short_is_left_out_and_those_before_it_are_kept() -> None:
    body = rendered(full_feed())
    for end in range(0, len(body), 97):
        read = read_entries(body[:end])
        assert len(read) == body[:end].count(b"</entry>")
        assert all(entry.html in {shown.html for shown in full_feed().entries} for entry in read)


def test_one_damaged_entry_does_not_take_the_others_along() -> None:
    ids = [f"tag:news.example,2026:{number}" for number in range(4)]
    body = rendered(replace(FEED, entries=tuple(replace(ENTRY, id=id_) for id_ in ids)))
    damaged = body.replace(b"</title>", b"\x00\xff", 3).replace(ids[2].encode(), b"no uri")
    assert [entry.id for entry in read_entries(damaged)] == [ids[3]]


def test_what_is_no_feed_gives_no_entries() -> None:
    for body in (b"", b"\x00" * 5000, b"<html><entry></entry></html>", b"</entry>" * 9, b"<entry"):
        assert read_entries(body) == []


def test_a_feed_of_nothing_but_openings_is_read_in_linear_time() -> None:
    assert read_entries(b"<entry " * 200_000 + b"</entry>" * 200_000) == []


@settings(max_examples=100, deadline=None)
@given(
    place=st.integers(min_value=0, max_value=4_000),
    length=st.integers(min_value=0, max_value=400),
    noise=st.binary(max_size=40),
)
def test_no_damage_raises(place: int, length: int, noise: bytes) -> None:
    body = rendered(full_feed())
    read = read_entries(body[:place] + noise + body[place + length :])
    assert len(read) <= 2


@settings(max_examples=100, deadline=None)
@given(body=st.binary())
def test_no_bytes_raise(body: bytes) -> None:
    assert read_entries(body) == []


def test_markup_in_a_text_cannot_pass_for_an_entry() -> None:
    feed = replace(FEED, title="<entry>", entries=(replace(ENTRY, title="</entry><entry>"),))
    assert [entry.title for entry in read_entries(Atom().render(feed).body)] == ["</entry><entry>"]


def test_files_and_other_places_of_an_article_come_back() -> None:
    entry = replace(
        ENTRY,
        url="https://news.example/1",
        enclosures=(
            Enclosure("https://news.example/1.mp3", "audio/mpeg", 1234),
            Enclosure("https://news.example/1.pdf", "application/pdf"),
        ),
        also_at=(Attribution("Another paper", "https://paper.example/1"),),
    )
    (read,) = read_entries(rendered(replace(FEED, entries=(entry,))))
    assert (read.enclosures, read.also_at) == (entry.enclosures, entry.also_at)


def test_a_feed_with_all_its_links_has_one_alternate_a_kind() -> None:
    formats = (
        FormatLink("atom", "application/atom+xml", FEED.self_url),
        FormatLink("rss", "application/rss+xml", "https://news.example/river.rss"),
        FormatLink("html", "text/html", "https://news.example/river.html"),
    )
    hubs, history = ("https://hub.example/",), History("https://news.example/river/archive/1.atom")
    feed = replace(FEED, formats=formats, hubs=hubs, history=history)
    body = rendered(replace(feed, site_url="https://site.example/"))
    assert b'href="https://news.example/river.html" rel="related"' in body
    assert b'rel="hub"' in body and b'rel="prev-archive"' in body
    assert b'href="https://news.example/river.html" rel="alternate"' in rendered(feed)
