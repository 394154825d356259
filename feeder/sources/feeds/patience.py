"""How often a feed itself says that it is worth asking: RSS 2.0 and the syndication module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice

from lxml.etree import _Element

from feeder.models import Patience
from feeder.sources.feeds.document import name_of

_MOST = 100
"""Elements that are looked at: these stand before the items, and there are 24 hours."""
_DAY = 24 * 60
_PERIODS = {
    "hourly": 60, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 30 * _DAY, "yearly": 365 * _DAY,
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def patience_of(root: _Element) -> Patience | None:
    """What the head of a feed says of it; None where it says nothing, or only what cannot be.

    No more than a day is believed: some say a year, of what changes daily, and nobody means never.
    """
    head: dict[str, _Element] = {}
    for element in _head(root):
        head.setdefault(name_of(element), element)
    minutes = min(_DAY, max(_number(_text(head.get("ttl"))) or 0, _period(head)))
    hours = frozenset(hour % 24 for hour in _hours(head.get("skiphours")))
    days = frozenset(_days(head.get("skipdays")))
    found = Patience(
        timedelta(minutes=minutes) if minutes else None,
        hours if len(hours) < 24 else frozenset(),
        days if len(days) < 7 else frozenset(),
    )
    return found if any(found) else None


def _head(root: _Element) -> Iterator[_Element]:
    """What stands before the items; in RSS, in its channel."""
    channel = next((one for one in islice(root, _MOST) if name_of(one) == "channel"), root)
    return islice(channel, _MOST)


def _period(head: Mapping[str, _Element]) -> int:
    """Minutes between two changes, by the syndication module; without a word of it, none."""
    if not {"updateperiod", "updatefrequency"} & head.keys():
        return 0
    period = _PERIODS.get(_text(head.get("updateperiod")).lower() or "daily", 0)
    return period // (_number(_text(head.get("updatefrequency"))) or 1)


def _hours(element: _Element | None) -> Iterator[int]:
    """RSS 0.91 counts them from 1 to 24, RSS 2.0 from 0 to 23; midnight is meant by both ends."""
    for text in _children(element):
        hour = _number(text)
        if hour is not None and hour <= 24:
            yield hour


def _days(element: _Element | None) -> Iterator[int]:
    return (_WEEKDAYS.index(text) for text in _children(element) if text in _WEEKDAYS)


def _children(element: _Element | None) -> list[str]:
    return [] if element is None else [_text(one).lower() for one in islice(element, _MOST)]


def _text(element: _Element | None) -> str:
    return "" if element is None else (element.text or "")[:100].strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
