"""When a source is due after a refresh: what was learnt of that, and what its plan makes of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from feeder.changes.due import Due, Looked, next_due
from feeder.changes.rhythm import ENTRIES
from feeder.models import NO_PATIENCE, Appeared, Change, Outcome, Patience, Resource
from feeder.refresh.job import Job
from feeder.refresh.survey import Survey
from feeder.store.claims import Lease
from feeder.store.quarantine import Guarded
from feeder.store.store import Store

CONFIRMING = timedelta(minutes=30)
"""Until the next look at what is held back: three of them over an hour decide."""


def due_when_read(
    job: Job,
    store: Store,
    outcome: Outcome,
    patience: Patience,
    new: Iterable[Change],
    again: datetime | None,
) -> Due:
    """When a source is due that was read.

    Args:
        patience: when its feed and its server say that it need not be asked.
        new: what is not on record yet.
        again: when there is more to be had.
    """
    looked = Looked(
        outcome.ended,
        patience=patience,
        again_at=outcome.ended if outcome.waiting else again,
    )
    return _due(job, store, looked, new)


def due_when_failed(
    job: Job, store: Store, now: datetime, failures: int, wait_until: datetime | None
) -> Due:
    """When a source is due that could not be read for so many times in a row.

    Args:
        wait_until: until when it wants to be left alone.
    """
    return _due(job, store, Looked(now, failures, wait_until=wait_until))


def _due(job: Job, store: Store, looked: Looked, new: Iterable[Change] = ()) -> Due:
    if job.plan.is_adaptive:
        found = (change.entry for change in new if change.kind == "new")
        entries = [Appeared(entry.published, entry.first_seen) for entry in found]
        entries += store.appeared(job.name, ENTRIES)
        looked = replace(looked, entries=entries[:ENTRIES])
    jitter = random.uniform(-1, 1)  # noqa: S311  spreads load; guards nothing
    return next_due(job.plan, replace(looked, jitter=jitter))


def patience_of(survey: Survey, lease: Lease, now: datetime) -> Patience:
    """When feed and server say that they need not be asked; what is as it was says it no more."""
    if survey.is_unchanged:
        return lease.patience or NO_PATIENCE
    fresh = survey.fresh_until - now if survey.fresh_until else None
    return (survey.patience or NO_PATIENCE)._replace(fresh=fresh)


def again_at(
    resources: Iterable[Resource], noted: Guarded | None, now: datetime
) -> datetime | None:
    """When the first of what could not be had, or was not believed, is worth coming back for."""
    return min(_moments(resources, noted, now), default=None)


def _moments(
    resources: Iterable[Resource], noted: Guarded | None, now: datetime
) -> Iterator[datetime]:
    for resource in resources:
        if resource.looks and resource.look_at is not None:  # its page could not be had
            yield resource.look_at
    for batch in noted.batches if noted else ():
        if batch.status == "held" and not any(reason.is_intrinsic for reason in batch.reasons):
            yield now + CONFIRMING
