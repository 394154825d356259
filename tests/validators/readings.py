"""What parsers of other people read in a feed: each entry's id, title, link and dates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import zip_longest
from typing import Any, NamedTuple

import atoma
import fastfeedparser
import feedparser
from lxml import etree

_REFERENCE = re.compile(r"&(\w+);", re.ASCII)
ATOM = "{http://www.w3.org/2005/Atom}"


class Reading(NamedTuple):
    """An entry as a parser understood it."""

    id: str | None
    title: str | None
    link: str | None
    published: datetime | None
    updated: datetime | None


Reader = Callable[[bytes], list[Reading]]


def disagreements(body: bytes, ours: Reader, others: dict[str, Reader]) -> Iterator[str]:
    """Where a parser reads something else than what is there, or nothing at all.

    What is not there is not compared: parsers fill gaps, each in its own way.
    """
    told = ours(body)
    for name, reader in others.items():
        try:
            found = reader(body)
        except Exception as error:  # whatever a parser raises is its refusal
            yield f"{name} refuses it: {error!r}"
            continue
        for one, other in zip_longest(told, found):
            if one is None or other is None:
                yield f"{name} finds {len(found)} entries, not {len(told)}"
                break
            for field, value in one._asdict().items():
                seen = getattr(other, field)
                if value is not None and _alike(seen) != _alike(value):
                    yield f"{name} reads the {field} {seen!r}, not {value!r}"


def _alike(value: object) -> object:
    """feedparser mends two things that need not be wrong: `&a;` in an address, and `Â¡`."""
    if not isinstance(value, str):
        return value
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode()
    return _REFERENCE.sub(r"&\1", value)


def atom(body: bytes) -> list[Reading]:
    """Read by the letter of RFC 4287."""
    return [_of_atom(entry) for entry in etree.fromstring(body).iterfind(f"{ATOM}entry")]


def _of_atom(entry: etree._Element) -> Reading:
    links = entry.findall(f"{ATOM}link")
    link = next((link for link in links if link.get("rel", "alternate") == "alternate"), None)
    return Reading(
        entry.findtext(f"{ATOM}id"),
        entry.findtext(f"{ATOM}title"),
        None if link is None else link.get("href"),
        _date(entry.findtext(f"{ATOM}published")),
        _date(entry.findtext(f"{ATOM}updated")),
    )


def rss(body: bytes) -> list[Reading]:
    """Read by the letter of RSS 2.0."""
    return [
        Reading(
            item.findtext("guid"),
            item.findtext("title"),
            item.findtext("link"),
            _rfc822(item.findtext("pubDate")),
            None,
        )
        for item in etree.fromstring(body).iterfind("channel/item")
    ]


def json_feed(body: bytes) -> list[Reading]:
    """Read by the letter of JSON Feed 1.1."""
    return [
        Reading(
            item.get("id"),
            item.get("title"),
            item.get("url"),
            _date(item.get("date_published")),
            _date(item.get("date_modified")),
        )
        for item in json.loads(body)["items"]
    ]


def by_feedparser(body: bytes) -> list[Reading]:
    """feedparser's reading; what it calls ill-formed is an error."""
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if parsed.bozo:
        raise ValueError(str(parsed.get("bozo_exception")))
    return [_of_dictionary(entry) for entry in parsed.entries]


def by_fastfeedparser(body: bytes) -> list[Reading]:
    """fastfeedparser's reading."""
    return [_of_dictionary(entry) for entry in fastfeedparser.parse(body)["entries"]]


def _of_dictionary(entry: Any) -> Reading:
    return as_told(*(entry.get(name) for name in Reading._fields))


def as_told(
    id_: str | None, title: str | None, link: str | None, published: str | None, updated: str | None
) -> Reading:
    """A reading by a parser that hands on dates as they are written."""
    return Reading(id_, title, link, _rfc822_or_3339(published), _rfc822_or_3339(updated))


def by_atoma_atom(body: bytes) -> list[Reading]:
    """atoma's reading of Atom."""
    return [
        Reading(
            entry.id_,
            entry.title.value,
            next((link.href for link in entry.links if link.rel in {None, "alternate"}), None),
            entry.published,
            entry.updated,
        )
        for entry in atoma.parse_atom_bytes(body).entries
    ]


def by_atoma_rss(body: bytes) -> list[Reading]:
    """atoma's reading of RSS."""
    return [
        Reading(item.guid, item.title, item.link, item.pub_date, None)
        for item in atoma.parse_rss_bytes(body).items
    ]


def by_atoma_json(body: bytes) -> list[Reading]:
    """atoma's reading of JSON Feed."""
    return [
        Reading(item.id_, item.title, item.url, item.date_published, item.date_modified)
        for item in atoma.parse_json_feed_bytes(body).items
    ]


def _date(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _rfc822(text: str | None) -> datetime | None:
    return parsedate_to_datetime(text) if text else None


def _rfc822_or_3339(text: str | None) -> datetime | None:
    return _rfc822(text) if text and "," in text else _date(text)


OF_ATOM: dict[str, Reader] = {
    "feedparser": by_feedparser,
    "fastfeedparser": by_fastfeedparser,
    "atoma": by_atoma_atom,
}
OF_RSS: dict[str, Reader] = {
    "feedparser": by_feedparser,
    "fastfeedparser": by_fastfeedparser,
    "atoma": by_atoma_rss,
}
OF_JSON: dict[str, Reader] = {"fastfeedparser": by_fastfeedparser, "atoma": by_atoma_json}
