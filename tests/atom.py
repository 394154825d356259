"""An Atom document as the strictest reader would take it, for every suite that publishes one."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
from lxml import etree, html

NAMESPACES = {"a": "http://www.w3.org/2005/Atom", "media": "http://search.yahoo.com/mrss/"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
OPENING = re.compile(
    rb"<\?xml version='1\.0' encoding='UTF-8'\?>\n"
    rb'(<\?xml-stylesheet type="text/css" href="https?://[^"<>\s]+"\?>\n)?<(feed|rss) '
)
ACTIVE = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "svg",
    "math",
    "template",
}


def strictly(body: bytes) -> Any:
    """Assert all that RFC 4287 and the W3C's validator ask for; feedparser's view of the feed."""
    feed = valid(body)
    assert OPENING.match(body)
    assert b"<!DOCTYPE" not in body
    assert_rules_beyond_the_schema(feed)
    for entry in find(feed, "a:entry"):
        assert_entry(entry)
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert len(parsed.entries) == len(find(feed, "a:entry"))
    return parsed


def valid(body: bytes) -> etree._Element:
    """The root of a document that is valid by RFC 4287's own schema."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    feed = etree.fromstring(body, parser)
    assert schema().validate(feed), schema().error_log
    return feed


@cache
def schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "atom.rng"))


def find(element: etree._Element, path: str) -> list[Any]:
    """All that an XPath finds; `a:` is Atom, `media:` Media RSS."""
    found = element.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return found


def assert_rules_beyond_the_schema(feed: etree._Element) -> None:
    """RFC 4287's Schematron rules, and the W3C validator's classes that RELAX NG cannot say."""
    assert len(find(feed, "a:author/a:name[text()]")) == 1
    assert len(find(feed, "a:link[@rel='self']")) == 1
    assert all(count == 1 for count in Counter(find(feed, "a:entry/a:id/text()")).values())
    assert not find(feed, "//media:group")
    for uri in find(feed, "//@href | //@uri | //@url | //a:id/text()"):
        assert URI.fullmatch(uri), uri
    for link in find(feed, "//@href | //@url | //a:icon/text() | //a:logo/text()"):
        assert link.startswith(("http://", "https://")), link
    for date in find(feed, "//a:updated/text() | //a:published/text()"):
        assert STAMP.fullmatch(date), date
        assert datetime.fromisoformat(date).year >= 1970


def assert_entry(entry: etree._Element) -> None:
    (title,) = find(entry, "a:title/text()")
    assert title.strip()
    assert len(find(entry, "a:link[@rel='alternate' or not(@rel)]")) <= 1
    (content,) = find(entry, "a:content")
    assert content.get("type") == "html" and content.text
    assert find(entry, "a:summary/text()") != [
        "".join(map(str, html.fromstring(content.text).itertext()))
    ]
    assert_harmless(content.text)


def assert_harmless(content: str) -> None:
    """Nothing that a web view would run, load as a frame, or post."""
    for element in html.fromstring(f"<div>{content}</div>").iter():
        assert element.tag not in ACTIVE
        assert not [name for name in element.keys() if str(name).startswith("on")]  # noqa: SIM118
        for name in ("href", "src", "cite"):
            assert str(element.get(name, "https:")).startswith(("http:", "https:", "mailto:"))
