"""One source brought up to date: the flow, from top to bottom.

    look at the listing → read what is not as it was → clean → decide → record

Everything that is learnt is recorded in one transaction, under the lease that the caller holds.
A fault of the source, or of one thing in it, is part of the outcome and hurts nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from feeder.changes.decide import Decision, decide, worth_reading
from feeder.changes.identity import Reading, keys_of
from feeder.cleaner.draft import clean
from feeder.errors import FeederError, NoArticleError, SourceError, StillChangingError
from feeder.fetch import Fetcher
from feeder.models import Candidate, Fault, Outcome, Resource, Validators
from feeder.sources import Found, Source
from feeder.store.claims import Lease
from feeder.store.store import Store

SETTLING = timedelta(seconds=2)
"""A file that was written to this recently may not be finished; it is looked at again."""


@dataclass(frozen=True, slots=True)
class Job:
    """What it takes to refresh one source: its kind, its fetcher, and when it is due again."""

    name: str
    source: Source
    fetcher: Fetcher
    due_after: DueAfter
    language: str | None = None


class DueAfter(Protocol):
    """When a source is to be looked at again; None: never by itself."""

    def __call__(self, now: datetime, *, failures: int, jitter: float) -> datetime | None: ...


@dataclass(slots=True)
class _Look:
    """What one refresh has seen so far."""

    found: Found
    readings: list[Reading] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    waiting: list[Candidate] = field(default_factory=list)


def refresh(
    job: Job,
    lease: Lease,
    store: Store,
    *,
    prefix: str,
    failures: int = 0,
    wait: Callable[[float], object],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Bring one claimed source up to date, and end the claim.

    Args:
        prefix: tag URI authority and date for minted ids (RFC 4151).
        failures: failed refreshes in a row before this one.
        wait: waits so many seconds; returns early where the program shall end.

    Raises:
        StateError: nothing could be recorded. Whoever claims the source next does it all again.
    """
    started = clock()
    try:
        found = _discover(job)
    except SourceError as error:
        outcome = Outcome(job.name, started, clock(), failure=fault_of(error))
        _record(job, lease, store, Decision(()), (), outcome, failures + 1)
        return outcome
    look = _read_all(job, store, found, wait)
    known = store.known(job.name, [key for reading in look.readings for key in keys_of(reading)])
    decision = decide(
        look.readings,
        known,
        source=job.name,
        prefix=prefix,
        elsewhere=_unread(look),
        now=started,
    )
    outcome = _outcome(job.name, look, decision, started, clock())
    _record(job, lease, store, decision, _remembered(look, decision), outcome, 0)
    return outcome


def fault_of(error: FeederError, address: str = "") -> Fault:
    """An error as it stands in an outcome."""
    kind = error.kind if isinstance(error, SourceError) else "state"
    return Fault(kind, error.message, address, error.advice)


def _discover(job: Job) -> Found:
    """The candidates of all listing pages, each address fetched once."""
    candidates: dict[str, Candidate] = {}
    faults: list[Fault] = []
    wanted, seen = [job.source.start], set[str]()
    while wanted:
        address = wanted.pop(0)
        seen.add(address)
        page = job.fetcher.fetch(address)
        if page is None:  # only with validators, and none were given
            continue
        found = job.source.discover(page)
        candidates.update({c.address: c for c in found.candidates})
        faults.extend(found.faults)
        wanted.extend(a for a in found.wanted if a not in seen and a not in wanted)
    return Found(tuple(candidates.values()), faults=tuple(faults))


def _read_all(job: Job, store: Store, found: Found, wait: Callable[[float], object]) -> _Look:
    fresh, standing = worth_reading(found.candidates, store.resources(job.name))
    look = _Look(found, faults=list(found.faults))
    look.faults.extend(resource.fault for resource in standing if resource.fault)
    _read(job, fresh, look)
    if look.waiting:
        again, look.waiting = look.waiting, []
        wait(SETTLING.total_seconds())
        _read(job, again, look)
    return look


def _read(job: Job, candidates: Iterable[Candidate], look: _Look) -> None:
    for candidate in candidates:
        try:
            reading, validators = _read_one(job, candidate)
        except StillChangingError:
            look.waiting.append(candidate)
        except SourceError as error:
            fault = fault_of(error, candidate.address)
            look.faults.append(fault)
            look.resources[candidate.address] = Resource(
                candidate.address, candidate.validators, fault=fault
            )
        else:
            look.readings.append(reading)
            look.resources[candidate.address] = Resource(candidate.address, validators)


def _read_one(job: Job, candidate: Candidate) -> tuple[Reading, Validators]:
    page = job.fetcher.fetch(candidate.address)
    if page is None:
        raise SourceError("it gave no answer")
    draft = job.source.read(candidate, page)
    article = clean(draft)
    if not article.text and not article.html:
        raise NoArticleError(
            "no article was found in it",
            advice="if it should be one, give it a title and at least one paragraph",
        )
    keys = tuple(dict.fromkeys((*draft.keys, *candidate.keys)))
    return Reading(candidate.address, article, keys, draft.fallback_date), page.validators


def _unread(look: _Look) -> frozenset[str]:
    """Paths that are there as they were: what they hold is not free for other files to claim."""
    read = look.resources.keys() | {candidate.address for candidate in look.waiting}
    return frozenset(
        key.value
        for candidate in look.found.candidates
        if candidate.address not in read
        for key in candidate.keys
        if key.kind == "path"
    )


def _remembered(look: _Look, decision: Decision) -> tuple[Resource, ...]:
    """Each address read, with the entry that it gave."""
    entries = {change.address: change.entry.id for change in decision.changes}
    entries.update({copy: "" for copy, _ in decision.copies})
    return tuple(
        Resource(r.address, r.validators, entries.get(r.address) or None, r.fault)
        for r in look.resources.values()
    )


def _outcome(
    name: str, look: _Look, decision: Decision, started: datetime, ended: datetime
) -> Outcome:
    copies = (
        Fault("copy", f"{copy} says the same as {original}; it is one entry", copy)
        for copy, original in decision.copies
    )
    kinds = [change.kind for change in decision.changes]
    return Outcome(
        source=name,
        started=started,
        ended=ended,
        found=len(look.found.candidates),
        new=kinds.count("new"),
        changed=kinds.count("changed"),
        dropped=sum(len(reading.article.dropped) for reading in look.readings),
        faults=(*look.faults, *copies),
        waiting=tuple(candidate.address for candidate in look.waiting),
    )


def _record(
    job: Job,
    lease: Lease,
    store: Store,
    decision: Decision,
    resources: Sequence[Resource],
    outcome: Outcome,
    failures: int,
) -> None:
    jitter = random.uniform(-1, 1)  # noqa: S311  spreads load; guards nothing
    store.record(
        lease,
        decision.changes,
        resources,
        outcome,
        next_check_at=job.due_after(outcome.ended, failures=failures, jitter=jitter),
        now=outcome.ended,
        failed=outcome.failure is not None,
    )
