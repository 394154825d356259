"""When a source is next due."""

from __future__ import annotations

from datetime import datetime, timedelta

AUTO_INTERVAL = timedelta(minutes=15)
"""How often a source with `every = "auto"` is looked at, until its own rhythm decides."""
LONGEST_BACK_OFF = timedelta(hours=24)
JITTER = 0.1
"""Share of an interval by which a back-off is spread, so that failures do not come in step."""


def back_off(interval: timedelta, failures: int, jitter: float = 0.0) -> timedelta:
    """How long to wait after `failures` failed refreshes in a row.

    Doubles with each failure up to a day. `jitter` is between -1 and 1, drawn by the caller.
    """
    # 2**16 minutes is 45 days already: a larger exponent only risks an overflow.
    waiting = min(LONGEST_BACK_OFF, interval * (1 << min(failures, 16)))
    return max(interval, waiting) * (1 + JITTER * jitter)


def next_due(
    now: datetime, interval: timedelta, *, failures: int = 0, jitter: float = 0.0
) -> datetime:
    """When a source is due again that is looked at each `interval`, after `failures` in a row."""
    return now + (back_off(interval, failures, jitter) if failures else interval)
