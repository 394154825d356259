"""Whether feeds are as fresh as they promise to be: their service level objective. No clock here.

A feed is fresh as long as one of its sources was read well no longer ago than twice the time from
one look to the next, or an hour, whichever is longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from feeder.store.browsing import Freshness

LOOKS = 2
"""Times between two looks: one may fail."""
LEAST = timedelta(hours=1)
"""What is looked at more often than that may still be an hour behind: nobody is woken earlier."""


class FeedFreshness(NamedTuple):
    """How fresh a feed is; `age` is None where none of its sources was ever read well."""

    age: timedelta | None
    objective: timedelta

    @property
    def is_fresh(self) -> bool:
        """Whether it is within its objective."""
        return self.age is not None and self.age <= self.objective


class Intervals:
    """From one look at a source to the next, as they were planned when all was well with it.

    A source that fails is asked less and less often, and that is no excuse.
    """

    def __init__(self) -> None:
        self._known: dict[str, timedelta] = {}

    def learn(self, sources: Mapping[str, Freshness]) -> None:
        """Take over what is planned now, and forget sources that are no more."""
        planned = {name: _planned(one) for name, one in sources.items()}
        self._known = {
            name: interval or self._known.get(name, timedelta())
            for name, interval in planned.items()
        }

    def of(self, name: str) -> timedelta:
        """That of a source; nothing where it is not known, which makes for the least objective."""
        return self._known.get(name, timedelta())


def _planned(told: Freshness) -> timedelta | None:
    last, due = told.last_success, told.next_check_at
    if told.failures or told.leased or last is None or due is None or due <= last:
        return None  # it backs off, is looked at just now, or was asked for
    return due - last


def freshness_of(
    names: Iterable[str], sources: Mapping[str, Freshness], intervals: Intervals, now: datetime
) -> FeedFreshness | None:
    """How fresh the feed of these sources is; None where nobody looks at any of them by itself."""
    ours = {
        name: sources[name]
        for name in names
        if name in sources and sources[name].next_check_at is not None
    }
    if not ours:
        return None
    read = [one.last_success for one in ours.values() if one.last_success is not None]
    # Never below 0: the clock may have been put back.
    age = max(now - max(read), timedelta()) if read else None
    return FeedFreshness(age, max(LEAST, LOOKS * min(map(intervals.of, ours))))
