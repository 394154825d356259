"""How often a source is looked at: `"auto"`, `"manual"`, a duration, or a cron expression."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import PlainValidator

from feeder.config.quantities import parse_duration

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=31)
EXPECTED = 'expected "auto", "manual", a duration such as "30m" or a cron expression'


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes at which a source is due, as Debian's cron counts them: Sunday is weekday 0.

    A time that a change of clocks skips is due right after it; one that comes twice is due once.
    """

    expression: str

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first of them after an aware `moment`, in UTC; `zone` is the expression's own."""
        return next(CronSim(self.expression, moment.astimezone(zone))).astimezone(UTC)


Rhythm = Literal["auto", "manual"] | timedelta | Cron


def parse_every(value: Any) -> Rhythm:
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
        ValueError: a field says what cron does not know, or no such day ever comes.
    """
    cron = Cron(" ".join(expression.split()))
    try:
        cron.next_after(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    except CronSimError as error:
        raise ValueError(f"cron: {str(error).lower()} in {cron.expression!r}") from None
    except StopIteration:
        raise ValueError("cron: no such day ever comes") from None
    return cron


Every = Annotated[Rhythm, PlainValidator(parse_every)]
"""`"auto"`, `"manual"`, a timedelta between a second and 31 days, or a `Cron`."""
