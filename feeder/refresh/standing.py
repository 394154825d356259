"""What an unchanged listing showed before, and still holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from feeder.models import Outcome
from feeder.refresh.survey import Survey
from feeder.store.store import Store


def with_what_stands(
    outcome: Outcome, survey: Survey, store: Store, just_read: Collection[str]
) -> Outcome:
    """The outcome with the articles, faults and hints of a listing that is as it was.

    Args:
        just_read: what was read again by this refresh, and has its own faults.
    """
    if not (survey.is_unchanged or survey.is_stand_in):
        return outcome
    last = _last_good(outcome.source, store)
    if last is None:
        return outcome
    if not survey.is_unchanged:
        return replace(outcome, hints=tuple(dict.fromkeys((*last.hints, *outcome.hints))))
    read = {fault.address for fault in outcome.faults} | set(just_read)
    standing = tuple(f for f in last.faults if f.address and f.address not in read)
    return replace(outcome, found=last.found, hints=last.hints, faults=(*standing, *outcome.faults))


def _last_good(source: str, store: Store) -> Outcome | None:
    for limit in (1, 100):
        runs = store.runs(source, limit)
        good = next((run for run in runs if run.failure is None), None)
        if good is not None:
            return good
    return None
