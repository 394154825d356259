"""Reading back what `rss` wrote, strictly, before it is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from feeder.errors import PublishError
from feeder.generator.spelling import is_stamp, is_web
from feeder.generator.xml import ADVICE, ATOM, MEDIA, XML_LANG, Checked, is_media_type, parse
from feeder.languages import is_language
from feeder.models import Document
from feeder.urls import is_id

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")
_LENGTH = re.compile(r"[0-9]{1,15}")
_URL_ATTRIBUTES = {f"{ATOM}link": "href", "enclosure": "url", "source": "url"}


def check(document: Document) -> None:
    """Refuse a document that any strict reader would refuse, or warn about.

    Raises:
        PublishError: with the first fault found.
    """
    for fault in _faults(parse(document), document.body):
        raise PublishError(f"{document.path}: {fault}", advice=ADVICE)


def _faults(rss: etree._Element, body: bytes) -> Iterator[str]:
    if rss.tag != "rss" or rss.get("version") != "2.0" or [c.tag for c in rss] != ["channel"]:
        yield "it is no RSS 2.0 with one channel"
        return
    channel = rss[0]
    items = channel.findall("item")
    yield from _faults_of_channel(channel, len(channel) - len(items))
    yield from _ITEMS.faults(body, items)
    ids = Counter(item.findtext("guid") for item in items)
    yield from (f"{count} items have the guid {id_}" for id_, count in ids.items() if count > 1)


def _faults_of_channel(channel: etree._Element, before: int) -> Iterator[str]:
    """`before` is how many elements there are besides the items; all of them come before these."""
    yield from _missing(channel, ("title", "link", "description", "lastBuildDate"), "the feed")
    if any(child.tag == "item" for child in list(channel)[:before]):
        yield "the feed tells of itself after an item"  # W3C `MisplacedItem`
    if sum(link.get("rel") == "self" for link in channel.findall(f"{ATOM}link")) != 1:
        yield "the feed has not exactly one link to itself"
    language = channel.findtext("language")
    if language is not None and not is_language(language):
        yield f"the feed has the language {language!r}, which is none"
    for child in list(channel)[:before]:
        for element in child.iter("*"):
            yield from _faults_of_element(element)


def _faults_of_item(item: etree._Element) -> Iterator[str]:
    name = f"entry {item.findtext('guid')}"
    yield from _missing(item, ("guid", "title", "pubDate", f"{ATOM}updated"), name)
    guid = item.find("guid")
    if guid is None or guid.get("isPermaLink") != "false" or not is_id(guid.text or ""):
        yield f"{name} has a guid that is no URI, or that is said to be an address"
    if item.find("description") is None:
        yield f"{name} has no description"
    for only in ("link", "description", "enclosure", "source", CONTENT):
        if len(item.findall(only)) > 1:
            yield f"{name} has more than one {etree.QName(only).localname}"
    language = item.get(XML_LANG)
    if language is not None and not is_language(language):
        yield f"{name} has the language {language!r}, which is none"
    for element in item.iterchildren("*"):
        yield from (f"{name}: {fault}" for fault in _faults_of_element(element))


_ITEMS = Checked("item", _faults_of_item)


def _missing(element: etree._Element, children: tuple[str, ...], name: str) -> Iterator[str]:
    for child in children:
        found = element.findall(child)
        if len(found) != 1 or not (found[0].text or "").strip():
            yield f"{name} has not exactly one {etree.QName(child).localname}"


def _faults_of_element(element: etree._Element) -> Iterator[str]:
    name = etree.QName(element).localname
    text = element.text or ""
    url = _url(element)
    if url is not None and not is_web(url):
        yield f"{name} has no web address: {url!r}"
    if name in {"pubDate", "lastBuildDate"} and not is_date(text):
        yield f"{name} is no date in GMT: {text!r}"
    if name == "updated" and not is_stamp(text):
        yield f"{name} is no date in UTC and whole seconds: {text!r}"
    if name in {"category", "creator", "source"} and not text.strip():
        yield f"{name} is empty"
    if name == "enclosure":
        yield from _faults_of_enclosure(element)
    if len(element) and name != "image":
        yield f"{name} has elements in it"


def _url(element: etree._Element) -> str | None:
    """The address in an element that a reader may show, follow or load."""
    if element.tag in {"link", "url"}:
        return element.text or ""
    if attribute := _URL_ATTRIBUTES.get(str(element.tag)):
        return element.get(attribute) or ""
    return (element.get("url") or "") if str(element.tag).startswith(MEDIA) else None


def _faults_of_enclosure(element: etree._Element) -> Iterator[str]:
    told = element.get("type") or ""
    if not is_media_type(told):
        yield f"enclosure is of no media type: {told!r}"
    if not _LENGTH.fullmatch(element.get("length") or ""):
        yield f"enclosure has a length that is no number: {element.get('length')!r}"


def date(moment: datetime) -> str:
    """RFC 822 with four digits of a year, in GMT and whole seconds. No locale is asked.

    Raises:
        ValueError: the moment has no time zone.
        OverflowError: it is in no year from 1 to 9999 of UTC.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the date {moment} has no time zone")
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def is_date(text: str) -> bool:
    """Whether `text` is a date that `date` could have written, its day of the week included."""
    told = _DATE.fullmatch(text)
    if not told or told[2] not in _MONTHS:
        return False
    day, year, hour, minute, second = (int(told[number]) for number in (1, 3, 4, 5, 6))
    month = _MONTHS.index(told[2]) + 1
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return False
    return date(moment) == text
