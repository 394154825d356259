"""One source brought up to date: the flow, from top to bottom.

    look at the listing → read what is not as it was → clean → decide → record

What is learnt is recorded in one transaction (a large source in several), under the lease that
the caller holds.
A fault of the source, or of one thing in it, is part of the outcome and hurts nothing else.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from feeder.changes.decide import decide, worth_reading
from feeder.changes.identity import Reading, keys_of
from feeder.cleaner.draft import RulesFor, clean
from feeder.errors import (
    FeederError,
    NoArticleError,
    SourceError,
    StillChangingError,
    UnforeseenError,
)
from feeder.fetch import Fetcher
from feeder.logs import logger
from feeder.models import Candidate, Change, Fault, Outcome, Page, Resource, Validators
from feeder.sources import Found, Source
from feeder.store.claims import Lease
from feeder.store.store import Store
from feeder.text import one_line

LEASE = timedelta(minutes=10)
"""How long a claim is good for, from the last sign of work, if its holder cannot be asked because
it is on another machine. Of one that died on this machine we know at once."""
READ_AT_ONCE = 1_000
"""Articles in memory at a time. 1,000 of 3 kB take 25 MB with all that is known of them."""
SETTLING = timedelta(seconds=2)
"""A file that was written to this recently may not be finished; it is looked at again."""


@dataclass(frozen=True, slots=True)
class Job:
    """What it takes to refresh one source: its kind, its fetcher, and when it is due again.

    `mark` stands for the options that decide how a thing is read: with another one, all is read
    again. `language` is that of articles that tell none, `rules` what is known of a page's site.
    """

    name: str
    source: Source
    fetcher: Fetcher
    due_after: DueAfter
    language: str | None = None
    mark: str = ""
    rules: RulesFor | None = None


class DueAfter(Protocol):
    """When a source is to be looked at again; None: never by itself."""

    def __call__(self, now: datetime, *, failures: int, jitter: float) -> datetime | None: ...


def refresh(
    job: Job,
    lease: Lease,
    store: Store,
    *,
    prefix: str,
    wait: Callable[[float], object],
    stopping: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Bring one claimed source up to date, and end the claim.

    Args:
        prefix: tag URI authority and date for minted ids (RFC 4151).
        wait: waits so many seconds; returns early where the program shall end.
        stopping: whether the program shall end. What was read by then is recorded, and the
            source is due at once for the rest.

    Raises:
        LostLeaseError: it took longer than its lease, and somebody else has the source.
        StateError: nothing could be recorded. Whoever claims the source next does it all again.
    """
    started = clock()
    try:
        found = _discover(job)
    except SourceError as error:
        outcome = Outcome(job.name, started, clock(), failure=fault_of(error))
        due = _next_due(job, outcome.ended, lease.failures + 1)
        store.record(lease, (), (), outcome, due, outcome.ended, failed=True)
        return outcome
    work = _Refresh(job, lease, store, prefix, found, started, stopping, clock)
    work.read_all(wait)
    outcome = work.outcome(clock())
    due = outcome.ended if stopping() else _next_due(job, outcome.ended, failures=0)
    changes, resources = work.unrecorded
    store.record(work.lease, changes, resources, outcome, due, outcome.ended, failed=False)
    return outcome


