"""When a page that was read, or could not be, is asked for again."""

from __future__ import annotations

from datetime import datetime, timedelta

SOONEST = timedelta(hours=1)
LAST = timedelta(days=7)
"""Corrections come within hours, rarely after days: a page is asked for at twice its age each time,
which makes eight looks, nearly all of them answered by "not modified"."""
FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(days=1)
MOST_RETRIES = 10
"""The last comes some four days after the first: what is gone for longer seldom returns."""


def next_look(now: datetime, appeared: datetime) -> datetime | None:
    """When an article that `appeared` then is asked for whether it changed; None: never again."""
    age = now - appeared
    return now + max(SOONEST, age) if age <= LAST else None


def next_try(now: datetime, failed: int) -> datetime | None:
    """When a page is tried again that could not be had `failed` times in a row."""
    if failed > MOST_RETRIES:
        return None
    return now + min(LONGEST_RETRY, FIRST_RETRY * (1 << (failed - 1)))
