"""Dates as programs write them for programs, with a zone for those that tell none. No clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from feeder.dates import read_date

_NAMES_ZONE = re.compile(r"(?:[zZ]|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{2})\s*\)?$")
_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_NUMBER = re.compile(r"-?\d{9,19}(?:\.\d{1,9})?", re.ASCII)
# Where ISO 8601 is meant and something is too long or too short for Python 3.11's reader of it:
# fractions of other lengths than 3 and 6, and a space before the offset.
_FRACTION = re.compile(r"(:\d{2})[.,]\d{1,12}(?=$|[ zZ+-])", re.ASCII)
_SPACED_OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)")
_LONGEST = 60
_FIRST_YEAR, _LAST_YEAR = 1700, 2199
# Counts since 1970 by their size: seconds reach 10^11 in the year 5138, milliseconds then began
# in 1973; the same holds for micro- and nanoseconds above them.
_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**20, 10**9))


def moment_of(text: str, zone: tzinfo = UTC, language: str | None = None) -> datetime | None:
    """A date of W3C, RFC 3339, RFC 2822 or in words as an aware datetime; None where it is none.

    A year, or year and month alone (W3C's note on dates and times), are their first day.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    moment = _iso(text) or _iso(_SPACED_OFFSET.sub("", _FRACTION.sub(r"\1", text)))
    return _in_zone(moment, zone) if moment else _otherwise(text, zone, language)


def moment_of_number(number: float) -> datetime | None:
    """Seconds, milli-, micro- or nanoseconds since 1970 as a datetime, told apart by their size."""
    for limit, unit in _UNITS:
        if abs(number) < limit:
            try:
                return _in_zone(datetime.fromtimestamp(number / unit, UTC), UTC)
            except (OverflowError, ValueError, OSError):
                return None
    return None


def is_number(text: str) -> bool:
    """Whether a text is a count since 1970, and no date such as 20240512."""
    return _NUMBER.fullmatch(text) is not None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _otherwise(text: str, zone: tzinfo, language: str | None) -> datetime | None:
    short = _MONTH.fullmatch(text)
    if short:
        try:
            return _in_zone(datetime(int(short[1]), int(short[2] or 1), 1), zone)
        except ValueError:
            return None
    moment = read_date(text, language)
    if moment is None or _NAMES_ZONE.search(text):
        return moment
    return moment.replace(tzinfo=zone)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime | None:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