@dataclass(slots=True)
class _Refresh:
    """One refresh under way. A large source is read, decided and recorded in parts, so that
    memory does not grow with it; the last part is recorded together with the outcome."""

    job: Job
    lease: Lease
    store: Store
    prefix: str
    found: Found
    now: datetime
    stopping: Callable[[], bool]
    clock: Callable[[], datetime]
    tally: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    waiting: list[Candidate] = field(default_factory=list)
    unrecorded: tuple[Sequence[Change], Sequence[Resource]] = ((), ())
    _held: set[str] = field(default_factory=set)
    """Paths that are as they were, or were read in an earlier part: what they hold is not free
    for another file to claim."""

    def read_all(self, wait: Callable[[float], object]) -> None:
        fresh, standing = worth_reading(self.found.candidates, self.store.resources(self.job.name))
        self.faults += self.found.faults
        self.faults += (resource.fault for resource in standing if resource.fault)
        self._hold({c.address for c in self.found.candidates} - {c.address for c in fresh})
        for start in range(0, len(fresh), READ_AT_ONCE):
            self._take_in(fresh[start : start + READ_AT_ONCE])
        if self.waiting and not self.stopping():
            again, self.waiting = self.waiting, []
            wait(SETTLING.total_seconds())
            self._take_in(again)

    def outcome(self, ended: datetime) -> Outcome:
        return Outcome(
            source=self.job.name,
            started=self.now,
            ended=ended,
            found=len(self.found.candidates),
            new=self.tally["new"],
            changed=self.tally["changed"],
            dropped=self.tally["dropped"],
            faults=tuple(self.faults),
            waiting=tuple(candidate.address for candidate in self.waiting),
        )

    def _take_in(self, candidates: Sequence[Candidate]) -> None:
        self._record_part()
        readings, resources = self._read(candidates)
        keys = [key for reading in readings for key in keys_of(reading)]
        decision = decide(
            readings,
            self.store.known(self.job.name, keys),
            source=self.job.name,
            prefix=self.prefix,
            elsewhere=self._held,
            now=self.now,
        )
        self.tally.update(change.kind for change in decision.changes)
        self.tally["dropped"] += sum(len(reading.article.dropped) for reading in readings)
        self.faults += (_copy_fault(copy, original) for copy, original in decision.copies)
        self.unrecorded = decision.changes, resources
        self._hold({resource.address for resource in resources})

    def _record_part(self) -> None:
        changes, resources = self.unrecorded
        if changes or resources:
            until = self.clock() + LEASE
            self.lease = self.store.record_part(self.lease, changes, resources, until)
        self.unrecorded = (), ()

    def _read(self, candidates: Iterable[Candidate]) -> tuple[list[Reading], list[Resource]]:
        readings: list[Reading] = []
        resources: list[Resource] = []
        for candidate in candidates:
            if self.stopping():
                break
            page = self._fetch(candidate)
            if page is None:
                continue
            try:
                readings.append(_read_guarded(self.job, candidate, page))
                validators = _marked(page.validators, self.job.mark)
                resources.append(Resource(candidate.address, validators))
            except SourceError as error:
                fault = fault_of(error, candidate.address)
                self.faults.append(fault)
                # What was a bug is not remembered: the next feeder may be without it.
                if fault.kind != UnforeseenError.kind:
                    resources.append(Resource(candidate.address, candidate.validators, fault=fault))
        return readings, resources

    def _fetch(self, candidate: Candidate) -> Page | None:
        """What the candidate's address gives, or None where that is a fault, or not yet.

        Such a fault is not remembered: what is in the way of a file (a folder's mode, a link, a
        disk) goes away again without a trace on the file itself.
        """
        try:
            page = self.job.fetcher.fetch(candidate.address)
            if page is None:
                raise SourceError("it gave no answer")
        except StillChangingError:
            self.waiting.append(candidate)
        except SourceError as error:
            self.faults.append(fault_of(error, candidate.address))
        else:
            return page
        return None

    def _hold(self, addresses: Collection[str]) -> None:
        for candidate in self.found.candidates:
            if candidate.address in addresses:
                self._held.update(key.value for key in candidate.keys if key.kind == "path")


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
        for each in found.candidates:
            marked = _marked(each.validators, job.mark)
            candidates[each.address] = replace(each, validators=marked)
        faults.extend(found.faults)
        wanted.extend(a for a in found.wanted if a not in seen and a not in wanted)
    return Found(tuple(candidates.values()), faults=tuple(faults))


def _marked(validators: Validators, mark: str) -> Validators:
    """Validators as they are remembered: they hold only while things are read the same way."""
    return replace(validators, etag=f"{mark}:{validators.etag}") if validators.etag else validators


def _read_guarded(job: Job, candidate: Candidate, page: Page) -> Reading:
    """As `_read_one`, with whatever nobody foresaw as a named fault of just this article.

    Raises:
        SourceError: as `_read_one`; an `UnforeseenError` is in the log with its traceback.
    """
    try:
        return _read_one(job, candidate, page)
    except FeederError:
        raise
    except Exception as error:
        logger().exception("unforeseen", source=job.name, address=candidate.address)
        raise UnforeseenError(
            f"feeder itself failed on it ({type(error).__name__})",
            advice="report it with this file and the log; the other articles are not affected",
        ) from error


def _read_one(job: Job, candidate: Candidate, page: Page) -> Reading:
    draft = job.source.read(candidate, page)
    article = clean(draft, job.rules)
    article = replace(article, language=article.language or job.language)
    if not article.text and not article.html:
        raise NoArticleError(
            "no article was found in it",
            advice="if it should be one, give it a title and at least one paragraph",
        )
    keys = tuple(dict.fromkeys((*draft.keys, *candidate.keys)))
    return Reading(candidate.address, article, keys, draft.fallback_date)


def _copy_fault(copy: str, original: str) -> Fault:
    return Fault("copy", f"says the same as {one_line(original)}; it is one entry", copy)


def _next_due(job: Job, now: datetime, failures: int) -> datetime | None:
    jitter = random.uniform(-1, 1)  # noqa: S311  spreads load; guards nothing
    return job.due_after(now, failures=failures, jitter=jitter)
