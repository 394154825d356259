"""A moment that a page tells: read from what machines and people write, or from its address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feeder.dates import LONGEST, find_date, read_date

EARLIEST = 1990
"""The year of the first web pages; what is older is a zero of some program."""
CLOSE = timedelta(days=1)
"""Between the dates of one moment in two zones."""
MOST_AROUND = 40
"""Letters beside the date in a line that is there to tell it."""

_FARTHEST = 12  # hours from UTC
_URL_DATE = re.compile(
    r"[/_.-]((?:19|20)\d\d)(?:[/_-](0?[1-9]|1[0-2])(?:/([0-2]?\d|3[01])(?=[/.]|$)"
    r"|[_-]([0-2]?\d|3[01])(?!\d))|(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d))"
)
_URL_DAY_FIRST = re.compile(
    r"[/_.-](0[1-9]|[12]\d|3[01])([/_-]?)(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)"
)
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{2,6})?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_NUMBER = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")


class Moment(NamedTuple):
    """A date, the rule that gave it, what it was read from, and the visible element."""

    at: datetime
    rule: str
    text: str
    element: HtmlElement | None = None


def in_address(url: str | None) -> Moment | None:
    """The date in a page's address."""
    if not url:
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    if found := _URL_DATE.search(path):
        parts = (found[1], found[2] or found[5], found[3] or found[4] or found[6])
    elif found := _URL_DAY_FIRST.search(path):
        parts = (found[4], found[3], found[1])
    else:
        return None
    moment = read_moment("-".join(parts), None)
    return Moment(moment, "address", found[0].strip("/")) if moment else None


def on_day(told: Moment, shown: Moment | None) -> Moment:
    """The moment in a zone in which it is on the day that readers are shown.

    Many machines are told the moment in UTC; a page from the evening in California is then of the
    next day. Only the offset changes.
    """
    if shown is None or told.at.utcoffset():
        return told
    if abs(told.at.date() - shown.at.date()) != CLOSE:
        return told
    for hours in range(1, _FARTHEST + 1):
        for offset in (hours, -hours):
            local = told.at.astimezone(timezone(timedelta(hours=offset)))
            if local.date() == shown.at.date():
                return told._replace(at=local)
    return told


def read_moment(text: str, language: str | None) -> datetime | None:
    """A date as machines and people write it, if a web page can be of it."""
    moment = _read(text.strip()[:LONGEST], language)
    return moment if moment and moment.year >= EARLIEST else None


@lru_cache(maxsize=4096)
def _read(text: str, language: str | None) -> datetime | None:
    if not _NUMBER.search(text):
        return None
    if _EPOCH.fullmatch(text) and text[0] == "1":
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if digits := _DIGITS.fullmatch(text):
        text = "-".join(digits.groups())
    moment = read_date(text, language)
    if moment is None:
        found = find_date(text, language)
        moment = (
            found.moment
            if found and _letters(text, found.start, found.end) <= MOST_AROUND
            else None
        )
    return moment


def _letters(text: str, start: int, end: int) -> int:
    return len(_LETTERS.findall(text[:start])) + len(_LETTERS.findall(text[end:]))
