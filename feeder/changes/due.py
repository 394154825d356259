"""When a source is next due."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from feeder.config.every import Cron, Rhythm

AUTO_INTERVAL = timedelta(minutes=15)
"""How often a source with `every = "auto"` is looked at, until its own rhythm decides."""
LONGEST_BACK_OFF = timedelta(hours=24)
JITTER = 0.1
"""Share of an interval by which a back-off is spread, so that failures do not come in step."""


def next_due(
    now: datetime,
    *,
    every: Rhythm,
    zone: ZoneInfo,
    failures: int = 0,
    jitter: float = 0.0,
    fresh_until: datetime | None = None,
) -> datetime | None:
    """When a source is due again, or None where only a person asks for it.

    Args:
        every: its rhythm. A cron expression is meant in `zone`.
        failures: failed refreshes in a row; after one, it is asked less often.
        jitter: from -1 to 1, drawn by the caller.
        fresh_until: how long its server says that it need not be asked; heeded where nobody has
            said how often it is.
    """
    if every == "manual":
        return None
    if isinstance(every, Cron):
        return every.next_after(now, zone)
    interval = AUTO_INTERVAL if every == "auto" else every
    due = now + (back_off(interval, failures, jitter) if failures else interval)
    return max(due, fresh_until) if every == "auto" and fresh_until else due


def back_off(interval: timedelta, failures: int, jitter: float = 0.0) -> timedelta:
    """How long to wait after `failures` failed refreshes in a row.

    Doubles with each failure up to a day.
    """
    # 2**16 minutes is 45 days already: a larger exponent only risks an overflow.
    waiting = min(LONGEST_BACK_OFF, interval * (1 << min(failures, 16)))
    return max(interval, waiting) * (1 + JITTER * jitter)
