"""What a source lists: its listing pages asked, as far as they go on and show something new."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from feeder.changes.picking import agree, resource_address
from feeder.errors import FetchError, LayoutError, SourceError
from feeder.fetch import Fetcher
from feeder.models import Candidate, Fault, Page, Patience, Resource, Validators
from feeder.refresh.asking import Asking, Keep, Remembered
from feeder.refresh.faults import fault_of, is_final, told
from feeder.refresh.job import Job
from feeder.refresh.mending import Mend
from feeder.sources import Found, Paged, Selective
from feeder.workers import Work

MOST_CANDIDATES = 200
"""Of one refresh of a source on the web: ten times what a front page shows. Files have no limit."""
MOST_PAGES = 50
"""Pages behind the first one in one refresh, as many as a sitemap's index may name."""
PAGE_AGAIN = timedelta(days=1)
"""A page whose own feed stands in for it is asked once a day whether the two still agree."""
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Survey:
    """What the listing pages of a source show.

    `resources` are the pages themselves, to be remembered together with what they led to.
    `is_unchanged`: none that lists articles has changed, and so nothing is in `candidates`.
    `is_stand_in`: its own feed was read in its place, as before, so that `hints` do not say it
    again. `lists_nothing`: there are no articles on them, old ones neither. `patience` is when they
    say that they need not be asked; what is unchanged says it no more.
    """

    candidates: tuple[Candidate, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    is_unchanged: bool = False
    is_stand_in: bool = False
    lists_nothing: bool = False
    fresh_until: datetime | None = None
    patience: Patience | None = None


def look(
    job: Job,
    fetcher: Fetcher,
    work: Work,
    remembered: Remembered,
    now: datetime,
    keep: Keep,
    enough: int = MOST_CANDIDATES,
    mend: Mend | None = None,
) -> Survey:
    """Ask the listing pages of a source.

    Args:
        enough: with so many articles found, no page behind those that have them is asked.
        mend: finds another way to read a listing whose selectors find nothing any more.

    Raises:
        SourceError: the source as a whole cannot be read.
    """
    asking = Asking(job, fetcher, work, remembered, keep, mend=mend)
    surveying = _Surveying(job, now, asking, enough)
    surveying.run()
    return surveying.survey()


def first_page(job: Job, fetcher: Fetcher, work: Work) -> Found:
    """What the source's own address shows, and nothing behind it.

    Raises:
        SourceError: it cannot be read.
    """
    asking = Asking(job, fetcher, work, lambda addresses: {})
    start = Resource(job.manner.source.start, Validators())
    return asking.shown_at(start, start.address)[1]


@dataclass(slots=True)
class _Surveying:
    """A survey under way."""

    job: Job
    now: datetime
    asking: Asking
    enough: int = MOST_CANDIDATES
    made: Survey = field(default_factory=Survey)
    found: list[Candidate] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    answered: int = 0
    shown_by: int = 0

    def run(self) -> None:
        start = self.job.manner.source.start
        row = self.asking.row(start)
        is_soon = _has_stand_in(row) and row.look_at is not None and row.look_at > self.now
        if not (is_soon and self.job.holds(row.validators) and self._stand_in(row, patient=True)):
            self._begin(start, row)

    def survey(self) -> Survey:
        made = self.made
        asking = self.asking
        made.is_unchanged = not asking.changed or (asking.is_as_before and not self.found)
        made.fresh_until = asking.fresh_until
        made.lists_nothing = not self.found and not made.is_unchanged
        kept = self._recent(_once(self.found))
        if self.shown_by > 1:
            kept.sort(key=_moment, reverse=True)
        if self.job.host is not None and len(kept) > MOST_CANDIDATES:
            kept = kept[:MOST_CANDIDATES]
            made.hints.append(
                f"more than {MOST_CANDIDATES} articles are listed; the first are taken. include in "
                "[list] narrows them"
            )
        made.candidates = tuple(kept)
        return made

    def _recent(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        source = self.job.manner.source
        if isinstance(source, Selective):
            return [one for one in candidates if source.is_recent(one, self.now)]
        return list(candidates)

    # The source's own address, and what it leads to

    def _begin(self, start: str, row: Resource) -> None:
        page, found = self._first_page(start, row)
        if page is None and _has_stand_in(row):  # as it was when its feed told the same
            if self._stand_in(row, patient=False):
                self.made.resources.append(replace(row, look_at=self.now + PAGE_AGAIN))
                return
            page, found = self._first_page(start, replace(row, validators=Validators()))
        if page is None:
            if row.looks:  # answers of 410, which are in a row no more
                self.made.resources.append(replace(row, looks=0, fault=None))
            self._go_on(row.wanted, is_index=True)
            return
        self._note_move(page)
        if found.instead and self._take_instead(found, page):
            return
        if not found.candidates and found.instead:
            raise _layout(found.faults)
        self._take(found, page, () if _has_stand_in(row) else row.wanted)

    def _first_page(self, start: str, row: Resource) -> tuple[Page | None, Found]:
        """What the first page shows where it has moved to, or else where it was."""
        if row.moved_to is not None:
            try:
                return self.asking.shown_at(row, row.moved_to)
            except SourceError:  # such as a wall: what moved may have been taken over
                row = replace(row, moved_to=None, validators=Validators())
        return self.asking.shown_at(row, start)

    def _note_move(self, page: Page) -> None:
        if page.moved_to is not None:
            self.made.hints.append(f'it has moved for good: write url = "{told(page.moved_to)}"')

    def _take(self, found: Found, page: Page, left: Sequence[str]) -> None:
        """Take over what a page shows, and go on to where it leads, and to what was left before."""
        self._show(found)
        if not found.candidates:
            self._go_on(found.wanted, is_index=True)
            self.made.resources.append(self.asking.seen(page, wanted=found.wanted))
            return
        is_new = not self.asking.is_on_record(found.candidates)
        self._go_on((*(found.wanted if is_new else ()), *left), is_index=False)
        seen = self.asking.seen(page, wanted=tuple(self.left))
        if self.left:  # without validators, so that an unchanged first page does not keep them away
            seen = replace(seen, validators=self.job.marked(Validators()))
        self.made.resources.append(seen)

    def _show(self, found: Found) -> None:
        self.found += (
            replace(one, validators=self.job.marked(one.validators)) for one in found.candidates
        )
        self.shown_by += bool(found.candidates)
        self.made.faults += found.faults
        self.made.patience = found.patience or self.made.patience
        self.made.hints += found.hints

    # Its further pages

    def _go_on(self, wanted: Iterable[str], *, is_index: bool) -> None:
        """Ask all pages of an index, or one page after the other while they show new articles."""
        queue, failed = deque(wanted), list[SourceError]()
        while queue and self._may_ask_more(is_index=is_index):
            address = queue.popleft()
            if address in self.asking.asked:
                continue
            try:
                queue.extend(self._further(address, is_index=is_index))
            except SourceError as error:
                failed.append(error)
                self.made.faults.append(fault_of(error, address))
                if isinstance(error, FetchError) and not is_final(error):
                    self.left.append(address)
        if failed and is_index and not self.answered:
            raise failed[0]

    def _may_ask_more(self, *, is_index: bool) -> bool:
        """Of an index all pages are asked: the newest articles may stand on any of them."""
        source = self.job.manner.source
        if is_index or not isinstance(source, Paged):
            return len(self.asking.asked) <= MOST_PAGES
        return len(self.asking.asked) < source.max_pages and len(self.found) < self.enough

    def _further(self, address: str, *, is_index: bool) -> tuple[str, ...]:
        """Take over a further page, and give the addresses that it leads to."""
        row = self.asking.row(address)
        page = self.asking.ask(row, address)
        self.answered += 1
        if page is None:
            return row.wanted
        found = self.asking.list(page)
        is_another_index = not found.candidates
        self.made.resources.append(
            self.asking.seen(page, wanted=found.wanted if is_another_index else ())
        )
        is_new = not self.asking.is_on_record(found.candidates)
        self._show(found)
        return found.wanted if is_another_index or (is_new and not is_index) else ()

    # What tells the same for programs: the page's own feed

    def _stand_in(self, row: Resource, *, patient: bool) -> bool:
        """Ask the feed that stood in for the page before; whether it still does.

        Args:
            patient: what may pass by itself is raised. The page tells other words for the same, and
                so with each swap all of its articles are read anew.
        """
        feed, page = row.wanted[0], None
        try:
            page = self.asking.ask(self.asking.row(feed), feed)
            self.made.is_stand_in = True
            if page is None:
                return True
            found = self.asking.list(page)
        except SourceError as error:
            if patient and isinstance(error, FetchError) and not is_final(error):
                raise
            found = Found()
        if page is None or not found.candidates:  # the page itself tells more than that
            self.made.is_stand_in = False
            self.asking.asked.clear()
            return False
        self._show(found)
        self.made.resources.append(self.asking.seen(page))
        return True

    def _take_instead(self, shown: Found, page: Page) -> bool:
        """Take the first of the page's own feeds that tells the same; whether there was one."""
        for address in shown.instead:
            try:
                fed = self.asking.ask(self.asking.row(address), address, anew=True)
                found = self.asking.list(fed) if fed is not None else Found()
            except SourceError:
                continue  # the page itself was read: a feed of it that fails is no fault
            if fed is not None and agree(shown.candidates, found.candidates):
                self._show(replace(found, hints=(*shown.hints, *found.hints)))
                again = self.now + PAGE_AGAIN
                self.made.resources += [
                    replace(self.asking.seen(page, wanted=(address,)), look_at=again),
                    self.asking.seen(fed),
                ]
                return True
        return False


def _has_stand_in(row: Resource) -> bool:
    """Whether the page's own feed, of which it remembers the address, was read in its place."""
    return row.look_at is not None and bool(row.wanted)


def _once(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Each article once; that which tells it first counts."""
    met: dict[str, Candidate] = {}
    for candidate in candidates:
        met.setdefault(resource_address(candidate), candidate)
    return iter(met.values())


def _moment(candidate: Candidate) -> datetime:
    return candidate.facts.published or candidate.modified or _LONG_AGO


def _layout(faults: Iterable[Fault]) -> SourceError:
    first = next(iter(faults), None)
    if first is None:
        return LayoutError("the page shows no articles, nor do its own feeds")
    return LayoutError(first.message, advice=first.advice)
