"""Pages that were kept, read again by today's rules: nothing is fetched.

    kept pages → read → decide → what would change → record

Readers are not told of it anew unless that is wished for: an entry that only reads better keeps its
`updated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from feeder.changes.decide import decide
from feeder.changes.identity import Reading, keys_of
from feeder.changes.picking import resource_address
from feeder.errors import SourceError
from feeder.models import Candidate, Change, Entry, Fault, Page, Resource
from feeder.refresh.faults import fault_of, told, unforeseen
from feeder.refresh.job import LEASE, Job
from feeder.refresh.reading import list_page, read_article
from feeder.rules.further import NOTHING_FURTHER
from feeder.store.claims import Lease
from feeder.store.pages import KeptPage
from feeder.store.store import Store
from feeder.workers import Work

AT_ONCE = 50
"""Articles that are read again and decided on at a time; each may have a page of megabytes."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What today's rules make of the pages of a source that were kept.

    `before` are the entries as they stand, by id.
    """

    source: str
    pages: int
    changes: tuple[Change, ...] = ()
    before: Mapping[str, Entry] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """An article's page that was kept, and what its listing said of it."""

    candidate: Candidate
    page: Page | None
    resource: Resource | None


@dataclass(slots=True)
class Replay:
    """The replay of one source.

    Args:
        notify: whether what says something else by now is dated anew, so that readers show it.
    """

    job: Job
    store: Store
    work: Work
    prefix: str
    now: datetime
    notify: bool = False
    faults: list[Fault] = field(default_factory=list)

    def look(self) -> Replayed:
        """What would change. Nothing is recorded."""
        changes: list[Change] = []
        before: dict[str, Entry] = {}
        kept = self.store.pages(self.job.name)
        for readings, _ in self._read(kept):
            for change, old in self._decide(readings):
                changes.append(change)
                if old is not None:
                    before[old.id] = old
        return Replayed(self.job.name, len(kept), tuple(changes), before, tuple(self.faults))

    def apply(self, lease: Lease) -> Replayed:
        """Record what changes, under the lease, in parts; it is done again after a kill.

        Raises:
            LostLeaseError: it took longer than its lease, and somebody else has the source.
        """
        done = Replayed(self.job.name, 0)
        kept = self.store.pages(self.job.name)
        for readings, resources in self._read(kept):
            decided = list(self._decide(readings))
            changes = [change for change, _ in decided]
            lease = self.store.record_part(lease, changes, resources, self.now + LEASE)
            before = {old.id: old for _, old in decided if old is not None}
            done = replace(
                done, changes=(*done.changes, *changes), before={**done.before, **before}
            )
        return replace(done, pages=len(kept), faults=tuple(self.faults))

    def _read(self, kept: Sequence[KeptPage]) -> Iterator[tuple[list[Reading], list[Resource]]]:
        """The articles of the kept pages, some at a time, and what is remembered of them."""
        resources = self.store.resources(self.job.name, [page.address for page in kept])
        for start in range(0, len(kept), AT_ONCE):
            readings, seen = list[Reading](), list[Resource]()
            for one in kept[start : start + AT_ONCE]:
                for article in self._articles(one, resources.get(one.address)):
                    reading = self._reading(article)
                    if reading is not None:
                        readings.append(reading)
                        seen += self._remembered(article)
            yield readings, seen

    def _articles(self, kept: KeptPage, resource: Resource | None) -> Iterator[_Kept]:
        """The article that a page has, or all that a listing has as a whole."""
        page = self.store.page(kept)
        if page is None:
            self._note(SourceError("its page is not kept any more"), kept.address)
        elif resource is not None and resource.candidate is not None:
            # A source knows it by its key; where it is, its listing said.
            page = replace(page, url=resource.candidate.address)
            yield _Kept(resource.candidate, page, resource)
        else:
            yield from self._listed(page)

    def _listed(self, page: Page) -> Iterator[_Kept]:
        try:
            task = self.work.submit(list_page, self.job.manner, page, on_web=True)
            candidates = task.result().candidates
        except SourceError as error:
            self._note(error, page.url)
            return
        whole = [one for one in candidates if one.complete and one.draft is not None]
        known = self.store.resources(self.job.name, [resource_address(one) for one in whole])
        for one in whole:
            resource = known.get(resource_address(one))
            # What was read from its own page before tells more than its listing does.
            if resource is None or resource.candidate is None or resource.candidate.complete:
                yield _Kept(one, None, resource)

    def _reading(self, kept: _Kept) -> Reading | None:
        address = kept.candidate.address
        try:
            task = self.work.submit(read_article, self.job.manner, kept.candidate, kept.page)
            read = task.result()
        except SourceError as error:
            self._note(error, address)
        except Exception as error:
            self._note(unforeseen(error, self.job.name, address), address)
        else:
            if read.further == NOTHING_FURTHER:
                return read.reading
            # By today's rules it has more pages, which were not kept: it would become shorter.
            self._note(SourceError("more pages belong to it, which are to be fetched"), address)
        return None

    def _note(self, error: SourceError, address: str) -> None:
        self.faults.append(fault_of(error, told(address)))

    def _remembered(self, kept: _Kept) -> list[Resource]:
        """The article as one that was read by today's rules: the next refresh need not fetch it.

        Not its listing, in which today's rules may find others.
        """
        known = kept.resource
        if known is None:
            return []
        validators = self.job.remarked(known.validators)
        candidate = known.candidate and replace(
            known.candidate, validators=self.job.remarked(known.candidate.validators)
        )
        return [replace(known, validators=validators, candidate=candidate, fault=None)]

    def _decide(self, readings: Sequence[Reading]) -> Iterator[tuple[Change, Entry | None]]:
        """What the readings change, with the entry as it stands."""
        keys = [key for reading in readings for key in keys_of(reading)]
        known = self.store.known(self.job.name, keys)
        entries = {record.entry.id: record.entry for record in known.values()}
        decision = decide(
            readings,
            known,
            source=self.job.name,
            prefix=self.prefix,
            elsewhere=(),
            now=self.now,
        )
        for change in decision.changes:
            old = entries.get(change.entry.id)
            if change.kind != "unchanged":
                yield self._in_silence(change, old), old

    def _in_silence(self, change: Change, old: Entry | None) -> Change:
        if self.notify or change.kind != "changed" or old is None:
            return change
        entry = replace(change.entry, updated=old.updated, revision=old.revision)
        return replace(change, kind="retouched", entry=entry)
