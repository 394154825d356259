"""One source brought up to date: the flow, from top to bottom.

    look at the listing → read what is not as it was → clean → decide → record

What is learnt is recorded in one transaction (a large source in several), under the lease that
the caller holds.
A fault of the source, or of one thing in it, is part of the outcome and hurts nothing else.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from feeder.changes.decide import decide
from feeder.changes.identity import keys_of
from feeder.changes.picking import Pick, Picked, resource_address, worth_reading
from feeder.changes.strangers import apart
from feeder.errors import (
    BudgetError,
    FeederError,
    GoneError,
    LayoutError,
    SourceError,
    WaitError,
)
from feeder.fetch import Fetcher
from feeder.models import Candidate, Change, Fault, Outcome, Resource, Validators
from feeder.refresh.articles import Articles
from feeder.refresh.faults import fault_of, told, unforeseen
from feeder.refresh.job import LEASE, Job
from feeder.refresh.survey import Survey, look
from feeder.store.claims import Lease
from feeder.store.store import Store
from feeder.text import one_line
from feeder.workers import Work

READ_AT_ONCE = 1_000
"""Articles in memory at a time. 1,000 of 3 kB take 25 MB with all that is known of them."""
SETTLING = timedelta(seconds=2)
"""A file that was written to this recently may not be finished; it is looked at again."""
GONE_FOR_GOOD = 3
"""Answers of 410 in a row after which nobody asks any more but a person."""


def refresh(
    job: Job,
    lease: Lease,
    store: Store,
    *,
    work: Work,
    prefix: str,
    wait: Callable[[float], object],
    stopping: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Bring one claimed source up to date, and end the claim.

    Args:
        work: where strangers' bytes are read.
        prefix: tag URI authority and date for minted ids (RFC 4151).
        wait: waits so many seconds; returns early where the program shall end.
        stopping: whether the program shall end. What was read by then is recorded, and the
            source is due at once for the rest.

    Raises:
        LostLeaseError: it took longer than its lease, and somebody else has the source.
        StateError: nothing could be recorded. Whoever claims the source next does it all again.
    """
    under_way = _Refresh(job, lease, store, work, prefix, clock(), stopping, clock)
    try:
        fetcher = job.begin(stopping)
        survey = under_way.look(fetcher)
        under_way.read_all(survey, fetcher, wait)
        return under_way.end(survey)
    except SourceError as error:
        if isinstance(error, BudgetError) and stopping():
            return under_way.give_back(error)
        return under_way.fail(error)
    except FeederError:
        raise
    except Exception as error:  # whatever it is, the sources after this one have their turn
        return under_way.fail(unforeseen(error, job.name, job.manner.source.start))


