"""JSON Feed 1.1 as readers want it, whatever stands in the texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.errors import PublishError
from feeder.generator.json_feed import JsonFeed
from feeder.models import Attribution, Document, Enclosure, Feed, History
from tests.generator.test_atom import ENTRY, FEED, combined_feed, full_feed, with_entry

GOLDEN = Path(__file__).parent / "golden"
TALK = Enclosure("https://news.example/talk.mp3", "audio/mpeg", 1234)


def told(feed: Feed) -> Any:
    """Rendered, let through by the renderer's own check, and read again."""
    document = JsonFeed().render(feed)
    JsonFeed().check(document)
    return json.loads(document.body)


def item(**changes: Any) -> Any:
    return told(with_entry(**changes))["items"][0]


def whole_feed() -> Feed:
    feed = full_feed()
    first = replace(feed.entries[0], enclosures=(TALK, replace(TALK, length=None)))
    return replace(
        feed,
        hubs=("https://hub.example/",),
        history=History(previous="https://news.example/river/archive-3.json"),
        entries=(first, *feed.entries[1:]),
    )


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("full", whole_feed()),
        ("combined", combined_feed()),
        ("empty", replace(FEED, entries=())),
    ],
)
def test_the_document_is_what_it_was_byte_by_byte(name: str, feed: Feed) -> None:
    document = JsonFeed().render(replace(feed, self_url="https://news.example/river.json"))
    JsonFeed().check(document)
    assert document.body == (GOLDEN / f"{name}.json").read_bytes()
    assert (document.path, document.media_type) == ("river.json", "application/feed+json")


def test_what_is_not_told_has_no_key() -> None:
    assert set(item()) == {"id", "title", "content_html", "date_published", "date_modified"}


def test_dates_are_in_utc_and_whole_seconds() -> None:
    assert item()["date_published"] == "2026-03-05T12:00:00Z"


def test_an_article_from_elsewhere_links_there() -> None:
    quoted = Attribution("Paper", "https://paper.example/1")
    assert item(attribution=quoted)["external_url"] == "https://paper.example/1"
    assert "external_url" not in item(attribution=Attribution("Paper"))


def test_enclosures_are_attachments_with_their_size_where_it_is_known() -> None:
    attachments = item(enclosures=(TALK, replace(TALK, length=None)))["attachments"]
    assert [each.get("size_in_bytes") for each in attachments] == [1234, None]


def test_other_places_of_an_article_are_in_the_extension_that_says_what_it_is() -> None:
    extension = item(also_at=(Attribution("Town", "https://town.example/1"),))["_feeder"]
    assert extension["also_at"] == [{"name": "Town", "url": "https://town.example/1"}]
    assert extension["about"].startswith("https://")


def test_an_item_has_its_language_where_it_is_not_the_feed_s() -> None:
    feed = replace(with_entry(language="uk"), language="uk")
    assert "language" not in told(feed)["items"][0]
    assert item(language="uk")["language"] == "uk"


@settings(max_examples=60)
@given(st.text(), st.text())
def test_any_text_gives_a_valid_document(title: str, html: str) -> None:
    document = JsonFeed().render(with_entry(title=title + "\ud800\0", html=html + "\udfff"))
    JsonFeed().check(document)


def test_a_date_without_a_zone_is_refused_by_name() -> None:
    with pytest.raises(PublishError, match=ENTRY.id):
        JsonFeed().render(with_entry(published=ENTRY.published.replace(tzinfo=None)))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version/1.1", "version/9", "no JSON Feed"),
        ('"title":"River news",', "", "no title"),
        ("2026-03-05T12:00:00Z", "2026-03-05 12:00", "no date"),
        ("2026-03-05T12:00:00Z", "2026-13-05T12:00:00Z", "no date"),
        ("https://news.example/river.json", "javascript:alert(1)", "no web address"),
        ("https://news.example/river.json", "https://news.example/a b", "no web address"),
        ('"id":"urn:uuid', '"id":"x","id":"urn:uuid', "one name twice"),
        ('"items":', '"size":NaN,"items":', "no number"),
        ('"items":[', '"items":{},"x":[', "not what JSON Feed has"),
        ("urn:uuid:4bf85728", "no uri 4bf85728", "no URI"),
    ],
)
def test_the_check_refuses_what_a_reader_would(old: str, new: str, fault: str) -> None:
    feed = replace(FEED, self_url="https://news.example/river.json")
    document = JsonFeed().render(feed)
    assert old in document.body.decode()
    broken = replace(document, body=document.body.decode().replace(old, new, 1).encode())
    with pytest.raises(PublishError, match=fault):
        JsonFeed().check(broken)


def test_the_check_refuses_an_id_that_two_items_have() -> None:
    document = JsonFeed().render(replace(FEED, entries=(ENTRY, ENTRY)))
    with pytest.raises(PublishError, match="2 items have the id"):
        JsonFeed().check(document)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 200_000, b"[]", b"3"])
def test_the_check_names_what_is_no_feed_at_all(body: bytes) -> None:
    with pytest.raises(PublishError):
        JsonFeed().check(Document("river.json", "application/feed+json", body))
