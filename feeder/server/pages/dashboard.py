"""The first page: every source, those first that need somebody, and what else is to be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup
from starlette.responses import Response

from feeder.fetch.shown import shown
from feeder.server.pages import charts
from feeder.server.pages.answering import Visit, page
from feeder.server.pages.fares import Row, due, faults_of
from feeder.server.pages.shown import count, span
from feeder.store.board import STANDINGS, Run, Seen, Sought, Standing
from feeder.store.outbox import PING, Undelivered
from feeder.store.quarantine import Quarantined

SOURCES_A_PAGE = 100
RUNS_SHOWN = 24
"""Refreshes in the small charts: a day of them, at one an hour."""
RUNS_LATELY = 1000
"""Refreshes of all sources in the large charts: what can be read in 20 ms."""
NEEDING: Sequence[Standing] = ("gone", "broken", "blocked", "degraded", "failing")


class Told(NamedTuple):
    """What waits for one hub or person."""

    whom: str
    number: int
    tries: int
    error: str | None
    due_at: datetime


def show(visit: Visit) -> Response:
    """The dashboard."""
    store = visit.app.store
    words = visit.asked("q")
    given = visit.asked("state", 20)
    standing = next((word for word in STANDINGS if word == given), None)
    counts = store.standings(words)
    total = sum(counts.values())
    last = max(1, -(-(counts.get(standing, 0) if standing else total) // SOURCES_A_PAGE))
    number = min(visit.asked_number("page"), last)
    offset = (number - 1) * SOURCES_A_PAGE
    found = store.seen(Sought(standing, words), offset=offset, limit=SOURCES_A_PAGE)
    held, lately = store.quarantine("held"), store.latest_runs(RUNS_LATELY)
    spans = charts.spans(lately)
    return page(
        visit,
        "dashboard.html",
        title="Sources",
        events=True,
        headline=_headline(counts, words),
        counts=counts,
        total=total,
        is_empty=not total and not words,
        words=words,
        standing=standing or "",
        standings=STANDINGS,
        rows=rows_of(visit, found, held),
        number=number,
        last=last,
        lately=len(lately),
        spans=spans,
        piece=span(spans[1].begins, spans[0].begins) if len(spans) > 1 else "",
        new_chart=_new_chart(spans),
        seconds_chart=_seconds_chart(spans),
        held=held,
        untold=_untold(store.undelivered()),
        services=store.services(visit.now),
    )


def rows_of(visit: Visit, found: Sequence[Seen], held: Iterable[Quarantined]) -> list[Row]:
    """Sources as a table shows them."""
    batches = Counter(batch.source for batch in held)
    runs: Mapping[str, tuple[Run, ...]] = {}
    if found:
        runs = visit.app.store.recent_runs([one.state.name for one in found], RUNS_SHOWN)
    return [
        Row(
            one,
            due(one.state, visit.now),
            runs.get(one.state.name, ()),
            batches[one.state.name],
            faults_of(one.state),
        )
        for one in found
    ]


def _headline(counts: Mapping[Standing, int], words: str) -> str:
    needing = sum(counts.get(word, 0) for word in NEEDING)
    total = sum(counts.values())
    such = f' with "{words}"' if words else ""
    if not needing:
        return f"{count(total, 'source')}{such}: nothing is wrong."
    verb = "needs" if needing == 1 else "need"
    return f"{needing:,} of {count(total, 'source')}{such} {verb} a look."


def _new_chart(spans: Sequence[charts.Span]) -> Markup:
    told = [charts.Bar(one.new, f"{one.begins:%H:%M} UTC: {one.new} new") for one in spans]
    new = sum(one.new for one in spans)
    failed = sum(one.failed for one in spans)
    refreshes = sum(one.refreshes for one in spans)
    words = f"{new} new entries in {count(refreshes, 'refresh', 'refreshes')}, {failed} failed"
    return charts.bars(told, words, charts.WIDE)


def _seconds_chart(spans: Sequence[charts.Span]) -> Markup:
    taken = [one.seconds for one in spans if one.refreshes]
    if not taken:
        return Markup()
    words = f"Middle refreshes took {charts.brief(min(taken))} to {charts.brief(max(taken))}"
    return charts.line(taken, words, charts.WIDE)


def _untold(waiting: Sequence[Undelivered]) -> list[Told]:
    """A line for each hub and person."""
    ordered = sorted(waiting, key=_whom)
    return [_told(*whom, list(some)) for whom, some in groupby(ordered, key=_whom)]


def _whom(one: Undelivered) -> tuple[str, str]:
    return one.kind, one.target


def _told(kind: str, target: str, some: Sequence[Undelivered]) -> Told:
    most = max(some, key=lambda one: one.tries)
    name = f"hub {shown(target)}" if kind == PING else f"{target.rpartition(' ')[0]} ({kind})"
    return Told(name, len(some), most.tries, most.error, min(one.due_at for one in some))
