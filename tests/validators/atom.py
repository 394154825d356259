"""Atom as the W3C's validator reads it, over RFC 4287's schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from feeder.models import Document
from tests.atom import LANG, NAMESPACES, schema
from tests.validators import readings, w3c

_ATOM = readings.ATOM
_FH = "{http://purl.org/syndication/history/1.0}"
_LABELS = {_ATOM + name for name in ("title", "subtitle", "rights", "summary", "name")}
# Those that the W3C knows of the registry of link relations.
_RELATIONS = set(
    "alternate current describedby edit enclosure first hub last license next next-archive payment"
    " prev-archive previous related replies search self service up via".split()
)


def faults(document: Document) -> Iterator[str]:
    """All that is wrong, and all that a validator would warn of."""
    feed = etree.fromstring(document.body, etree.XMLParser(resolve_entities=False))
    if not schema().validate(feed):
        yield f"schema: {schema().error_log.last_error}"
        return
    yield from readings.disagreements(document.body, readings.atom, readings.OF_ATOM)
    yield from _faults_of_feed(feed, document.path)
    lines = document.body.splitlines()
    for element in feed.iter("*"):
        yield from _faults_of_element(element)
        if element.tag in _LABELS:
            yield from w3c.labels(element.text or "")
            yield from w3c.plain(element.text or "", line_of(element, lines))
    for container in (feed, *_found(feed, "a:entry"), *_found(feed, "//a:source")):
        yield from _faults_of_links(container)


def line_of(element: etree._Element, lines: list[bytes]) -> bytes:
    """Where an element stands in its document."""
    return lines[element.sourceline - 1]  # type: ignore[operator]  # stubs: it could be `...`


def _found(element: etree._Element, path: str) -> list[Any]:
    found = element.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return found


def _faults_of_feed(feed: etree._Element, path: str) -> Iterator[str]:
    selves = _found(feed, "a:link[@rel='self']/@href")
    if len(selves) != 1:
        yield f"MissingSelf: {len(selves)} links to itself"
    for url in selves:
        yield from w3c.own_address(url, path)
    for id_, count in Counter(_found(feed, "a:entry/a:id/text()")).items():
        if count > 1:
            yield f"DuplicateEntries: {count} have {id_}"
    # A source that has no address has no id either: none is made up.
    lacking = "a:entry/a:source[not(a:title and a:updated) or (a:link and not(a:id))]"
    for source in _found(feed, lacking):
        yield f"MissingSourceElement: in {etree.tostring(source)!r}"
    yield from _faults_of_dates(feed)
    yield from _faults_of_history(feed)


def _faults_of_dates(feed: etree._Element) -> Iterator[str]:
    """Nothing is later than the feed itself, which is never later than the clock."""
    latest = datetime.fromisoformat(feed.findtext(f"{_ATOM}updated") or "")
    for text in _found(feed, "//a:updated/text() | //a:published/text()"):
        date = datetime.fromisoformat(text)
        if date.year < 1970 or date > latest:
            yield f"ImplausibleDate: {text} in a feed of {latest}"


def _faults_of_history(feed: etree._Element) -> Iterator[str]:
    relations = {link.get("rel") for link in feed.iterfind(f"{_ATOM}link")}
    if feed.find(f"{_FH}archive") is not None and "current" not in relations:
        yield "MissingCurrentInArchive: it does not say where the feed is"
    for link in _found(feed, "a:entry/a:link"):
        if link.get("rel", "") in {"current", "prev-archive", "next-archive"}:
            yield "FeedHistoryRelInEntry: an entry has no history"


def _faults_of_element(element: etree._Element) -> Iterator[str]:
    text = element.text or ""
    yield from w3c.texts(text)
    for name, value in element.attrib.items():
        yield from w3c.texts(str(value))
        if name in {"href", "url", "uri"}:
            yield from w3c.link(str(value))
        elif name == LANG:
            yield from w3c.language(str(value))
        elif name == "{http://www.w3.org/XML/1998/namespace}base":
            yield "SameDocumentReference: it has a base"
    if element.tag == f"{_ATOM}content":
        yield from w3c.content(text)
    elif element.tag == f"{_ATOM}id":
        yield from w3c.identifier(text)
    elif element.tag in {f"{_ATOM}icon", f"{_ATOM}logo"}:
        yield from w3c.link(text)
    elif element.tag == "{http://search.yahoo.com/mrss/}group" and len(element) < 2:
        yield "MediaGroupWithoutAlternatives: a group of one"


def _faults_of_links(container: etree._Element) -> Iterator[str]:
    links = container.findall(f"{_ATOM}link")
    for link in links:
        relation = link.get("rel", "alternate")
        if relation not in _RELATIONS:
            yield f"UnregisteredAtomLinkRel: {relation}"
        if "type" in link.attrib:
            yield from w3c.media_type(link.get("type", ""))
        if "title" in link.attrib:
            yield from w3c.labels(link.get("title", ""))
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    for kind, count in Counter((a.get("type"), a.get("hreflang")) for a in alternates).items():
        if count > 1:
            yield f"DuplicateAtomLink: {count} alternates of {kind}"
