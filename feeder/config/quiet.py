"""Quiet hours: when a source is not looked at, as `"22:00-06:00"` or several of these."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema

EXPECTED = 'expected hours such as "22:00-06:00", or a list of such'
MOST_WINDOWS = 24
_DAY = 24 * 60
_WINDOW = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)", re.ASCII)


class Window(NamedTuple):
    """From one time of day up to another, in minutes after midnight; over midnight if it is not
    later. The end is no part of it."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day is in it."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def parse_quiet(value: Any) -> tuple[Window, ...]:
    """What a configuration says of quiet hours.

    Raises:
        ValueError: in words for the person who wrote it.
    """
    told = [value] if isinstance(value, str) else value
    if not isinstance(told, list | tuple) or len(told) > MOST_WINDOWS:
        raise ValueError(EXPECTED)
    windows = tuple(_window(one) for one in told)
    if all(_is_quiet(minute, windows) for minute in range(_DAY)):
        raise ValueError("leaves no time of the day in which to look")
    return windows


def _window(value: Any) -> Window:
    if isinstance(value, Window):
        return value
    match = _WINDOW.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(EXPECTED)
    start, end = (_minute(match[n], match[n + 1]) for n in (1, 3))
    if start == end:
        raise ValueError("begins and ends at the same time")
    return Window(start % _DAY, end % _DAY)


def _minute(hours: str, minutes: str) -> int:
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > _DAY:
        raise ValueError(f"there is no time of day {hours}:{minutes}")
    return minute


def _is_quiet(minute: int, windows: Iterable[Window]) -> bool:
    return any(window.holds(minute) for window in windows)


def quiet_until(moment: datetime, windows: tuple[Window, ...], zone: ZoneInfo) -> datetime:
    """The first moment from an aware `moment` on that is in none of the windows, in UTC.

    They are meant by the clocks of `zone`. Where a change of clocks repeats their end they last
    to the second of the two, where it leaves their end out for as long after it.
    """
    # Once round the clock, and once more for a day on which the clocks jump over what is free.
    for _ in range(2 * len(windows) + 2):
        inside = next((w for w in windows if w.holds(_minute_of(moment, zone))), None)
        if inside is None:
            break
        moment = _end(inside, moment, zone)
    return moment


def _minute_of(moment: datetime, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute


def _end(window: Window, moment: datetime, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone).date()
    if _minute_of(moment, zone) >= window.end:
        day += timedelta(days=1)
    at = datetime.combine(day, time(*divmod(window.end, 60)), zone)
    # An hour that comes twice ends the second time; one that is left out, an hour later.
    return max(at.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


_SCHEMA = {
    "type": "string",
    "pattern": r"^\s*[0-9]{1,2}:[0-9]{2}\s*[-–]\s*[0-9]{1,2}:[0-9]{2}\s*$",
}

Quiet = Annotated[
    tuple[Window, ...],
    PlainValidator(parse_quiet),
    WithJsonSchema(
        {
            "anyOf": [_SCHEMA, {"type": "array", "items": _SCHEMA, "maxItems": MOST_WINDOWS}],
            "examples": ["22:00-06:00"],
        }
    ),
]
"""Windows of the day, at most 24 and never all of it."""
