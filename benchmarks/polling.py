"""How often sources are looked at, and how soon what is new is found: `every = "auto"` and others.

    python -m benchmarks.polling [--seeds 3] [NAME=VALUE ...]

Simulated sources of several kinds, each over six weeks after a month of past, for several seeds.
For each policy stand the requests a day, and the median and the 90 % quantile of the minutes from
when an entry was published until it was found:

    feeder     `changes.due.next_due`, with its jitter
    as many    as many requests as feeder's, evenly spread: what its timing is worth
    1 h        every hour, and a failing source the same
    Miniflux   its entry_frequency with its defaults (internal/model/feed.go), looked
               at by its ticks of an hour; after three errors in a row never again by itself
    no ticks   the same, looked at as soon as it is due

NAME=VALUE sets a constant of `changes.rhythm` (durations in minutes), to see what another one does.
"""

from __future__ import annotations

import argparse
import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feeder.changes import due, rhythm
from feeder.models import Appeared

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""
PAST, SPAN = 30 * DAY, 42 * DAY
FIRST = 30
"""Entries of the past that a source shows at the first look."""
NEVER = math.inf


class Kind(NamedTuple):
    """When a source publishes, by seconds; from when to when it fails; whether dates have times."""

    times: Callable[[random.Random], list[float]]
    fails: tuple[float, float] = (NEVER, NEVER)
    has_days_only: bool = False


@dataclass
class Seen:
    """What a policy knows of a source at a look, and how often it failed in a row."""

    now: float = 0.0
    dates: list[float] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    failures: int = 0


Policy = Callable[[Seen, random.Random], float]
"""Seconds until the next look."""


class Result(NamedTuple):
    """Requests a day, and seconds from publication to discovery, those of the past left out."""

    requests: float
    delays: list[float]


def poisson(
    gap: float, keep: Callable[[float], bool] = lambda at: True
) -> Callable[[random.Random], list[float]]:
    """Entries by themselves, one in `gap` seconds, at the times that are kept."""

    def times(rng: random.Random) -> list[float]:
        made, at = [], 0.0
        while (at := at + rng.expovariate(1 / gap)) < PAST + SPAN:
            made.append(at)
        return [one for one in made if keep(one)]

    return times


def bursts(gap: float, number: int) -> Callable[[random.Random], list[float]]:
    """So many entries within an hour, then silence."""

    def times(rng: random.Random) -> list[float]:
        starts = poisson(gap)(rng)
        return sorted(at + rng.uniform(0, HOUR) for at in starts for _ in range(number))

    return times


def on_days(days: Iterable[int], hour: float) -> Callable[[random.Random], list[float]]:
    """One entry on each of these days, within two hours after that one."""
    return lambda rng: [day * DAY + hour * HOUR + rng.uniform(0, 2 * HOUR) for day in days]


def by_day(at: float) -> bool:
    """From 6 to 21 o'clock."""
    return 6 <= at % DAY / HOUR < 21


def at_the_office(at: float) -> bool:
    """From 8 to 17 o'clock on weekdays."""
    return 8 <= at % DAY / HOUR < 17 and at // DAY % 7 < 5


KINDS = {
    "agency, each 4 minutes": Kind(poisson(4 * MINUTE)),
    "news by day, 40 a day": Kind(poisson(15 * HOUR / 40, by_day)),
    "the same, days only": Kind(poisson(15 * HOUR / 40, by_day), has_days_only=True),
    "paper, 6 a weekday": Kind(poisson(9 * HOUR / 6, at_the_office)),
    "random, each hour": Kind(poisson(HOUR)),
    "random, each 6 hours": Kind(poisson(6 * HOUR)),
    "random, each day": Kind(poisson(DAY)),
    "weekly": Kind(on_days(range(3, 72, 7), 6)),
    "monthly": Kind(on_days((2, 33, 61), 10)),
    "20 at once, each 3 days": Kind(bursts(3 * DAY, 20)),
    "stops after 10 days": Kind(poisson(2 * HOUR, lambda at: at < PAST + 10 * DAY)),
    "comes alive at day 20": Kind(
        lambda rng: [0.0, *poisson(2 * HOUR, lambda at: at > PAST + 20 * DAY)(rng)]
    ),
    "down for 3 days": Kind(poisson(2 * HOUR), fails=(PAST + 10 * DAY, PAST + 13 * DAY)),
    "dies at day 10": Kind(poisson(2 * HOUR), fails=(PAST + 10 * DAY, NEVER)),
}


