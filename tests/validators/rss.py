"""RSS 2.0 as the W3C's validator reads it, with the RSS Advisory Board's profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime

from lxml import etree

from feeder.models import Document
from tests.validators import readings, w3c
from tests.validators.atom import line_of

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DATES = ("pubDate", "lastBuildDate")
_PEOPLE = ("author", "managingEditor", "webMaster")
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" \d{4} \d\d:\d\d:\d\d (?:[+-]\d\d[03]0|GMT)"
)
_PERSON = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+ \([^()]+\)")
_MARKUP = re.compile(r"&#[x0-9]|<[/a-zA-Z]")
_LABELS = {"title", "copyright", "category", f"{_DC}creator"}
_ONCE = ("title", "link", "description", "pubDate", "guid", "enclosure", "author", "source")


def faults(document: Document) -> Iterator[str]:
    """All that is wrong, and all that a validator would warn of."""
    root = etree.fromstring(document.body, etree.XMLParser(resolve_entities=False))
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        yield "InvalidRSSVersion: it is no RSS 2.0"
        return
    wrong = [
        fault for name in _DATES for date in root.iter(name) for fault in _faults_of_date(date)
    ]
    if wrong:
        yield from wrong
        return
    yield from readings.disagreements(document.body, readings.rss, readings.OF_RSS)
    yield from _faults_of_channel(channel, document.path)
    items = channel.findall("item")
    for guid, count in Counter(item.findtext("guid") for item in items).items():
        if count > 1:
            yield f"DuplicateValue: {count} items have the guid {guid}"
    for item in items:
        yield from _faults_of_item(item)
    lines = document.body.splitlines()
    for element in root.iter("*"):
        yield from _faults_of_element(element)
        if element.tag in _LABELS:
            yield from _faults_of_label(element, line_of(element, lines))


def _faults_of_channel(channel: etree._Element, path: str) -> Iterator[str]:
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"MissingElement: the channel has no {name}"
    links = channel.findall(f"{readings.ATOM}link")
    selves = [link.get("href", "") for link in links if link.get("rel") == "self"]
    if len(selves) != 1:
        yield f"MissingAtomSelfLink: {len(selves)} links to itself"
    for url in selves:
        yield from w3c.own_address(url, path)
    dates = [channel.findtext("lastBuildDate")]
    dates += [item.findtext("pubDate") for item in channel.iterfind("item")]
    moments = [parsedate_to_datetime(str(date)) for date in dates if date]
    # Nothing is later than the feed itself, which is never later than the clock.
    yield from (
        f"ImplausibleDate: {date} in a feed of {moments[0]}"
        for date in moments
        if date.year < 1970 or date > moments[0]
    )


def _faults_of_item(item: etree._Element) -> Iterator[str]:
    order = [str(child.tag) for child in item]
    for name in {*_ONCE, _CONTENT} & {name for name, count in Counter(order).items() if count > 1}:
        yield f"DuplicateElement: an item has {name} more than once"
    if "title" not in order and "description" not in order:
        yield "ItemMustContainTitleOrDescription: an item has neither"
    if _CONTENT in order and "description" not in order[: order.index(_CONTENT)]:
        yield "NeedDescriptionBeforeContent: readers take the last of them"
    if {"author", f"{_DC}creator"} <= set(order):
        yield "DuplicateItemSemantics: author and dc:creator"
    guid = item.find("guid")
    if guid is None:
        yield "MissingGuid: an item has none"
    elif guid.get("isPermaLink") != "false" and not (guid.text or "").startswith("http"):
        yield f"InvalidPermalink: {guid.text!r} is none"
    else:
        yield from w3c.identifier(guid.text or "")
    for enclosure in item.iterfind("enclosure"):
        if not re.fullmatch("[0-9]+", enclosure.get("length", "")):
            yield f"InvalidIntegerAttribute: length {enclosure.get('length')!r}"
        yield from w3c.media_type(enclosure.get("type", ""))


def _faults_of_element(element: etree._Element) -> Iterator[str]:
    name, text = str(element.tag), element.text or ""
    yield from w3c.texts(text)
    for key, value in element.attrib.items():
        yield from w3c.texts(str(value))
        if key in {"href", "url"}:
            yield from w3c.link(str(value))
    if name in {"description", _CONTENT} and element.getparent().tag == "item":  # type: ignore[union-attr]
        yield from w3c.content(text)
    elif name in {"link", "url", "comments", "docs"}:
        yield from w3c.link(text)
    elif name in {"language", f"{_DC}language"}:
        yield from w3c.language(text)
    elif name in _PEOPLE and not _PERSON.fullmatch(text):
        yield f"InvalidContact: {text!r} is no address with a name"
    elif name == "{http://search.yahoo.com/mrss/}group" and len(element) < 2:
        yield "MediaGroupWithoutAlternatives: a group of one"


def _faults_of_date(date: etree._Element) -> Iterator[str]:
    text = date.text or ""
    if not _DATE.fullmatch(text):
        yield f"InvalidRFC2822Date: {text!r}"
        return
    moment = parsedate_to_datetime(text).astimezone(UTC)
    if format_datetime(moment)[:3] != text[:3] and text.endswith(("GMT", "+0000")):
        yield f"IncorrectDOW: {text!r}"


def _faults_of_label(element: etree._Element, line: bytes) -> Iterator[str]:
    text = element.text or ""
    yield from w3c.labels(text)
    yield from w3c.plain(text, line)
    if _MARKUP.search(text) and b"&#x" not in line:
        yield f"CharacterData: {text!r}"
