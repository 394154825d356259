"""What a refresh means for the condition of its source."""

from __future__ import annotations

from datetime import timedelta

from feeder.changes import conditions
from feeder.changes.conditions import Past, judged
from feeder.errors import SourceError
from feeder.models import Health, Outcome, Transition
from feeder.store.claims import Lease
from feeder.store.store import Store


def after_failure(
    lease: Lease, error: SourceError, outcome: Outcome
) -> tuple[Health, Transition | None]:
    """How a source is that could not be read, and what changed about that."""
    assert outcome.failure is not None, "it failed"
    past = _past(lease)
    now = outcome.ended
    failing_for = now - past.failing_since if past.failing_since else timedelta(0)
    sign = conditions.sign_of_failure(error, outcome.failure, failing_for)
    return judged(past, sign, lease.source, now)


def after_success(lease: Lease, outcome: Outcome, store: Store) -> tuple[Health, Transition | None]:
    """How a source is that was read, and what changed about that."""
    past, now, quiet = _past(lease), outcome.ended, None
    last_new = past.health.last_new
    if not outcome.new and conditions.may_be_silent(last_new, now):
        dates = store.recent_dates(lease.source, conditions.DATES)
        quiet = conditions.silence(last_new, dates, now)
    sign = conditions.sign_of_success(outcome, quiet)
    return judged(past, sign, lease.source, now, new=outcome.new > 0)


def _past(lease: Lease) -> Past:
    return Past(lease.health, lease.failures, lease.failing_since)
