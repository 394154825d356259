"""When a source is next due, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeder.changes.conditions import in_words
from feeder.changes.rhythm import LONGEST, SHORTEST, UNKNOWN, Pace, pace
from feeder.config.every import Cron, Rhythm
from feeder.config.quiet import Window, quiet_until
from feeder.models import NO_PATIENCE, Appeared, Patience

ANYWHERE = ZoneInfo("UTC")
LOCAL_INTERVAL = timedelta(minutes=15)
"""How often a folder is listed: 20,000 files take half a second, and bother nobody else."""
LONGEST_BACK_OFF = timedelta(hours=24)
JITTER = 0.05
"""Share of an interval by which it is spread, so that what was begun together does not come in
step for good."""
BACK_OFF_JITTER = 0.1
"""What failed together did so for one reason, and should not all come back at one moment."""
SPREAD = timedelta(minutes=5)
"""Within which those come one by one that were quiet until the same hour."""


class Due(NamedTuple):
    """When a source is due again, None: only when it is asked for; and why, in a few words."""

    at: datetime | None
    because: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the configuration says of when to look at a source.

    A cron expression and the quiet hours are meant in `zone`. What `is_local` is on this machine.
    """

    every: Rhythm = "auto"
    quiet: tuple[Window, ...] = ()
    zone: ZoneInfo = ANYWHERE
    is_local: bool = False

    @property
    def is_adaptive(self) -> bool:
        """Whether it follows from what the source has published."""
        return self.every == "auto" and not self.is_local


@dataclass(frozen=True, slots=True)
class Looked:
    """How a refresh ended that did so `now`, as far as the next one follows from it.

    `failures` are those in a row, this one counted; `entries` those that were recorded last.
    `wait_until` is how long its server says that it must not be asked, `patience` when it or its
    feed says that it need not. `again_at` is when there is more to be had that was not to be had
    yet. `jitter`, from -1 to 1, is drawn by the caller.
    """

    now: datetime
    failures: int = 0
    entries: Sequence[Appeared] = ()
    wait_until: datetime | None = None
    patience: Patience = NO_PATIENCE
    again_at: datetime | None = None
    jitter: float = 0.0


def next_due(plan: Plan, looked: Looked) -> Due:
    """When a source is due again, and why."""
    if plan.every == "manual":
        return Due(None, "only when you ask for it")
    due = _by_cron(plan.every, plan.zone, looked) if isinstance(plan.every, Cron) else None
    due = due or _at_intervals(plan, looked)
    if looked.wait_until is not None and due.at is not None and looked.wait_until > due.at:
        due = Due(looked.wait_until, "its server asks for peace until then")
    return due if isinstance(plan.every, Cron) else _not_in_quiet(due, plan, looked.jitter)


def _by_cron(cron: Cron, zone: ZoneInfo, looked: Looked) -> Due:
    """The next of its times; after failures those are left out that come while it backs off."""
    first = cron.next_after(looked.now, zone)
    if not looked.failures:
        return Due(first, f'by "{cron.expression}", as you say')
    usual = min(cron.next_after(first, zone) - first, LONGEST_BACK_OFF)
    longer = back_off(usual, looked.failures) - usual
    return Due(cron.next_after(looked.now + longer, zone), _failed(looked.failures))


def _at_intervals(plan: Plan, looked: Looked) -> Due:
    interval, because = _interval(plan, looked)
    if looked.failures:
        # A weekly source that fails once is not down for a day: most faults pass within hours.
        base = min(interval, UNKNOWN) if plan.every == "auto" else interval
        wait = back_off(base, looked.failures, looked.jitter)
        return Due(looked.now + wait, _failed(looked.failures))
    at = looked.now + _spread(interval, JITTER * looked.jitter)
    return _unless_told(at, because, looked) if plan.every == "auto" else Due(at, because)


def _interval(plan: Plan, looked: Looked) -> tuple[timedelta, str]:
    if isinstance(plan.every, timedelta):
        return plan.every, f"every {exactly(plan.every)}, as you say"
    if plan.is_local:
        return LOCAL_INTERVAL, f"every {exactly(LOCAL_INTERVAL)}, since it is on this machine"
    found = pace(looked.entries, looked.now)
    return found.interval, _in_words(found)


def _in_words(found: Pace) -> str:
    if found.is_silent:
        return f"nothing new for {in_words(found.silence)}"
    if found.gap is None:
        return "its rhythm is not known yet"
    told = f"new entries every {in_words(max(found.gap, timedelta(minutes=1)))} or so"
    return f"{told} at its usual hours" if found.has_hours else told


def _unless_told(at: datetime, because: str, looked: Looked) -> Due:
    """Sooner where there is more to read, later where nothing is new until then, as is said there.

    Nobody silences a source for longer than a day: what is said there is seldom meant.
    """
    if looked.again_at is not None and looked.again_at < at:
        soon = max(looked.again_at, looked.now + SHORTEST)
        at, because = min(at, soon), "there is more of it to be read"
    latest = max(at, looked.now + LONGEST)
    fresh = min(latest, looked.now + (looked.patience.fresh or timedelta(0)))
    if fresh > at:
        at, because = fresh, "its server says that nothing is new until then"
    patient = min(latest, _when_worth_asking(at, looked))
    return Due(patient, "its feed says that nothing is new until then" if patient > at else because)


def _when_worth_asking(at: datetime, looked: Looked) -> datetime:
    """The first moment from then on at which its feed says that it may be asked."""
    told = looked.patience
    at = max(at, looked.now + (told.least or timedelta(0)))
    for _ in range(24):  # as many hours as it may put off
        utc = at.astimezone(UTC)
        if utc.hour not in told.hours and utc.weekday() not in told.days:
            break
        at = utc.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def back_off(interval: timedelta, failures: int, jitter: float = 0.0) -> timedelta:
    """How long to wait after `failures` failed refreshes in a row.

    Doubles with each failure up to a day.
    """
    # 2**16 minutes is 45 days already: a larger exponent only risks an overflow.
    waiting = min(LONGEST_BACK_OFF, interval * (1 << min(failures, 16)))
    return _spread(max(interval, waiting), BACK_OFF_JITTER * jitter)


def _spread(interval: timedelta, share: float) -> timedelta:
    """An interval, longer by that share; of a long one, by that share of a day."""
    return interval + min(interval, LONGEST_BACK_OFF) * share


def _failed(failures: int) -> str:
    return "after a failure" if failures == 1 else f"after {failures} failures in a row"


def _not_in_quiet(due: Due, plan: Plan, jitter: float) -> Due:
    if due.at is None or (end := quiet_until(due.at, plan.quiet, plan.zone)) == due.at:
        return due
    spread = end + SPREAD * (1 + jitter) / 2
    at = end if quiet_until(spread, plan.quiet, plan.zone) != spread else spread
    return Due(at, f"quiet until {end.astimezone(plan.zone):%H:%M}, as you say")


def exactly(span: timedelta) -> str:
    """A duration of the configuration in words, with all of its parts: "1 hour 30 minutes"."""
    parts = (_part(*one) for one in _parts(int(span.total_seconds())))
    return " ".join(parts)


def _parts(seconds: int) -> Iterator[tuple[int, str]]:
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            yield number, unit


def _part(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
