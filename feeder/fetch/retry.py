"""Retry-After: when a server that asks for patience wants to be asked again (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(hours=24)
UNTOLD = timedelta(minutes=5)
"""After a 429 that tells no time, or none that can be read."""


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """The moment that a header names, in seconds or as a date; None where it names none.

    It is between a minute and a day away, whatever the server says.
    """
    told = _moment(value.strip(), now) if value else None
    return None if told is None else min(max(told, now + SHORTEST), now + LONGEST)


def _moment(value: str, now: datetime) -> datetime | None:
    if value.isascii() and value.isdigit():
        # More digits than these are more than a day all the same.
        return now + timedelta(seconds=min(int(value[:9]), 10**8))
    return http_date(value)


def http_date(value: str) -> datetime | None:
    """A date in any of the three forms that HTTP has had (RFC 9110, 5.6.7), or None."""
    try:
        moment = parsedate_to_datetime(value[:64])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):  # such as the year 0 or 9999 in Fiji
        return None
