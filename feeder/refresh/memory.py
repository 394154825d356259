"""What is remembered of an article from one refresh to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from feeder.changes.looks import next_look, next_try
from feeder.changes.picking import Pick, resource_address
from feeder.errors import SourceError, UnforeseenError, WallError, WorkError
from feeder.models import Candidate, Fault, Page, Resource, Validators
from feeder.refresh.job import Job


@dataclass(frozen=True, slots=True)
class Memory:
    """What one refresh remembers of its articles. `now` is its moment."""

    job: Job
    now: datetime

    def prepared(self, pick: Pick) -> Pick:
        """A pick of the web with what is known of it from before."""
        if self.job.host is None:
            return pick
        return self._dated(self._from_its_page(pick))

    def _from_its_page(self, pick: Pick) -> Pick:
        """To be read from its page if what is on record was: a feed that calls its items whole may
        err, and what a page tells is never less."""
        known = pick.resource
        if known is None or known.candidate is None or known.candidate.complete:
            return pick
        if not (is_whole(known) and self.job.holds(known.validators)):
            return pick
        return pick._replace(candidate=replace(pick.candidate, complete=False))

    def _dated(self, pick: Pick) -> Pick:
        """With the moment from which on its looks are counted, where nothing tells a date."""
        if self._is_past(pick.candidate.modified):
            return pick
        known = (
            pick.resource.candidate.modified if pick.resource and pick.resource.candidate else None
        )
        first_met = known if self._is_past(known) else self.now
        return pick._replace(candidate=replace(pick.candidate, modified=first_met))

    def _is_past(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self.now

    def kept(self, pick: Pick) -> Resource:
        """What is remembered of an article of the web, to be looked at again while it is young."""
        candidate = replace(pick.candidate, draft=None)
        # What is announced for later would be looked at anew each hour until then.
        moments = (candidate.facts.published, candidate.modified)
        appeared = next((moment for moment in moments if moment and moment <= self.now), self.now)
        return Resource(
            resource_address(candidate),
            self.job.marked(Validators()),
            entry_id=pick.resource.entry_id if pick.resource else None,
            look_at=next_look(self.now, appeared),
            candidate=candidate,
        )

    def tried(self, pick: Pick) -> Resource:
        """An article that is to be tried again, with all that its listing tells."""
        known = pick.resource
        failed = 1 + (known.looks if known and known.look_at else 0)
        look_at = next_try(self.now, failed)
        return replace(self.kept(pick), candidate=pick.candidate, looks=failed, look_at=look_at)

    def passed(self, candidate: Candidate) -> Resource:
        """What is remembered of an article that was there before its source was met."""
        return Resource(
            resource_address(candidate),
            self.job.marked(Validators()),
            candidate=replace(candidate, draft=None),
        )

    def unread(self, pick: Pick, page: Page | None, error: SourceError) -> Resource:
        """What is remembered of an article of the web that could not be read."""
        tried = self.tried(pick)
        if isinstance(error, WallError | WorkError | UnforeseenError):  # they may be gone by then
            return tried
        if page is None:
            return replace(tried, look_at=None)
        return replace(tried, validators=self.job.marked(page.validators))

    def local(self, pick: Pick, page: Page | None, fault: Fault | None) -> Resource:
        """What is remembered of a file."""
        candidate = pick.candidate
        if fault is not None or page is None:
            return Resource(candidate.address, candidate.validators, fault=fault)
        return Resource(candidate.address, self.job.marked(page.validators))


def is_whole(known: Resource) -> bool:
    """Whether all of an article is on record."""
    return known.entry_id is not None and known.fault is None
