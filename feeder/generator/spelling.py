"""How formats spell a date, and which addresses they may hand to a reader."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from feeder.urls import is_uri

_WEB = re.compile(r"(?i)https?://[^/?#]")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC and whole seconds; the year has four digits whatever the C library does.

    Raises:
        ValueError: the moment has no time zone.
        OverflowError: it is in no year from 1 to 9999 of UTC.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the date {moment} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def is_stamp(text: str) -> bool:
    """Whether `text` is a date that `stamp` could have written."""
    if not _STAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_web(url: str) -> bool:
    """Whether `url` is an http or https address, spelt as RFC 3986 has it."""
    return bool(_WEB.match(url)) and is_uri(url)
