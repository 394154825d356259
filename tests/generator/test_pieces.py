"""What was written or looked into once is not again, and nothing else is taken for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from feeder.errors import PublishError
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.pieces import Pieces
from feeder.generator.rss import Rss
from feeder.generator.xml import XML_LANG
from tests.generator.test_atom import ENTRY, FEED

RENDERERS = pytest.mark.parametrize("renderer", [Atom(), Rss()])


@RENDERERS
def test_an_entry_in_feeds_of_two_languages_tells_its_own_where_it_differs(
    renderer: Renderer,
) -> None:
    entry = replace(ENTRY, id="tag:news.example,2026:pieces", language="en")
    told = []
    for language in ("en", "uk", "en"):
        feed = replace(FEED, language=language, entries=(entry,))
        root = etree.fromstring(renderer.render(feed).body)
        told.append([element.get(XML_LANG) for element in root.iter("{*}entry", "item")])
    assert told == [[None], ["en"], [None]]


@RENDERERS
def test_a_document_is_the_same_whether_its_entries_are_known_or_not(renderer: Renderer) -> None:
    entries = tuple(replace(ENTRY, id=f"tag:news.example,2026:p{n}") for n in range(3))
    whole = replace(FEED, entries=entries)
    first = renderer.render(whole)
    assert renderer.render(whole) == first
    renderer.render(replace(FEED, entries=entries[:1]))
    assert renderer.render(whole) == first


@RENDERERS
def test_what_was_at_fault_once_is_at_fault_again(renderer: Renderer) -> None:
    entry = replace(ENTRY, id="tag:news.example,2026:bad", url="https://news.example/fault")
    document = renderer.render(replace(FEED, entries=(entry,)))
    renderer.check(document)
    bad = replace(document, body=document.body.replace(b"https://news.example/fault", b"fault:x"))
    for _ in range(2):
        with pytest.raises(PublishError, match="web address"):
            renderer.check(bad)


def test_no_more_is_kept_than_there_is_room_for_and_the_oldest_goes_first() -> None:
    pieces = Pieces(most_bytes=1_000)
    made: list[int] = []

    def piece(number: int) -> bytes:
        def make() -> bytes:
            made.append(number)
            return bytes(100)

        return pieces.get(number, make)

    for number in (0, 1, 2, 3, 4, 0, 5):  # each weighs twice its length
        piece(number)
    assert made == [0, 1, 2, 3, 4, 5]
    piece(0)
    piece(1)
    assert made == [0, 1, 2, 3, 4, 5, 1], "1 was asked for the longest ago"
