"""The hours of the day in which a source has something new; the others pass more slowly for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FEWEST_ARRIVALS = 30
"""So many at any time of the day leave out half an hour by chance, and that is no harm."""
FEWEST_DAYS = 5
"""Of two days, any hour may be without an entry."""
MARGIN = 1
"""Hours before and after one with an entry that count as well: clocks are changed, people are late.
"""
SLOW = 0.125
"""Of a second in the hours in which nothing comes: an office by day that is looked at every half an
hour is so every four hours at night, and as in the evening again when its morning begins."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hours:
    """How fast each hour of the day (UTC) passes for a source."""

    paces: tuple[float, ...]

    def passed(self, moment: datetime) -> timedelta:
        """How long it has been until then, as it passes for the source, from an arbitrary point."""
        days, rest = divmod(moment - _BEGIN, _DAY)
        hour, rest = divmod(rest, _HOUR)
        return (days * sum(self.paces) + sum(self.paces[:hour])) * _HOUR + rest * self.paces[hour]

    def after(self, moment: datetime, wait: timedelta, latest: datetime) -> datetime:
        """When so much has passed for the source after a moment, or `latest` if that is sooner."""
        while moment < latest:
            pace = self.paces[moment.hour]
            next_hour = moment.replace(minute=0, second=0, microsecond=0) + _HOUR
            if wait <= (next_hour - moment) * pace:
                return min(latest, moment + wait / pace)
            wait -= (next_hour - moment) * pace
            moment = next_hour
        return latest


def usual_hours(came: Sequence[datetime]) -> Hours | None:
    """The hours of these arrivals, in UTC; None where they are too few to tell, or come at all."""
    if len(came) < FEWEST_ARRIVALS or len({moment.date() for moment in came}) < FEWEST_DAYS:
        return None
    near = range(-MARGIN, MARGIN + 1)
    usual = {(moment.hour + by) % 24 for moment in came for by in near}
    if len(usual) == 24:
        return None
    return Hours(tuple(1.0 if hour in usual else SLOW for hour in range(24)))
