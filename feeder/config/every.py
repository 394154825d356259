"""How often a source is looked at: `"auto"`, `"manual"`, a duration, or a cron expression."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from feeder.config.quantities import parse_duration

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=31)
EXPECTED = 'expected "auto", "manual", a duration such as "30m" or a cron expression'

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes at which a source is due, as crontab(5) counts them: Sunday is weekday 0.

    `expression` is what was written. Where days and weekdays are both restricted, a day that
    either of them names is meant.
    """

    expression: str
    minutes: frozenset[int] = field(repr=False)
    hours: frozenset[int] = field(repr=False)
    days: frozenset[int] = field(repr=False)
    months: frozenset[int] = field(repr=False)
    weekdays: frozenset[int] = field(repr=False)


def parse_every(value: Any) -> Literal["auto", "manual"] | timedelta | Cron:
    """What a configuration says of a rhythm.

    Raises:
        ValueError: in words for the person who wrote it.
    """
    if isinstance(value, timedelta | Cron):
        return value
    if not isinstance(value, str):
        raise ValueError(EXPECTED)
    if value == "auto":
        return "auto"
    if value == "manual":
        return "manual"
    if len(value.split()) == 5:
        return parse_cron(value)
    return _interval(value)


def _interval(text: str) -> timedelta:
    try:
        interval = parse_duration(text)
    except ValueError:
        raise ValueError(EXPECTED) from None
    if not SHORTEST <= interval <= LONGEST:
        raise ValueError("must be between one second and 31 days")
    return interval


def parse_cron(expression: str) -> Cron:
    """The five fields of a crontab line: minute, hour, day of month, month, weekday.

    Raises:
        ValueError: a field says what crontab(5) does not know, or no such day ever comes.
    """
    minute, hour, day, month, weekday = expression.lower().split()
    cron = Cron(
        expression=" ".join(expression.split()),
        minutes=_field("minute", minute, 0, 59),
        hours=_field("hour", hour, 0, 23),
        days=_field("day of the month", day, 1, 31),
        months=_field("month", month, 1, 12, names=_MONTHS),
        weekdays=frozenset(n % 7 for n in _field("weekday", weekday, 0, 7, names=_WEEKDAYS)),
    )
    # Whoever looks for the next such day must not look for ever.
    if len(cron.weekdays) == 7 and min(cron.days) > max(_DAYS_OF_MONTH[m - 1] for m in cron.months):
        raise ValueError("cron: no month of those named has such a day")
    return cron


def _field(
    title: str, text: str, low: int, high: int, names: list[str] | None = None
) -> frozenset[int]:
    numbers = {name: low + index for index, name in enumerate(names or ())}
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|(\w+)(?:-(\w+))?)(?:/([0-9]{1,2}))?", part, re.ASCII)
        if match is None:
            raise ValueError(f"cron: {part!r} is no {title}")
        whole, first, last, step = match.groups()
        begin = low if whole == "*" else _number(title, first, low, high, numbers)
        # `5/15` is every 15 from 5 on, a lone `5` just 5.
        end = begin if first and not step else high
        if last:
            end = _number(title, last, low, high, numbers)
        if end < begin or (step and not int(step)):
            raise ValueError(f"cron: {part!r} is no {title}")
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)


def _number(title: str, text: str, low: int, high: int, names: dict[str, int]) -> int:
    number = names.get(text, int(text) if re.fullmatch("[0-9]{1,2}", text) else -1)
    if not low <= number <= high:
        raise ValueError(f"cron: a {title} is between {low} and {high}, found {text!r}")
    return number


Every = Annotated[Literal["auto", "manual"] | timedelta | Cron, PlainValidator(parse_every)]
"""`"auto"`, `"manual"`, a timedelta between a second and 31 days, or a `Cron`."""
