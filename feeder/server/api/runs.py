"""Refreshes, and batches of articles that were not believed."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from feeder.server.api.answers import ProblemError, Told, Words
from feeder.server.api.endpoints import Asked, Endpoint, Page
from feeder.server.api.sources import OutcomeTold, outcome_told
from feeder.store.quarantine import Quarantined, Status


class RunTold(OutcomeTold):
    """A refresh, numbered as they were recorded."""

    number: int


class RunsTold(Told):
    """A page of refreshes, the latest first."""

    runs: tuple[RunTold, ...]
    next: str | None = Field(description="`after` for the next page; none: this is the last one")


class RunsPage(Page):
    """Which refreshes."""

    source: str | None = Field(default=None, description="those of this source alone")


class ReasonTold(Told):
    """A sign that made a batch suspicious."""

    name: str
    message: Words
    subject: Words


class BatchTold(Told):
    """A batch of articles that was not believed."""

    id: int
    source: str
    first_seen: datetime
    last_seen: datetime
    times: int = Field(description="refreshes that brought it")
    status: Status
    reasons: tuple[ReasonTold, ...]
    articles: int
    decided_at: datetime | None


class BatchesTold(Told):
    """A page of batches, the latest first."""

    batches: tuple[BatchTold, ...]
    next: str | None = Field(description="`after` for the next page; none: this is the last one")


class BatchesPage(Page):
    """Which batches."""

    status: Status | None = Field(default=None, description="those alone that are so")


def number_of(text: str | None) -> int | None:
    """The number that a parameter tells.

    Raises:
        ProblemError: it is none.
    """
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ProblemError(
            400, "a parameter is wrong", "after: it is none of ours", "give what `next` said"
        )
    return int(text)


def batch_told(batch: Quarantined) -> BatchTold:
    """A batch as it is answered."""
    return BatchTold(
        id=batch.id,
        source=batch.source,
        first_seen=batch.first_seen,
        last_seen=batch.last_seen,
        times=batch.times,
        status=batch.status,
        reasons=tuple(
            ReasonTold(name=one.name, message=one.message, subject=one.subject)
            for one in batch.reasons
        ),
        articles=batch.articles,
        decided_at=batch.decided_at,
    )


def _runs(asked: Asked[RunsPage]) -> RunsTold:
    query, store = asked.query, asked.app.store
    if query.source is not None and store.seen_as(query.source) is None:
        raise ProblemError(404, "no such source", f"no source is called {query.source!r}")
    runs = store.browser.runs(query.source, limit=query.limit + 1, before=number_of(query.after))
    shown = runs[: query.limit]
    return RunsTold(
        runs=tuple(
            RunTold(number=number, **outcome_told(outcome).model_dump())
            for number, outcome in shown
        ),
        next=str(shown[-1].number) if len(runs) > query.limit else None,
    )


def _batches(asked: Asked[BatchesPage]) -> BatchesTold:
    query = asked.query
    batches = asked.app.store.browser.batches(
        query.status, limit=query.limit + 1, before=number_of(query.after)
    )
    shown = batches[: query.limit]
    return BatchesTold(
        batches=tuple(map(batch_told, shown)),
        next=str(shown[-1].id) if len(batches) > query.limit else None,
    )


ENDPOINTS = (
    Endpoint(
        "/runs",
        "How refreshes ended, the latest first; of each source the last hundred are kept.",
        _runs,
        RunsTold,
        RunsPage,
        faults={404: "no source is called so"},
    ),
    Endpoint(
        "/quarantine",
        "Batches of articles that were not believed, the latest first.",
        _batches,
        BatchesTold,
        BatchesPage,
    ),
)