# Policies


def feeder(seen: Seen, rng: random.Random) -> float:
    """What feeder does, of the entries that it would look at."""
    last = range(max(0, len(seen.dates) - rhythm.ENTRIES), len(seen.dates))
    looked = due.Looked(
        _moment(seen.now),
        seen.failures,
        [Appeared(_moment(seen.dates[n]), _moment(seen.found[n])) for n in last],
        jitter=rng.uniform(-1, 1),
    )
    at = due.next_due(due.Plan(), looked).at
    assert at is not None
    return (at - looked.now).total_seconds()


def evenly(requests: float) -> Policy:
    """So many requests a day."""
    return lambda seen, rng: DAY / requests


def miniflux(seen: Seen, rng: random.Random) -> float:
    """Its entry_frequency: a week by the entries that it would have at the mean gap of those that
    were published within the last week, as they were counted before the look."""
    if seen.failures >= 3:
        return NEVER
    counted = [
        date
        for date, found in zip(seen.dates, seen.found, strict=True)
        if found < seen.now and date >= seen.now - 7 * DAY
    ]
    if len(counted) < 2 or max(counted) == min(counted):
        return DAY
    gap = (max(counted) - min(counted)) / (len(counted) - 1)
    return min(DAY, max(5 * MINUTE, 7 * DAY / math.ceil(7 * DAY / gap)))


def _moment(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


# The simulation


def run(kind: Kind, policy: Policy, seed: int, tick: float = 0.0) -> Result:
    """Six weeks of a source under a policy; with a `tick`, looks wait for the next one."""
    times, rng = kind.times(random.Random(seed)), random.Random(f"looks {seed}")
    seen, known, looks, delays = Seen(PAST), 0, 0, list[float]()
    while seen.now < PAST + SPAN:
        looks += 1
        if kind.fails[0] <= seen.now < kind.fails[1]:
            seen.failures += 1
        else:
            seen.failures = 0
            there = bisect_right(times, seen.now)
            new = times[max(known, there - FIRST) if looks == 1 else known : there]
            known = there
            seen.dates += (at // DAY * DAY if kind.has_days_only else at for at in new)
            seen.found += (seen.now for _ in new)
            delays += (seen.now - at for at in new if at > PAST)
        wait = policy(seen, rng)
        seen.now += wait
        if tick and wait < NEVER:
            seen.now = (seen.now // tick + 1) * tick
    if seen.now == NEVER and kind.fails[1] < NEVER:
        delays += (NEVER for at in times[known:])
    return Result(looks / (SPAN / DAY), delays)


def runs(kind: Kind, policy: Policy, seeds: int, tick: float = 0.0) -> Result:
    """The mean of several seeds' requests, and all of their delays."""
    each = [run(kind, policy, seed, tick) for seed in range(seeds)]
    requests = sum(one.requests for one in each) / seeds
    return Result(requests, sorted(delay for one in each for delay in one.delays))


def quantile(delays: Sequence[float], share: float) -> str:
    """In minutes."""
    if not delays:
        return "–"
    found = delays[min(len(delays) - 1, int(share * len(delays)))]
    return "never" if found == NEVER else f"{found / MINUTE:.0f}"


def _set(told: str) -> None:
    name, _, value = told.partition("=")
    before = getattr(rhythm, name)
    made = timedelta(minutes=float(value)) if isinstance(before, timedelta) else float(value)
    for module in (rhythm, due):
        if hasattr(module, name):
            setattr(module, name, made)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("constants", nargs="*", metavar="NAME=VALUE")
    told = parser.parse_args()
    for one in told.constants:
        _set(one)
    policies = ("feeder", "as many", "1 h", "Miniflux", "no ticks")
    print(f"{'':24}" + "".join(f" {name:>18}" for name in policies))
    print(f"{'':24}" + f" {'a day':>7}{'50 %':>5}{'90 %':>6}" * len(policies))
    for name, kind in KINDS.items():
        ours = runs(kind, feeder, told.seeds)
        results = (
            ours,
            runs(kind, evenly(ours.requests), told.seeds),
            runs(kind, evenly(24), told.seeds),
            runs(kind, miniflux, told.seeds, tick=HOUR),
            runs(kind, miniflux, told.seeds),
        )
        cells = (
            f" {one.requests:7.1f}{quantile(one.delays, 0.5):>5}{quantile(one.delays, 0.9):>6}"
            for one in results
        )
        print(f"{name:24}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
