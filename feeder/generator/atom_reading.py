"""Reading back what `atom` wrote: strictly before it is published, leniently to rebuild from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from feeder.errors import PublishError
from feeder.languages import is_language
from feeder.models import Attribution, Document, FeedEntry, Origin
from feeder.urls import is_id, is_uri

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
ADVICE = "What was published before stays. This is a fault of feeder or of a plug-in: report it."

_WEB = re.compile(r"(?i)https?://[^/?#]")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def check(document: Document) -> None:
    """Refuse a document that any strict reader would refuse, or warn about.

    Raises:
        PublishError: with the first fault found.
    """
    for fault in _faults(_parse(document)):
        raise PublishError(f"{document.path}: {fault}", advice=ADVICE)


def _parse(document: Document) -> etree._Element:
    # In a document of ours each `<` of a text is escaped, so this can only be a declaration.
    if b"<!DOCTYPE" in document.body:
        raise PublishError(f"{document.path}: it has a document type", advice=ADVICE)
    try:
        return etree.fromstring(document.body, _strict_parser())
    except etree.XMLSyntaxError as error:
        fault = f"{document.path}: not well-formed XML: {error}"
        raise PublishError(fault, advice=ADVICE) from error


def _strict_parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )


def _faults(feed: etree._Element) -> Iterator[str]:
    if feed.tag != f"{_ATOM}feed":
        yield f"the root element is {feed.tag}, not feed"
        return
    entries = feed.findall(f"{_ATOM}entry")
    yield from _faults_of_feed(feed)
    for entry in entries:
        yield from _faults_of_entry(entry)
    ids = Counter(_text(entry, "id") for entry in entries)
    yield from (f"{count} entries have the id {id_}" for id_, count in ids.items() if count > 1)
    for element in feed.iter(f"{_ATOM}*", f"{_MEDIA}*"):
        yield from _faults_of_element(element)


def _faults_of_feed(feed: etree._Element) -> Iterator[str]:
    yield from _faults_of_container(feed, "the feed")
    if not _text(feed, f"author/{_ATOM}name"):
        yield "the feed has no author"
    if len(_links(feed, "self")) != 1:
        yield "the feed has not exactly one link to itself"


def _faults_of_entry(entry: etree._Element) -> Iterator[str]:
    name = f"entry {_text(entry, 'id')}"
    yield from _faults_of_container(entry, name)
    if len(entry.findall(f"{_ATOM}published")) != 1:
        yield f"{name} has not exactly one published"
    content = entry.find(f"{_ATOM}content")
    if content is None or content.get("type") != "html" or len(content):
        yield f"{name} has no escaped HTML content"


def _faults_of_container(element: etree._Element, name: str) -> Iterator[str]:
    for child in ("id", "title", "updated"):
        if len(element.findall(_ATOM + child)) != 1 or not _text(element, child).strip():
            yield f"{name} has not exactly one {child}"
    if not is_id(_text(element, "id")):
        yield f"{name} has an id that is no URI"
    if len(_links(element, "alternate")) > 1:
        yield f"{name} has more than one alternate link"


def _faults_of_element(element: etree._Element) -> Iterator[str]:
    name = etree.QName(element).localname
    text = element.text or ""
    language = element.get(XML_LANG)
    if language is not None and not is_language(language):
        yield f"{name} has the language {language!r}, which is none"
    if name in {"updated", "published"} and not _is_date(text):
        yield f"{name} is no date in UTC and whole seconds: {text!r}"
    yield from (f"{name} has no web address: {url!r}" for url in _urls(element) if not _is_web(url))


def _urls(element: etree._Element) -> list[str]:
    """Every address in an element that a reader may show, follow or load."""
    name = element.tag
    if name == f"{_ATOM}link":
        return [element.get("href") or ""]
    if name in {f"{_ATOM}icon", f"{_ATOM}logo"}:
        return [element.text or ""]
    return [element.get("url") or ""] if str(name).startswith(_MEDIA) else []


def _is_web(url: str) -> bool:
    return bool(_WEB.match(url)) and is_uri(url)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(_ATOM + name) or ""


def _links(element: etree._Element, rel: str) -> list[etree._Element]:
    links = element.findall(f"{_ATOM}link")
    return [link for link in links if link.get("rel", "alternate") == rel]


def read_entries(body: bytes) -> list[FeedEntry]:
    """The entries of one of our own Atom documents, as far as they are whole.

    An entry that is cut short or damaged is left out, the others are read; what is no feed of
    ours gives none. Markup in content is escaped, so `</entry>` cannot stand inside an entry.
    """
    language = re.search(rb'<feed\b[^>]*?\bxml:lang="([A-Za-z0-9-]+)"', body[:4096])
    default = language[1].decode("ascii") if language else None
    pieces = body.split(b"</entry>")[:-1]
    entries = (_read_entry(piece, default) for piece in pieces)
    return [entry for entry in entries if entry]


def _read_entry(piece: bytes, language: str | None) -> FeedEntry | None:
    start = piece.rfind(b"<entry")
    if start < 0:
        return None
    opening = f'<feed xmlns="{_ATOM[1:-1]}" xmlns:media="{_MEDIA[1:-1]}">'.encode()
    try:
        feed = etree.fromstring(opening + piece[start:] + b"</entry></feed>", _strict_parser())
        return _entry_of(feed[0], language)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _entry_of(entry: etree._Element, language: str | None) -> FeedEntry:
    """Raises ValueError where it lacks what every entry has."""
    id_, title, html = (_text(entry, name) for name in ("id", "title", "content"))
    if not (is_id(id_) and title and html):
        raise ValueError("not a whole entry")
    attribution = _attribution(entry)
    return FeedEntry(
        id=id_,
        title=title,
        html=html,
        published=_date(entry, "published"),
        updated=_date(entry, "updated"),
        url=_href(entry, "alternate"),
        summary=_text(entry, "summary") or None,
        authors=tuple(_text(author, "name") for author in entry.findall(f"{_ATOM}author")),
        categories=tuple(c.get("label", "") for c in entry.findall(f"{_ATOM}category")),
        image=_image(entry),
        language=entry.get(XML_LANG, language or "") or None,
        attribution=attribution,
        origin=_origin(entry, attribution),
    )


def _date(element: etree._Element, name: str) -> datetime:
    text = _text(element, name)
    if not _is_date(text):
        raise ValueError(f"not a date: {text!r}")
    return datetime.fromisoformat(text)


def _href(element: etree._Element, rel: str) -> str | None:
    links = _links(element, rel)
    return links[0].get("href") if links else None


def _image(entry: etree._Element) -> str | None:
    thumbnail = entry.find(f"{_MEDIA}thumbnail")
    return None if thumbnail is None else thumbnail.get("url")


def _attribution(entry: etree._Element) -> Attribution | None:
    """From the `via` link; a `source` without an id is an attribution without an address."""
    for via in _links(entry, "via"):
        url = via.get("href", "")
        return Attribution(via.get("title") or url, url)
    source = entry.find(f"{_ATOM}source")
    if source is not None and not _text(source, "id"):
        return Attribution(_text(source, "title"))
    return None


def _origin(entry: etree._Element, attribution: Attribution | None) -> Origin | None:
    source = entry.find(f"{_ATOM}source")
    if source is None or not _text(source, "id"):
        return None
    if attribution and attribution.url == _text(source, "id"):
        return None
    return Origin(
        id=_text(source, "id"),
        title=_text(source, "title"),
        updated=_date(source, "updated"),
        url=_href(source, "alternate"),
    )
