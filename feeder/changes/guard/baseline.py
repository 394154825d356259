"""What the batches of a source are like, learnt from those that were believed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from feeder.changes.guard.told import Batch, Told

T = TypeVar("T")

ARTICLES = 40
"""The newest articles that are remembered. Medians and tenths of them hold still, and a site that
is built anew has made them its own after a few days."""
BATCHES = 12
"""The newest batches whose size is remembered."""
HOSTS = 8
_NOW = (timedelta(minutes=-2), timedelta(minutes=15))
"""How far from the moment of the refresh the date of an article is "now". A refresh takes nine
minutes at the most, and clocks differ."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The newest articles and batches of a source.

    `words`, `linked` and `at_once` (1: its date was the moment of the refresh, 0: it was not; those
    without a date do not count) are of articles; `listed`, `overlap`, `new` and `hours` (since the
    one before) of batches. `at` is when the last of these was.
    """

    words: tuple[int, ...] = ()
    linked: tuple[float, ...] = ()
    at_once: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()
    listed: tuple[int, ...] = ()
    overlap: tuple[float, ...] = ()
    new: tuple[int, ...] = ()
    hours: tuple[float, ...] = ()
    at: str = ""

    def since(self, now: datetime) -> float:
        """Hours since the last batch that had something."""
        if not self.at:
            return 0.0
        return max(0.0, (now - datetime.fromisoformat(self.at)) / timedelta(hours=1))

    def expected(self, now: datetime) -> float:
        """How many new articles there may well be by now: twice as many as is usual in such a
        time, and the largest number that came at once."""
        hours = sum(self.hours)
        rate = sum(self.new) / hours if hours else 0.0
        return 2 * rate * self.since(now) + max(self.new, default=0)


def learn(baseline: Baseline, batch: Batch, now: datetime) -> Baseline:
    """The baseline after a batch that was believed; the same where there is nothing in it."""
    new = batch.new
    found = (*batch.hosts, *(one.host for one in new if one.host))
    hosts = tuple(dict.fromkeys((*baseline.hosts, *sorted(set(found)))))[-HOSTS:]
    if not batch.told or (not new and not baseline.at):
        return replace(baseline, hosts=hosts) if baseline.at else baseline
    counted = bool(baseline.at) and bool(new)  # the first one is as large as its listing
    return Baseline(
        words=_last(baseline.words, (one.words for one in batch.told)),
        linked=_last(baseline.linked, (round(one.linked, 2) for one in batch.told)),
        at_once=_last(baseline.at_once, (int(is_now(o, now)) for o in new if is_dated(o))),
        hosts=hosts,
        listed=(*baseline.listed, batch.listed)[-BATCHES:],
        overlap=(*baseline.overlap, round(batch.overlap, 2))[-BATCHES:]
        if counted
        else baseline.overlap,
        new=(*baseline.new, len(new))[-BATCHES:] if counted else baseline.new,
        hours=(*baseline.hours, round(baseline.since(now), 2))[-BATCHES:]
        if counted
        else baseline.hours,
        at=now.isoformat(timespec="seconds") if new else baseline.at,
    )


def is_dated(one: Told) -> bool:
    """Whether it tells when it was published."""
    return one.reading.article.published is not None


def is_now(one: Told, now: datetime) -> bool:
    """Whether it says that it was published just when it was asked for."""
    date = one.reading.article.published
    return date is not None and _NOW[0] <= date - now <= _NOW[1]


def to_text(baseline: Baseline) -> str:
    """A baseline as JSON."""
    return json.dumps(asdict(baseline), separators=(",", ":"))


def from_text(text: str | None) -> Baseline:
    """A baseline from JSON; a new one where that is none, or another version's."""
    try:
        told: dict[str, Any] = json.loads(text or "{}")
        names = {field.name for field in fields(Baseline)} - {"at"}
        values: dict[str, Any] = {name: tuple(told.get(name, ())) for name in names}
        return Baseline(**values, at=str(told.get("at", "")))
    except (ValueError, TypeError, AttributeError):
        return Baseline()


def _last(before: Sequence[T], more: Iterable[T]) -> tuple[T, ...]:
    return (*before, *more)[-ARTICLES:]
