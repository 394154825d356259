"""Reading back what `atom` wrote: strictly before it is published, leniently to rebuild from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from feeder.errors import PublishError
from feeder.generator.spelling import is_stamp, is_web
from feeder.generator.xml import (
    ADVICE,
    ATOM,
    MEDIA,
    XML_LANG,
    Checked,
    is_media_type,
    parse,
    strict_parser,
)
from feeder.languages import is_language
from feeder.models import Attribution, Document, Enclosure, FeedEntry, Origin
from feeder.urls import is_id

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_LENGTH = re.compile(r"[0-9]{1,15}")


def check(document: Document) -> None:
    """Refuse a document that any strict reader would refuse, or warn about.

    Raises:
        PublishError: with the first fault found.
    """
    for fault in _faults(parse(document), document.body):
        raise PublishError(f"{document.path}: {fault}", advice=ADVICE)


def _faults(feed: etree._Element, body: bytes) -> Iterator[str]:
    if feed.tag != f"{ATOM}feed":
        yield f"the root element is {feed.tag}, not feed"
        return
    entries = feed.findall(f"{ATOM}entry")
    yield from _faults_of_feed(feed)
    yield from _ENTRIES.faults(body, entries)
    ids = Counter(_text(entry, "id") for entry in entries)
    yield from (f"{count} entries have the id {id_}" for id_, count in ids.items() if count > 1)


def _faults_of_feed(feed: etree._Element) -> Iterator[str]:
    yield from _faults_of_container(feed, "the feed")
    if not _text(feed, f"author/{ATOM}name"):
        yield "the feed has no author"
    if len(_links(feed, "self")) != 1:
        yield "the feed has not exactly one link to itself"
    yield from _faults_of_element(feed)
    for child in feed.iterchildren(f"{ATOM}*"):
        if child.tag != f"{ATOM}entry":
            for element in child.iter(f"{ATOM}*"):
                yield from _faults_of_element(element)


def _faults_of_entry(entry: etree._Element) -> Iterator[str]:
    name = f"entry {_text(entry, 'id')}"
    yield from _faults_of_container(entry, name)
    if len(entry.findall(f"{ATOM}published")) != 1:
        yield f"{name} has not exactly one published"
    content = entry.find(f"{ATOM}content")
    if content is None or content.get("type") != "html" or len(content):
        yield f"{name} has no escaped HTML content"
    for element in entry.iter(f"{ATOM}*", f"{MEDIA}*"):
        yield from (f"{name}: {fault}" for fault in _faults_of_element(element))
    source_id = entry.findtext(f"{ATOM}source/{ATOM}id")
    if source_id is not None and not is_id(source_id):
        yield f"{name} has a source with an id that is no URI"


_ENTRIES = Checked("entry", _faults_of_entry)


def _faults_of_container(element: etree._Element, name: str) -> Iterator[str]:
    for child in ("id", "title", "updated"):
        if len(element.findall(ATOM + child)) != 1 or not _text(element, child).strip():
            yield f"{name} has not exactly one {child}"
    if not is_id(_text(element, "id")):
        yield f"{name} has an id that is no URI"
    kinds = Counter((a.get("type"), a.get("hreflang")) for a in _links(element, "alternate"))
    if any(count > 1 for count in kinds.values()):
        yield f"{name} has more than one alternate link of one kind"


def _faults_of_element(element: etree._Element) -> Iterator[str]:
    name = etree.QName(element).localname
    text = element.text or ""
    language = element.get(XML_LANG)
    if language is not None and not is_language(language):
        yield f"{name} has the language {language!r}, which is none"
    if name in {"updated", "published"} and not is_stamp(text):
        yield f"{name} is no date in UTC and whole seconds: {text!r}"
    yield from (f"{name} has no web address: {url!r}" for url in _urls(element) if not is_web(url))
    if element.get("rel") == "enclosure" and not is_media_type(element.get("type") or ""):
        yield f"{name} is of no media type: {element.get('type')!r}"


def _urls(element: etree._Element) -> list[str]:
    """Every address in an element that a reader may show, follow or load."""
    name = element.tag
    if name == f"{ATOM}link":
        return [element.get("href") or ""]
    if name in {f"{ATOM}icon", f"{ATOM}logo"}:
        return [element.text or ""]
    return [element.get("url") or ""] if str(name).startswith(MEDIA) else []


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(ATOM + name) or ""


def _links(element: etree._Element, rel: str) -> list[etree._Element]:
    links = element.findall(f"{ATOM}link")
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
    opening = f'<feed xmlns="{ATOM[1:-1]}" xmlns:media="{MEDIA[1:-1]}">'.encode()
    try:
        feed = etree.fromstring(opening + piece[start:] + b"</entry></feed>", strict_parser())
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
        authors=tuple(_text(author, "name") for author in entry.findall(f"{ATOM}author")),
        categories=tuple(c.get("label", "") for c in entry.findall(f"{ATOM}category")),
        image=_image(entry),
        language=entry.get(XML_LANG, language or "") or None,
        attribution=attribution,
        origin=_origin(entry, attribution),
        enclosures=tuple(_enclosures(entry)),
        also_at=tuple(_also_at(entry)),
    )


def _enclosures(entry: etree._Element) -> Iterator[Enclosure]:
    for link in _links(entry, "enclosure"):
        length = link.get("length", "")
        size = int(length) if _LENGTH.fullmatch(length) else None
        yield Enclosure(link.get("href", ""), link.get("type", ""), size)


def _also_at(entry: etree._Element) -> Iterator[Attribution]:
    for link in _links(entry, "related"):
        url = link.get("href", "")
        yield Attribution(link.get("title") or url, url)


def _date(element: etree._Element, name: str) -> datetime:
    text = _text(element, name)
    if not is_stamp(text):
        raise ValueError(f"not a date: {text!r}")
    return datetime.fromisoformat(text)


def _href(element: etree._Element, rel: str) -> str | None:
    links = _links(element, rel)
    return links[0].get("href") if links else None


def _image(entry: etree._Element) -> str | None:
    thumbnail = entry.find(f"{MEDIA}thumbnail")
    return None if thumbnail is None else thumbnail.get("url")


def _attribution(entry: etree._Element) -> Attribution | None:
    """From the `via` link; a `source` without an id is an attribution without an address."""
    for via in _links(entry, "via"):
        url = via.get("href", "")
        return Attribution(via.get("title") or url, url)
    source = entry.find(f"{ATOM}source")
    if source is not None and not _text(source, "id"):
        return Attribution(_text(source, "title"))
    return None


def _origin(entry: etree._Element, attribution: Attribution | None) -> Origin | None:
    source = entry.find(f"{ATOM}source")
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
