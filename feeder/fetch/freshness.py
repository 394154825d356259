"""How long an answer need not be asked for again (RFC 9111, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from feeder.fetch.retry import http_date

LONGEST = timedelta(hours=24)
"""Some servers say a year, of pages that change daily."""
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_AT_ALL = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s=])", re.IGNORECASE)


def fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when the answer with these headers is fresh; None where it is not, or tells nothing.

    `s-maxage` is for caches that many share, and not for us.
    """
    control = headers.get("cache-control", "")[:1_000]
    if _NOT_AT_ALL.search(control):
        return None
    lifetime = _lifetime(control, headers, now)
    if lifetime is None:
        return None
    left = min(lifetime - _age(headers.get("age", "")), LONGEST)
    return now + left if left > timedelta(0) else None


def _lifetime(control: str, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    if told := _MAX_AGE.search(control):
        return timedelta(seconds=int(told[1]))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    # By the server's own clock, which may be wrong.
    return expires - (http_date(headers.get("date", "")) or now)


def _age(value: str) -> timedelta:
    value = value.strip()
    seconds = int(value[:9]) if value.isascii() and value.isdigit() else 0
    return timedelta(seconds=seconds)
