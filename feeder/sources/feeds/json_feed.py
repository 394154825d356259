"""The items of a JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from feeder.enclosures import MOST, enclosure_of
from feeder.errors import LayoutError
from feeder.languages import read_language
from feeder.models import Enclosure, Page
from feeder.sources.feeds.texts import paragraphs
from feeder.sources.feeds.told import Read, Told
from feeder.sources.feeds.xml import MOST_ITEMS
from feeder.sources.json_paths import shown_keys
from feeder.sources.json_reading import read_document
from feeder.sources.moments import moment_of
from feeder.text import one_line, xml_safe
from feeder.urls import resolve

_LOOKED_AT = 10_000
_LONGEST = 4_096
_LONGEST_LINE = 1_000
_LONGEST_NAME = 200
_LONGEST_SUMMARY = 20_000
_MOST_NAMES = 20


def read_json(page: Page, zone: tzinfo) -> Read:
    """The newest items of a JSON Feed, in its order.

    Raises:
        LayoutError: it is other JSON, or none.
    """
    document = read_document(page)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise LayoutError(
            f"this JSON is no JSON Feed: it is {shown_keys(document)}",
            advice='of an API that answers in JSON write kind = "json"',
        )
    base = page.final_url or page.url
    reading = _Reading(document, base, zone)
    placed = [(n, item) for n, item in enumerate(items[:_LOOKED_AT]) if isinstance(item, dict)]
    if len(placed) > MOST_ITEMS:
        placed.sort(key=lambda each: (reading.age(each[1]), each[0]))
        placed = sorted(placed[:MOST_ITEMS], key=lambda each: each[0])
    return Read(tuple(reading.told(n, item) for n, item in placed), len(items))


class _Reading:
    """A JSON Feed under way."""

    def __init__(self, document: Mapping[str, Any], address: str, zone: tzinfo) -> None:
        self._address, self._zone = address, zone
        self._site = resolve(_text(document, "home_page_url")[:_LONGEST], address)
        self._authors = _names(document)
        self._language = read_language(_text(document, "language")[:40])

    def age(self, item: Mapping[str, Any]) -> float:
        moment = self._moment(item, "date_published") or self._moment(item, "date_modified")
        return -moment.timestamp() if moment else math.inf

    def told(self, place: int, item: Mapping[str, Any]) -> Told:
        link = self._resolved(item, "url") or self._resolved(item, "external_url")
        content = xml_safe(_text(item, "content_html")) or paragraphs(
            xml_safe(_text(item, "content_text"))
        )
        summary = xml_safe(_text(item, "summary")[:_LONGEST_SUMMARY]) or None
        return Told(
            place=place,
            guid=one_line(_text(item, "id")[:_LONGEST]),
            link=link,
            title=one_line(_text(item, "title")[:_LONGEST_LINE]) or None,
            summary=summary,
            content=content or paragraphs(summary or ""),
            is_summary=not content,
            is_only_summary=not content,
            published=self._moment(item, "date_published"),
            modified=self._moment(item, "date_modified"),
            authors=_names(item) or self._authors,
            categories=_lines(item.get("tags")),
            image=self._resolved(item, "image") or self._resolved(item, "banner_image"),
            language=read_language(_text(item, "language")[:40]) or self._language,
            base=link or self._site or self._address,
            enclosures=tuple(islice(self._enclosures(item), MOST)),
        )

    def _moment(self, item: Mapping[str, Any], name: str) -> datetime | None:
        return moment_of(_text(item, name), self._zone)

    def _resolved(self, item: Mapping[str, Any], name: str) -> str | None:
        written = _text(item, name)
        return resolve(written, self._site or self._address) if written else None

    def _enclosures(self, item: Mapping[str, Any]) -> Iterator[Enclosure]:
        attachments = item.get("attachments")
        for each in attachments[:_MOST_NAMES] if isinstance(attachments, list) else ():
            if not isinstance(each, dict):
                continue
            kind, size = _text(each, "mime_type"), _text(each, "size_in_bytes")
            made = enclosure_of(self._resolved(each, "url"), kind, size)
            if made is not None:
                yield made


def _text(values: Mapping[str, Any], name: str) -> str:
    """A value as text; ids may be numbers (JSON Feed 1.1, "id")."""
    value = values.get(name)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e30:
        return ""
    return repr(value)


def _names(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Authors; version 1 had one."""
    authors = values.get("authors") or [values.get("author")]
    told = authors[:_MOST_NAMES] if isinstance(authors, list) else []
    return _lines([each.get("name") for each in told if isinstance(each, dict)])


def _lines(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        return ()
    lines = (
        one_line(each[:_LONGEST_NAME]) for each in values[:_MOST_NAMES] if isinstance(each, str)
    )
    return tuple(dict.fromkeys(line for line in lines if line))
