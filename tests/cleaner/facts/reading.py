"""Pages as the facts are read from them."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from feeder.cleaner.markup.facts.read import Told, read_facts

URL = "https://site.example/2024/a-story"
PROSE = (
    "<p>The boat, which carries at most sixty passengers, loses money on two crossings of three,"
    " and the council that owns it has said so in every one of its reports.</p>"
)


def told_by(html: str, url: str | None = URL) -> Told:
    """What a whole page tells."""
    parser = HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    return read_facts(etree.fromstring(html.encode(), parser), url)


def told(head: str = "", body: str = "", url: str | None = URL) -> Told:
    """What a page tells that has a headline and two paragraphs besides."""
    return told_by(
        f"<html lang=en><head>{head}</head><body><main><h1>A Story of Boats</h1>{body}"
        f"{PROSE * 2}</main></body></html>",
        url,
    )


def linked(data: Any) -> str:
    """A script of JSON-LD."""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"<script type='application/ld+json'>{text}</script>"


def meta(**contents: str) -> str:
    """`<meta>` elements; `__` in a name stands for a colon, `_` for a dot."""
    return "".join(
        f'<meta name="{name.replace("__", ":").replace("_", ".")}" content="{content}">'
        for name, content in contents.items()
    )


def rule(facts: Told, field: str) -> str:
    """The rule that told a fact."""
    return next((one.rule for one in facts.evidence if one.field == field), "")
