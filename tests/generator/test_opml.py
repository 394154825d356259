"""The list of all feeds, as readers take it in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import listparser
import pytest
from lxml import etree

from feeder.errors import PublishError
from feeder.generator.opml import Opml
from feeder.models import Catalogue, FormatLink, Listed

GOLDEN = Path(__file__).parent / "golden"
ATOM = FormatLink("atom", "application/atom+xml", "https://news.example/river.atom")
JSON = FormatLink("json", "application/feed+json", "https://news.example/river.json")
PAGE = FormatLink("html", "text/html", "https://news.example/river/")
RIVER = Listed(
    "river",
    "River & “sea” <news>",
    (PAGE, JSON, ATOM),
    subtitle="What the river does",
    language="en",
    site_url="https://river.example/?a=1&b=2",
)
TOWN = Listed("town", "Місто", (replace(JSON, url="https://news.example/town.json"), PAGE))
CATALOGUE = Catalogue("All feeds", "https://news.example/", (RIVER, TOWN))


def outlines(catalogue: Catalogue) -> list[Any]:
    document = Opml().render(catalogue)
    Opml().check(document)
    return [dict(found.attrib) for found in etree.fromstring(document.body).iter("outline")]


def test_the_document_is_what_it_was_byte_by_byte() -> None:
    document = Opml().render(CATALOGUE)
    Opml().check(document)
    assert document.body == (GOLDEN / "feeds.opml").read_bytes()
    assert (document.path, document.media_type) == ("feeds.opml", "text/x-opml; charset=utf-8")


def test_another_program_reads_the_feeds_that_were_put_in() -> None:
    read = listparser.parse(Opml().render(CATALOGUE).body.decode())
    assert not read.bozo
    assert [(feed.title, feed.url) for feed in read.feeds] == [
        ("River & “sea” <news>", "https://news.example/river.atom"),
        ("Місто", "https://news.example/town.json"),
    ]


def test_atom_is_preferred_and_a_page_is_no_feed() -> None:
    river, town = outlines(CATALOGUE)
    assert river["xmlUrl"] == ATOM.url and river["htmlUrl"] == RIVER.site_url
    assert town["xmlUrl"] == TOWN.formats[0].url and town["htmlUrl"] == PAGE.url
    assert outlines(replace(CATALOGUE, feeds=(replace(RIVER, formats=(PAGE,)),))) == []


def test_texts_that_xml_cannot_carry_are_taken_out() -> None:
    (outline,) = outlines(replace(CATALOGUE, feeds=(replace(RIVER, title="\0\ud800\x08"),)))
    assert outline["text"] == "river"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b'"2.0"', b'"1.0"', "no OPML 2.0"),
        (b"</opml>", b"", "not well-formed"),
        (b"https://news.example/river.atom", b"javascript:a", "no web address"),
        (b"https://news.example/river.atom", b"https://news.example/town.json", "2 outlines"),
        (b'type="rss"', b"", "the type rss"),
        (b"<title>All feeds</title>", b"<title/>", "no title"),
        (b'language="en"', b'language="?"', "which is none"),
    ],
)
def test_the_check_refuses_what_a_reader_would(old: bytes, new: bytes, fault: str) -> None:
    document = Opml().render(CATALOGUE)
    assert old in document.body
    with pytest.raises(PublishError, match=fault):
        Opml().check(replace(document, body=document.body.replace(old, new, 1)))