@dataclass(slots=True)
class _Refresh:
    """One refresh under way. A large source is read, decided and recorded in parts, so that
    memory does not grow with it; the last part is recorded together with the outcome."""

    job: Job
    lease: Lease
    store: Store
    work: Work
    prefix: str
    now: datetime
    stopping: Callable[[], bool]
    clock: Callable[[], datetime]
    tally: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    waiting: list[Candidate] = field(default_factory=list)
    unrecorded: tuple[Sequence[Change], Sequence[Resource]] = ((), ())
    _listed: Sequence[Candidate] = ()
    _just_read: set[str] = field(default_factory=set)
    _held: set[str] = field(default_factory=set)
    """Paths and addresses that are as they were, or were read in an earlier part: what they hold
    is not free for another to claim."""

    def look(self, fetcher: Fetcher) -> Survey:
        """What the source lists.

        Raises:
            SourceError: it cannot be read as a whole, or lists nothing any more.
        """
        survey = look(self.job, fetcher, self.work, self._remembered, self.now)
        if survey.lists_nothing and self.job.host and self.store.entries([self.job.name], 1):
            raise LayoutError(
                "it lists no articles any more; what is on record stays",
                advice="open it in a browser: it may have moved, or be built differently by now",
            )
        return survey

    def give_back(self, error: BudgetError) -> Outcome:
        """End a refresh that was interrupted before it had anything: the source has no fault."""
        ended = self.clock()
        self.store.abandon(self.lease, ended)
        return Outcome(self.job.name, self.now, ended, faults=(fault_of(error),))

    def fail(self, error: SourceError) -> Outcome:
        """Record that the source as a whole could not be read."""
        ended = self.clock()
        due = self._due(ended, self.lease.failures + 1)
        resources: list[Resource] = []
        if isinstance(error, GoneError):
            resources.append(self._gone(error))
            due = None if resources[0].looks >= GONE_FOR_GOOD else due
        if isinstance(error, WaitError) and error.until and due:
            due = max(due, error.until)
        failure = fault_of(error)
        if due is None and resources:
            failure = replace(failure, message=f"{failure.message}, for the third time and more")
        outcome = Outcome(self.job.name, self.now, ended, failure=failure)
        self.store.record(self.lease, (), resources, outcome, due, ended, failed=True)
        return outcome

    def read_all(self, survey: Survey, fetcher: Fetcher, wait: Callable[[float], object]) -> None:
        """Read all that is not as it was, and record it but for the last part."""
        self._listed = survey.candidates
        picked = self._pick(survey)
        self.faults += survey.faults
        self.faults += (resource.fault for resource in picked.standing if resource.fault)
        self._hold({resource.address for resource in picked.standing})
        articles = Articles(self.job, fetcher, self.work, self.now, self.stopping)
        for start in range(0, len(picked.fresh), READ_AT_ONCE):
            self._take_in(articles, picked.fresh[start : start + READ_AT_ONCE])
        if self.waiting and self.job.host is None and not self.stopping():
            again, self.waiting = self.waiting, []
            wait(SETTLING.total_seconds())
            self._take_in(articles, [Pick(candidate) for candidate in again])

    def end(self, survey: Survey) -> Outcome:
        """Record the last part, and how it ended."""
        outcome = self._with_what_stands(survey, self._outcome(survey))
        due = self._due(outcome.ended, 0, survey.fresh_until)
        if self.stopping() and due is not None:
            due = outcome.ended
        changes, resources = self.unrecorded
        seen = [*survey.resources, *resources]
        self.store.record(self.lease, changes, seen, outcome, due, outcome.ended, failed=False)
        return outcome

    def _outcome(self, survey: Survey) -> Outcome:
        return Outcome(
            source=self.job.name,
            started=self.now,
            ended=self.clock(),
            found=len(survey.candidates),
            new=self.tally["new"],
            changed=self.tally["changed"],
            dropped=self.tally["dropped"],
            faults=tuple(self.faults),
            waiting=tuple(candidate.address for candidate in self.waiting),
            hints=tuple(dict.fromkeys(survey.hints)),
        )

    def _with_what_stands(self, survey: Survey, outcome: Outcome) -> Outcome:
        """What an unchanged listing showed before still holds: its articles, faults and hints."""
        if not (survey.is_unchanged or survey.is_stand_in):
            return outcome
        last = self._last_good()
        if last is None:
            return outcome
        if not survey.is_unchanged:
            return replace(outcome, hints=tuple(dict.fromkeys((*last.hints, *outcome.hints))))
        read = {fault.address for fault in self.faults} | self._just_read
        standing = tuple(f for f in last.faults if f.address and f.address not in read)
        return replace(
            outcome, found=last.found, hints=last.hints, faults=(*standing, *outcome.faults)
        )

    def _last_good(self) -> Outcome | None:
        for limit in (1, 100):
            runs = self.store.runs(self.job.name, limit)
            good = next((run for run in runs if run.failure is None), None)
            if good is not None:
                return good
        return None

    def _pick(self, survey: Survey) -> Picked:
        if self.job.host is None:
            return worth_reading(
                survey.candidates, self.store.resources(self.job.name), now=self.now
            )
        addresses = [resource_address(candidate) for candidate in survey.candidates]
        due = self.store.looks_due(self.job.name, self.now, self.job.max_articles)
        picked = worth_reading(survey.candidates, self._remembered(addresses), due, now=self.now)
        # Second looks come last: else what no refresh had room for would wait for all of them.
        picked.fresh.sort(key=_is_on_record)
        return picked

    def _take_in(self, articles: Articles, picks: Sequence[Pick]) -> None:
        self._record_part()
        gathered = articles.gather(picks)
        keys = [key for reading in gathered.readings for key in keys_of(reading)]
        known = self.store.known(self.job.name, keys)
        readings, strangers = apart(gathered.readings, known)
        decision = decide(
            readings,
            known,
            source=self.job.name,
            prefix=self.prefix,
            elsewhere=self._held,
            now=self.now,
        )
        self.tally.update(change.kind for change in decision.changes)
        self.tally["dropped"] += sum(len(reading.article.dropped) for reading in readings)
        self.faults += gathered.faults
        listed = {resource_address(pick.candidate): pick.candidate.address for pick in picks}
        self.faults += (_stranger_fault(listed.get(one.address, "")) for one in strangers)
        self.waiting += gathered.waiting
        self.faults += (
            _copy_fault(listed.get(copy, copy), listed.get(original, original))
            for copy, original in decision.copies
        )
        self.unrecorded = decision.changes, gathered.resources
        self._just_read.update(told(pick.candidate.address) for pick in picks)
        self._hold({resource.address for resource in gathered.resources})

    def _record_part(self) -> None:
        changes, resources = self.unrecorded
        if changes or resources:
            until = self.clock() + LEASE
            self.lease = self.store.record_part(self.lease, changes, resources, until)
        self.unrecorded = (), ()

    def _hold(self, addresses: Collection[str]) -> None:
        for candidate in self._listed:
            if resource_address(candidate) in addresses:
                self._held.update(k.value for k in candidate.keys if k.kind in ("path", "url"))

    def _remembered(self, addresses: Iterable[str]) -> Mapping[str, Resource]:
        return self.store.resources(self.job.name, list(addresses))

    def _gone(self, error: GoneError) -> Resource:
        """The source's own address, with one more answer of 410 in a row."""
        start = self.job.manner.source.start
        known = self._remembered([start]).get(start) or Resource(start, Validators())
        return replace(known, looks=known.looks + 1, fault=fault_of(error))

    def _due(
        self, ended: datetime, failures: int, fresh_until: datetime | None = None
    ) -> datetime | None:
        jitter = random.uniform(-1, 1)  # noqa: S311  spreads load; guards nothing
        return self.job.due_after(ended, failures=failures, jitter=jitter, fresh_until=fresh_until)


def _is_on_record(pick: Pick) -> bool:
    return pick.resource is not None and pick.resource.entry_id is not None


def _stranger_fault(address: str) -> Fault:
    return Fault(
        "no-article",
        "its page says what others of them say by now; what is on record stays",
        told(address),
        "open it in a browser: something may stand in its place, such as a log-in",
    )


def _copy_fault(copy: str, original: str) -> Fault:
    message = f"says the same as {one_line(told(original))}; it is one entry"
    return Fault("copy", message, told(copy))
