"""One source brought up to date: the flow, from top to bottom.

    look at the listing → read what is not as it was → clean → decide → record

What is learnt is recorded in one transaction (a large source in several), under the lease that
the caller holds.
A fault of the source, or of one thing in it, is part of the outcome and hurts nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feeder.changes.decide import decide
from feeder.changes.due import Due
from feeder.changes.identity import keys_of
from feeder.changes.picking import Pick, Picked, beginning, resource_address, worth_reading
from feeder.changes.strangers import apart
from feeder.errors import (
    BudgetError,
    FeederError,
    GoneError,
    LayoutError,
    SelectorError,
    SourceError,
    WaitError,
)
from feeder.fetch import Fetcher
from feeder.models import Candidate, Fault, Outcome, Resource, Validators
from feeder.refresh.articles import Articles
from feeder.refresh.condition import after_failure, after_success
from feeder.refresh.due import again_at, due_when_failed, due_when_read, patience_of
from feeder.refresh.faults import (
    copy_fault,
    fault_of,
    stranger_fault,
    told,
    unforeseen,
    with_repair,
)
from feeder.refresh.job import LEASE, Job
from feeder.refresh.keeping import Keeping
from feeder.refresh.memory import Memory
from feeder.refresh.mending import content_hints, mender
from feeder.refresh.passed import Passed, Reached, passing
from feeder.refresh.standing import with_what_stands
from feeder.refresh.survey import Survey, look
from feeder.store.claims import Lease
from feeder.store.quarantine import Guarded
from feeder.store.store import Store
from feeder.workers import Work

if TYPE_CHECKING:
    from feeder.refresh.quarantined import Gate

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
    now = clock()
    keeping = Keeping(job.name, store, job.budget, now)
    under_way = _Refresh(job, lease, store, work, prefix, now, stopping, clock, keeping)
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
    keeping: Keeping
    tally: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    waiting: list[Candidate] = field(default_factory=list)
    unrecorded: Passed = field(default_factory=lambda: Passed((), ()))
    gate: Gate | None = None
    held: int = 0
    """Articles that the guard holds back."""
    again_at: datetime | None = None
    """When there is more to be had that is not to be had yet."""
    _listed: Sequence[Candidate] = ()
    _names: Mapping[str, str] = field(default_factory=dict)
    """What the listing calls what it shows, by address."""
    _just_read: set[str] = field(default_factory=set)
    _held: set[str] = field(default_factory=set)
    """Paths and addresses that are as they were, or were read in an earlier part: what they hold
    is not free for another to claim."""

    def look(self, fetcher: Fetcher) -> Survey:
        """What the source lists.

        Raises:
            SourceError: it cannot be read as a whole, or lists nothing any more.
        """
        survey = look(
            self.job,
            fetcher,
            self.work,
            self._remembered,
            self.now,
            self.keeping.take,
            mend=mender(self.job, self.store, self.work),
        )
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
        until = error.until if isinstance(error, WaitError) else None
        due = due_when_failed(self.job, self.store, ended, self.lease.failures + 1, until)
        resources = [self._gone(error)] if isinstance(error, GoneError) else []
        failure = fault_of(error)
        if isinstance(error, SelectorError) and self.store.entries([self.job.name], 1):
            failure = with_repair(failure, self.job.name)
        if any(one.looks >= GONE_FOR_GOOD for one in resources):
            due = Due(None, "it says that it is gone")
            failure = replace(failure, message=f"{failure.message}, for the third time and more")
        outcome = Outcome(self.job.name, self.now, ended, failure=failure)
        health, told_of = after_failure(self.lease, error, outcome)
        self.store.record(
            self.lease,
            (),
            resources,
            outcome,
            due.at,
            ended,
            failed=True,
            health=health,
            transition=told_of,
            because=due.because,
        )
        return outcome

    def read_all(self, survey: Survey, fetcher: Fetcher, wait: Callable[[float], object]) -> None:
        """Read all that is not as it was, and record it but for the last part."""
        self._listed = survey.candidates
        picked = self._pick(survey)
        if picked.fresh:
            named = ((resource_address(one), one.facts.title) for one in survey.candidates)
            self._names = {address: title or "" for address, title in named}
        self.faults += survey.faults
        self.faults += (resource.fault for resource in picked.standing if resource.fault)
        self._hold({resource.address for resource in picked.standing})
        articles = Articles(
            self.job, fetcher, self.work, self.now, self.stopping, self.keeping.take
        )
        for start in range(0, len(picked.fresh), READ_AT_ONCE):
            self._take_in(articles, picked.fresh[start : start + READ_AT_ONCE])
        if self.waiting and self.job.host is None and not self.stopping():
            again, self.waiting = self.waiting, []
            wait(SETTLING.total_seconds())
            self._take_in(articles, [Pick(candidate) for candidate in again])

    def end(self, survey: Survey) -> Outcome:
        """Record the last part, and how it ended."""
        outcome = with_what_stands(self._outcome(survey), survey, self.store, self._just_read)
        self.keeping.record()
        last = self.unrecorded
        seen = [*self._listings(survey), *last.resources]
        health, told_of = after_success(self.lease, outcome, self.store)
        patience = patience_of(survey, self.lease, outcome.ended)
        again = self.again_at
        due = due_when_read(self.job, self.store, outcome, patience, last.changes, again)
        if self.stopping() and due.at is not None:
            due = Due(outcome.ended, "it was interrupted")
        self.store.record(
            self.lease,
            last.changes,
            seen,
            outcome,
            due.at,
            outcome.ended,
            failed=False,
            health=health,
            transition=told_of,
            because=due.because,
            patience=patience,
            guarded=self._noted(survey, last.noted),
        )
        return outcome

    def _listings(self, survey: Survey) -> Iterable[Resource]:
        """The listing pages. What is held back is to be read again: they are asked for anew."""
        if not self.held:
            return survey.resources
        nothing = self.job.marked(Validators())
        return [replace(one, validators=nothing) for one in survey.resources]

    def _noted(self, survey: Survey, noted: Guarded | None) -> Guarded | None:
        """What the guard notes; all that was held before ends where everything is well again."""
        was_read = self._just_read or not survey.is_unchanged
        if self.held or self.waiting or not was_read:
            return noted
        return replace(noted or Guarded(), ends=self.now)

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
            hints=tuple(dict.fromkeys((*survey.hints, *self.hints))),
        )

    def _pick(self, survey: Survey) -> Picked:
        if self.job.host is None:
            return worth_reading(
                survey.candidates, self.store.resources(self.job.name), now=self.now
            )
        addresses = [resource_address(candidate) for candidate in survey.candidates]
        remembered = self._remembered(addresses)
        listed: Sequence[Candidate] = survey.candidates
        if not remembered and not self.store.entries([self.job.name], 1):
            listed = self._begin(survey)
        due = self.store.looks_due(self.job.name, self.now, self.job.max_articles)
        picked = worth_reading(listed, remembered, due, now=self.now)
        # Second looks come last: else what no refresh had room for would wait for all of them.
        picked.fresh.sort(key=_is_on_record)
        return picked

    def _begin(self, survey: Survey) -> list[Candidate]:
        """The newest of a source that is met for the first time; the rest is remembered as met."""
        taken, passed = beginning(survey.candidates, self.job.first_articles)
        memory = Memory(self.job, self.now)
        survey.resources += (memory.passed(candidate) for candidate in passed)
        if passed:
            survey.hints.append(
                f"the newest {len(taken)} of {len(survey.candidates)} articles are taken to begin "
                "with (first_articles in [fetch]); what was there before is no news"
            )
        return taken

    def _take_in(self, articles: Articles, picks: Sequence[Pick]) -> None:
        self._record_part()
        gathered = articles.gather(picks)
        self.hints += content_hints(self.job.name, (one.article for one in gathered.readings))
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
        passed = self._passed(Reached(readings, decision, known, gathered.resources, self._names))
        self.tally.update(change.kind for change in passed.changes)
        self.tally["dropped"] += sum(len(reading.article.dropped) for reading in readings)
        self.faults += gathered.faults
        listed = {resource_address(pick.candidate): pick.candidate.address for pick in picks}
        self.faults += (stranger_fault(listed.get(one.address, "")) for one in strangers)
        self.waiting += gathered.waiting
        self.faults += (
            copy_fault(listed.get(copy, copy), listed.get(original, original))
            for copy, original in passed.copies
        )
        self.faults += passed.faults
        self.held += passed.held
        again = (self.again_at, again_at(gathered.resources, passed.noted, self.now))
        self.again_at = min(filter(None, again), default=None)
        self.unrecorded = passed
        self._just_read.update(told(pick.candidate.address) for pick in picks)
        self._hold({resource.address for resource in gathered.resources})

    def _passed(self, reached: Reached) -> Passed:
        """What may be put on record of it."""
        if not self.job.guard:
            return passing(reached)
        if self.gate is None:
            # 15 ms, and most refreshes read nothing.
            from feeder.refresh.quarantined import Gate

            is_local = self.job.host is None
            self.gate = Gate(self.store, self.job.name, self.now, is_local=is_local)
        return self.gate.judge(reached)

    def _record_part(self) -> None:
        part = self.unrecorded
        if part.changes or part.resources or part.noted:
            self.keeping.record()
            until = self.clock() + LEASE
            self.lease = self.store.record_part(
                self.lease, part.changes, part.resources, until, part.noted
            )
        self.unrecorded = Passed((), ())

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


def _is_on_record(pick: Pick) -> bool:
    return pick.resource is not None and pick.resource.entry_id is not None
