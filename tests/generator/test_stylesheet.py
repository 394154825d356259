"""The style of feeds in XML: one that loads nothing, and is named by feeds that have an address."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest
from lxml import etree

from feeder.errors import PublishError
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.rss import Rss
from feeder.generator.stylesheet import Stylesheet
from feeder.models import Catalogue
from tests.generator.test_atom import FEED

NOTHING = Catalogue("Feeds", "https://news.example/", ())
STYLE = "https://news.example/feed.css?a=1&b=2"


def test_the_style_is_one_document_that_loads_nothing() -> None:
    document = Stylesheet().render(NOTHING)
    Stylesheet().check(document)
    assert (document.path, document.media_type) == ("feed.css", "text/css; charset=utf-8")
    assert b"feed::before, channel::before" in document.body


@pytest.mark.parametrize(
    "text", [b"@import 'a.css';", b"a { background: url(a.png) }", b"</style>", b"\xff"]
)
def test_a_style_that_loads_something_is_refused(text: bytes) -> None:
    with pytest.raises(PublishError, match=r"feed\.css"):
        Stylesheet().check(replace(Stylesheet().render(NOTHING), body=text))


@pytest.mark.parametrize("renderer", [Atom(), Rss()])
def test_a_feed_names_its_style_before_all_else_and_only_where_there_is_one(
    renderer: Renderer,
) -> None:
    document = renderer.render(replace(FEED, stylesheet=STYLE))
    renderer.check(document)
    (told,) = etree.fromstring(document.body).itersiblings(preceding=True)
    assert isinstance(told, etree._ProcessingInstruction)
    assert told.target == "xml-stylesheet"
    assert unescape(str(told.text)) == f'type="text/css" href="{STYLE}"'
    assert b"<?xml-stylesheet" not in renderer.render(FEED).body
    plain = document.body.split(b"?>\n", 2)[2]
    assert plain == renderer.render(FEED).body.split(b"?>\n", 1)[1]


@pytest.mark.parametrize("renderer", [Atom(), Rss()])
@pytest.mark.parametrize(
    "instruction",
    [
        b'<?xml-stylesheet type="text/xsl" href="https://news.example/a.xsl"?>',
        b'<?xml-stylesheet type="text/css" href="javascript:alert(1)"?>',
        b"<?php echo 1; ?>",
        b"<!-- a remark -->",
    ],
)
def test_nothing_else_may_stand_before_a_feed(renderer: Renderer, instruction: bytes) -> None:
    document = renderer.render(FEED)
    body = document.body.replace(b"?>\n<", b"?>\n" + instruction + b"<", 1)
    with pytest.raises(PublishError, match="stands"):
        renderer.check(replace(document, body=body))
