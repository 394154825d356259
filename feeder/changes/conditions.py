"""What condition a source is in: decided by what it was, and what its last refreshes said.

    ok         it is read, and what it lists is read too
    unchanged  it is read well, and has had nothing new for much longer than usual
    degraded   it is read, but a good part of its articles is not, or was not believed
    blocked    it does not want us: log-ins, refusals, robots.txt, an address that is not allowed
    broken     it cannot be read: no such host, errors of its server, another layout
    gone       its own address says that it will not come back, or has been missing for days

A single bad refresh is no news, nor is a single good one in the midst of bad ones: a source falls
ill, or is well again, when several refreshes in a row say so. Pure: no clock, no record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from feeder.errors import (
    ForbiddenAddressError,
    GoneError,
    RobotsError,
    SourceError,
    StatusError,
    WaitError,
    WallError,
)
from feeder.models import Condition, Fault, Health, Outcome, Transition
from feeder.text import one_line, shorten

WELL: tuple[Condition, ...] = ("ok", "unchanged")

IN_A_ROW: dict[Condition, int] = {"degraded": 2, "blocked": 2, "broken": 3, "gone": 2}
"""Refreshes in a row that make a source ill. One refusal of a busy firewall is no news, and a
server that is restarted fails twice."""
WELL_IN_A_ROW = 2
"""Good refreshes in a row that make it well again, but for one that was gone: nobody asks that
by itself any more, and who does wants to see what came of it."""
BROKEN_FOR = timedelta(hours=1)
"""What is shorter is a site at work on itself, however often it was asked in between."""
MISSING_FOR = timedelta(days=3)
"""A 404 of its own address over a weekend is a mistake; after that it was meant."""
DEGRADED_SHARE = 0.2
"""Share of articles with faults. Any site has less: a page behind a log-in, a dead link."""
QUIET_AT_LEAST = timedelta(days=7)
"""Nobody calls a source quiet over a weekend or a holiday."""
QUIET_IF_UNKNOWN = timedelta(days=30)
"""Without enough dates to know its rhythm."""
PAUSES = 3
"""Times its usual longest pause that it must be quiet for."""
DATES = 20
"""Newest articles whose dates tell the rhythm."""
FEWEST_DATES = 5

_REFUSALS = frozenset({401, 402, 403, 407, 429, 451})
_NO_FAULT = frozenset({"copy", "budget", "still-changing"})
"""Kinds that say "not twice" and "not yet"; nothing failed."""
_LONGEST = 400


class Sign(NamedTuple):
    """What one refresh by itself speaks for, and why."""

    condition: Condition
    reason: str
    advice: str = ""


class Past(NamedTuple):
    """How a source was before this refresh. `failures` are those in a row, this one not counted."""

    health: Health
    failures: int = 0
    failing_since: datetime | None = None


def sign_of_failure(error: SourceError, failure: Fault, failing_for: timedelta) -> Sign:
    """What a refresh speaks for that could not read the source as a whole."""
    condition: Condition = "broken"
    if _is_refusal(error):
        condition = "blocked"
    elif isinstance(error, GoneError) or (_is_missing(error) and failing_for >= MISSING_FOR):
        condition = "gone"
    return Sign(condition, _bounded(failure.message), _bounded(failure.advice))


def _is_refusal(error: SourceError) -> bool:
    if isinstance(error, WaitError):  # a 503 with a time is a server at work on itself
        return error.status != 503
    if isinstance(error, StatusError):
        return error.status in _REFUSALS
    return isinstance(error, WallError | RobotsError | ForbiddenAddressError)


def _is_missing(error: SourceError) -> bool:
    return isinstance(error, StatusError) and error.status == 404


def sign_of_success(outcome: Outcome, quiet: str | None = None) -> Sign:
    """What a refresh speaks for that read the source. `quiet` tells of a long silence."""
    faults = [fault for fault in outcome.faults if fault.kind not in _NO_FAULT]
    held = next((fault for fault in faults if fault.kind == "quarantined"), None)
    if held is not None:
        return Sign("degraded", _bounded(held.message), _bounded(held.advice))
    count = len({fault.address or fault.message for fault in faults})
    listed = max(outcome.found, count)
    if count and count >= DEGRADED_SHARE * listed:
        reason = f"{count} of {listed} articles have a fault, such as: {faults[0].message}"
        return Sign("degraded", _bounded(reason), _bounded(faults[0].advice))
    if quiet:
        advice = "look at it: where it has new articles, its address or its layout has changed"
        return Sign("unchanged", quiet, advice)
    return Sign("ok", "")


def silence(last_new: datetime | None, dates: Sequence[datetime], now: datetime) -> str | None:
    """That a source has had nothing new for much longer than usual, in words, or None.

    Args:
        dates: when its newest articles were published, the latest first.
    """
    if last_new is None:
        return None
    usual = _longest_usual_pause(dates)
    limit = QUIET_IF_UNKNOWN if usual is None else max(QUIET_AT_LEAST, PAUSES * usual)
    if now - last_new < limit:
        return None
    told = f"nothing new since {last_new:%Y-%m-%d}, for {in_words(now - last_new)}"
    return told if usual is None else f"{told}; its usual pauses end after {in_words(usual)}"


def may_be_silent(last_new: datetime | None, now: datetime) -> bool:
    """Whether it is worth looking at the dates of its articles."""
    return last_new is not None and now - last_new >= QUIET_AT_LEAST


def _longest_usual_pause(dates: Sequence[datetime]) -> timedelta | None:
    """The longest between two of its articles, but for the longest tenth: one summer is no rule."""
    if len(dates) < FEWEST_DATES:
        return None
    pauses = sorted(later - earlier for later, earlier in pairwise(sorted(dates, reverse=True)))
    return pauses[int(0.9 * (len(pauses) - 1))]


def judged(
    past: Past, sign: Sign, source: str, now: datetime, *, new: bool = False
) -> tuple[Health, Transition | None]:
    """How a source is after a refresh that spoke for `sign`, and what changed about that.

    A source that was never in any condition and is well is just that: no news.

    Args:
        new: whether the refresh found new articles.
    """
    before = past.health
    at = max(now, before.since or now)  # a clock that is put back moves nothing back
    read = sign.condition in (*WELL, "degraded")
    last_new = at if new or (before.last_new is None and read) else before.last_new
    streak = _streak(past, sign.condition)
    if sign.condition == before.condition or not _is_settled(past, sign.condition, streak, at):
        streak = 0 if sign.condition == before.condition else streak
        return Health(before.condition, before.since, streak, last_new), None
    health = Health(sign.condition, at, 0, last_new)
    if before.condition is None and sign.condition in WELL:
        return health, None
    reason = _reason(past, sign, -streak, at)
    told = Transition(
        source, at, before.condition, sign.condition, reason, sign.advice, before.since
    )
    return health, told


def _streak(past: Past, sign: Condition) -> int:
    """Refreshes in a row that spoke for another condition, this one counted."""
    before = past.health
    if sign in WELL:
        return 0 if before.condition in (*WELL, None) else max(before.streak, 0) + 1
    # What failed before anybody counted, in a database of version 2, has failed all the same.
    counted = before.streak if before.condition or before.streak else -past.failures
    return min(counted, 0) - 1


def _is_settled(past: Past, sign: Condition, streak: int, at: datetime) -> bool:
    """Whether enough refreshes in a row have spoken for it."""
    before = past.health.condition
    if sign in WELL:
        return before in (*WELL, "gone", None) or streak >= WELL_IN_A_ROW
    if sign == "broken" and at - (past.failing_since or at) < BROKEN_FOR:
        return False
    return -streak >= IN_A_ROW[sign]


def _reason(past: Past, sign: Sign, times: int, at: datetime) -> str:
    before = past.health
    if sign.condition in WELL and before.condition not in (*WELL, None):
        lasted = in_words(at - before.since) if before.since else "a while"
        well = f"it is read again, after {lasted} in which it was {before.condition}"
        return f"{well}; {sign.reason}" if sign.reason else well
    if sign.condition == "ok":
        return "it has new articles again"
    if sign.condition == "unchanged":
        return sign.reason
    since = past.failing_since if sign.condition != "degraded" else None
    told = f", since {since:%Y-%m-%d %H:%M} UTC" if since else ""
    return f"{sign.reason}; {max(times, past.failures + 1)} refreshes in a row{told}"


def in_words(span: timedelta) -> str:
    """A span of time as people say it: "5 minutes", "3 hours", "12 days"."""
    minutes = max(0, int(span.total_seconds() // 60))
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * size or minutes == size:
            return _counted(minutes // size, unit)
    return _counted(minutes, "minute")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _bounded(text: str) -> str:
    """What a message says, on one line and not too long, whatever a site has put into it."""
    return shorten(one_line(text[: 4 * _LONGEST]), _LONGEST)
