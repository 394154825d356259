"""The rhythm of a source: how often it has something new, and how often to look for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from feeder.changes.hours import usual_hours
from feeder.models import Appeared

ENTRIES = 50
"""Entries, those that were recorded last, that tell the rhythm."""
SHORTEST = timedelta(minutes=5)
"""Of an agency that publishes each four minutes, half is found within two and nearly all within
five: nobody reads sooner, and 288 requests a day are what a server notices."""
LONGEST = timedelta(hours=24)
"""Of a source of which nothing came for years, the first new entry is found within a day."""
UNKNOWN = timedelta(hours=1)
"""How often a source is looked at of which too little is known."""
TOGETHER = timedelta(minutes=2)
"""What comes within it is one arrival: a newsroom that puts its morning's pieces online."""
LONGEST_TOGETHER = 2 * SHORTEST
"""For a source that never pauses: that is looked at as often as can be."""
# What follows was chosen by benchmarks/polling.py, which prints what others would give: with half
# or twice of each but the first, requests times delay stay within 5 % in the mean over all kinds.
SHARE = 0.5
"""Of the mean gap between new entries. One an hour is found after a quarter of one at the median,
by 49 requests a day; the best that so many can do is 14 minutes, and every hour it is 31."""
WEIGHT = 0.15
"""Of the latest gap in the mean: it follows a change within six entries, and 0.25 would ask a tenth
more often for chance alone."""
MOST_GAPS = 4.0
"""What a longer gap counts as, in mean gaps. With all that nights last in the mean, a newsroom's
pieces were found after 24 minutes in 90 of 100 cases, without it after 14."""
SILENCE = 0.125
"""Share of a silence after which it is looked at again, so that each look comes later than the one
before by the same measure, however long it is silent. A source that stops takes 7 looks a day, then
one; half of it asks the newsroom above 14 % more often, for a minute."""
DAY = timedelta(days=1)
ALIKE = 0.3
"""Share of different times of day below which dates tell the day only: there are two of them where
a source is in a zone with summer time."""
LONGEST_GAP = timedelta(days=4)
"""A longer gap says no more than this: that it is looked at as rarely as can be."""


Refresh = tuple[datetime, list[datetime]]
"""When something was found, and the dates of it."""


class Pace(NamedTuple):
    """How long to wait for the next look, and what it follows from: the mean gap between new
    entries (None: not known), and how long there has been nothing new.

    `is_silent`: it is the silence that decides. `has_hours`: the gap is of the hours in which new
    entries come.
    """

    interval: timedelta
    gap: timedelta | None
    silence: timedelta
    is_silent: bool = False
    has_hours: bool = False


def pace(entries: Iterable[Appeared], now: datetime) -> Pace:
    """How often to look at a source with these entries, whatever they say of themselves."""
    refreshes = _refreshes(entries)
    are_days = _tell_days_only([date for _, dates in refreshes for date in dates])
    came = arrivals(refreshes, now, are_days=are_days)
    if not came:
        return Pace(UNKNOWN, None, timedelta(0))
    hours = None if are_days else usual_hours(came)
    passed = [hours.passed(one) if hours else one - came[0] for one in (*came, now)]
    gap = mean_gap(passed[:-1])
    base = UNKNOWN if gap is None else SHARE * gap
    silent = SILENCE * (passed[-1] - passed[-2])
    wait = min(LONGEST, max(SHORTEST, base, silent))
    if hours:
        wait = hours.after(now, wait, now + LONGEST) - now
    return Pace(wait, gap, now - came[-1], silent > base, hours is not None)


def arrivals(refreshes: Iterable[Refresh], now: datetime, *, are_days: bool) -> list[datetime]:
    """When something new came, the earliest first.

    An entry came when it says so, where that was after the refresh that had found something
    before it; else it is dated to the day, or back, and came when it was found.
    """
    came: list[datetime] = []
    found_before: datetime | None = None
    for first_seen, dates in refreshes:
        seen = min(first_seen, now)
        if found_before is None:
            came += _spread(dates, seen) if are_days else (min(date, seen) for date in dates)
        else:
            is_told = not are_days
            came += (min(date, seen) if is_told and date > found_before else seen for date in dates)
        found_before = first_seen
    return _apart(sorted(came))


def _tell_days_only(dates: Sequence[datetime]) -> bool:
    """Whether the times of day are nearly always the same: midnight, in summer and in winter."""
    return len({date.timetz() for date in dates}) <= len(dates) * ALIKE


def _spread(days: Sequence[datetime], seen: datetime) -> Iterator[datetime]:
    """Moments for what was found at first and is dated to the day: spread evenly over it."""
    for day, number in Counter(days).items():
        begin = min(day, seen)
        passed = min(seen - begin, DAY)
        yield from (begin + passed * place / number for place in range(1, number + 1))


def _refreshes(entries: Iterable[Appeared]) -> list[Refresh]:
    found: dict[datetime, list[datetime]] = {}
    for published, first_seen in entries:
        found.setdefault(first_seen, []).append(published)
    return sorted(found.items())


def _apart(came: Iterable[datetime]) -> list[datetime]:
    """The first of each group that came together."""
    apart: list[datetime] = []
    last: datetime | None = None
    for one in came:
        if last is None or one - last > TOGETHER or one - apart[-1] >= LONGEST_TOGETHER:
            apart.append(one)
        last = one
    return apart


def mean_gap(came: Sequence[timedelta]) -> timedelta | None:
    """The mean of the gaps between arrivals, the latest counting most; None without two.

    A gap that is much longer than those before it, such as a night's, counts as a few of them: what
    comes after it has the source looked at as often as before.
    """
    mean: timedelta | None = None
    for earlier, later in pairwise(came):
        gap = min(later - earlier, LONGEST_GAP)
        mean = gap if mean is None else mean + WEIGHT * (min(gap, MOST_GAPS * mean) - mean)
    return mean
