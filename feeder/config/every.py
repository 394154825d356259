"""How often a source is looked at: `"auto"`, `"manual"`, a duration, or a cron expression."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import PlainValidator, WithJsonSchema

from feeder.config.quantities import DURATION_SCHEMA, parse_duration

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
        moments = (due.astimezone(UTC) for due in CronSim(self.expression, moment.astimezone(zone)))
        # In an hour that comes twice, the second time round, it names what was due in the first.
        return next(due for due in moments if due > moment)


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


_CRON_SCHEMA = {"type": "string", "pattern": r"^\s*\S+(\s+\S+){4}\s*$"}
_SCHEMA = {
    "anyOf": [{"enum": ["auto", "manual"]}, DURATION_SCHEMA["anyOf"][0], _CRON_SCHEMA],
    "examples": ["auto", "manual", "30m", "0 6 * * mon-fri"],
}

Every = Annotated[Rhythm, PlainValidator(parse_every), WithJsonSchema(_SCHEMA)]
"""`"auto"`, `"manual"`, a timedelta between a second and 31 days, or a `Cron`."""
