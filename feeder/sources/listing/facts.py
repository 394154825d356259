"""What elements that a selector found tell of an article: text, dates, pictures, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from lxml import etree

from feeder.dates import LONGEST, find_date
from feeder.sources.listing.links import text_of
from feeder.sources.listing.sheet import Sheet
from feeder.sources.moments import moment_of
from feeder.text import fold, one_line
from feeder.urls import resolve

LONGEST_SUMMARY = 2_000
_DATES = ("datetime", "content", "title", "data-date", "data-time", "data-timestamp")
_PICTURES = ("data-src", "data-lazy-src", "data-original", "src", "content", "href")
_MOST = 10
"""Authors of an article, and elements within what was found that may hold a picture."""


def text_in(found: Sequence[Any], limit: int = LONGEST_SUMMARY) -> str | None:
    """The first text among what an expression found."""
    texts = (text_of(one, limit) if etree.iselement(one) else str(one)[:limit] for one in found)
    return next(filter(None, map(one_line, texts)), None)


def names_in(found: Sequence[Any]) -> tuple[str, ...]:
    """A name for each of what was found."""
    names = (text_in([one], LONGEST) for one in found[:_MOST])
    return tuple(dict.fromkeys(name for name in names if name))


def date_in(found: Sequence[Any], zone: tzinfo, language: str | None) -> datetime | None:
    """The first date that can be read: what is told to machines, else to people."""
    for one in found[:_MOST]:
        told = [one.get(name) or "" for name in _DATES] if etree.iselement(one) else []
        shown = text_of(one, LONGEST + 1) if etree.iselement(one) else str(one)
        for text in (*told, fold(shown)):
            moment = date_of(text, zone, language)
            if moment is not None:
                return moment
    return None


def date_of(text: str, zone: tzinfo, language: str | None) -> datetime | None:
    """The date of a text, whatever stands around it."""
    moment = moment_of(text, zone, language) if text else None
    if moment is not None or not text:
        return moment
    found = find_date(text, language)
    if found is None:
        return None
    return moment_of(text[found.start : found.end], zone, language) or found.moment


def picture_in(found: Sequence[Any], sheet: Sheet) -> str | None:
    """The address of the first picture."""
    for one in found[:_MOST]:
        parts = islice(one.iter(etree.Element), _MOST) if etree.iselement(one) else ()
        told = [part.get(name) or "" for part in parts for name in _PICTURES]
        for address in told if etree.iselement(one) else [str(one)]:
            if (
                address
                and not address.startswith("data:")
                and (url := resolve(address, sheet.base))
            ):
                return url
    return None
