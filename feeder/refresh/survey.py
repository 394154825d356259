"""What a source lists: its listing pages asked, as far as they go on and show something new."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from feeder.changes.picking import agree, resource_address
from feeder.errors import FetchError, LayoutError, SourceError, StatusError
from feeder.fetch import Fetcher
from feeder.models import Candidate, Fault, Page, Resource, Validators
from feeder.refresh.faults import fault_of, is_final, told
from feeder.refresh.job import Job
from feeder.refresh.reading import list_page, wall_behind
from feeder.sources import Found, Paged, Selective
from feeder.workers import Work

MOST_CANDIDATES = 200
"""Of one refresh of a source on the web: ten times what a front page shows. Files have no limit."""
MOST_PAGES = 50
"""Pages behind the first one in one refresh, as many as a sitemap's index may name."""
PAGE_AGAIN = timedelta(days=1)
"""A page whose own feed stands in for it is asked once a day whether the two still agree."""
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Remembered(Protocol):
    """What is remembered of some addresses of the source."""

    def __call__(self, addresses: Iterable[str]) -> Mapping[str, Resource]: ...


@dataclass(slots=True)
class Survey:
    """What the listing pages of a source show.

    `resources` are the pages themselves, to be remembered together with what they led to.
    `is_unchanged`: none that lists articles has changed, and so nothing is in `candidates`.
    `is_stand_in`: its own feed was read in its place, as before, so that `hints` do not say it
    again. `lists_nothing`: there are no articles on them, old ones neither.
    """

    candidates: tuple[Candidate, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    is_unchanged: bool = True
    is_stand_in: bool = False
    lists_nothing: bool = False
    fresh_until: datetime | None = None


def look(job: Job, fetcher: Fetcher, work: Work, remembered: Remembered, now: datetime) -> Survey:
    """Ask the listing pages of a source.

    Raises:
        SourceError: the source as a whole cannot be read.
    """
    surveying = _Surveying(job, fetcher, work, remembered, now)
    surveying.run()
    return surveying.survey()


def first_page(job: Job, fetcher: Fetcher, work: Work) -> Found:
    """What the source's own address shows, and nothing behind it.

    Raises:
        SourceError: it cannot be read.
    """
    surveying = _Surveying(job, fetcher, work, lambda addresses: {}, _LONG_AGO)
    start = Resource(job.manner.source.start, Validators())
    page = surveying.ask(start, start.address)
    return Found() if page is None else surveying.list(page)


@dataclass(slots=True)
class _Surveying:
    """A survey under way."""

    job: Job
    fetcher: Fetcher
    work: Work
    remembered: Remembered
    now: datetime
    made: Survey = field(default_factory=Survey)
    found: list[Candidate] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)
    answered: int = 0
    shown_by: int = 0
    is_as_before: bool = False

    def run(self) -> None:
        start = self.job.manner.source.start
        row = self._row(start)
        is_soon = row.look_at is not None and row.look_at > self.now
        if not (is_soon and self.job.holds(row.validators) and self._stand_in(row)):
            self._begin(start, row)

    def survey(self) -> Survey:
        made = self.made
        made.is_unchanged = made.is_unchanged or (self.is_as_before and not self.found)
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
        if page is None and row.look_at is not None:  # as it was when its feed told the same
            if self._stand_in(row):
                self.made.resources.append(replace(row, look_at=self.now + PAGE_AGAIN))
                return
            page, found = self._first_page(start, replace(row, validators=Validators()))
        if page is None:
            self._go_on(row.wanted, is_index=True)
            return
        self._note_move(page)
        if found.instead and self._take_instead(found, page):
            return
        if not found.candidates and found.instead:
            raise _layout(found.faults)
        self._take(found, page, row.wanted if row.look_at is None else ())

    def _first_page(self, start: str, row: Resource) -> tuple[Page | None, Found]:
        """What the first page shows where it has moved to, or else where it was."""
        if row.moved_to is not None:
            try:
                return self._shown_at(row, row.moved_to)
            except SourceError:  # such as a wall: what moved may have been taken over
                row = replace(row, moved_to=None, validators=Validators())
        return self._shown_at(row, start)

    def _shown_at(self, row: Resource, address: str) -> tuple[Page | None, Found]:
        page = self.ask(row, address)
        return page, Found() if page is None else self.list(page)

    def _note_move(self, page: Page) -> None:
        if page.moved_to is not None:
            self.made.hints.append(f'it has moved for good: write url = "{told(page.moved_to)}"')

    def _take(self, found: Found, page: Page, left: Sequence[str]) -> None:
        """Take over what a page shows, and go on to where it leads, and to what was left before."""
        self._show(found)
        if not found.candidates:
            self._go_on(found.wanted, is_index=True)
            self.made.resources.append(self._seen(page, wanted=found.wanted))
            return
        is_new = not self._on_record(found.candidates)
        self._go_on((*(found.wanted if is_new else ()), *left), is_index=False)
        seen = self._seen(page, wanted=tuple(self.left))
        if self.left:  # without validators, so that an unchanged first page does not keep them away
            seen = replace(seen, validators=self.job.marked(Validators()))
        self.made.resources.append(seen)

    def _show(self, found: Found) -> None:
        self.found += (
            replace(one, validators=self.job.marked(one.validators)) for one in found.candidates
        )
        self.shown_by += bool(found.candidates)
        self.made.faults += found.faults
        self.made.hints += found.hints

    def _on_record(self, candidates: Iterable[Candidate]) -> bool:
        """Whether some of them were met before: what comes behind them was met too."""
        return bool(self.remembered([resource_address(one) for one in candidates]))

    # Its further pages

    def _go_on(self, wanted: Iterable[str], *, is_index: bool) -> None:
        """Ask all pages of an index, or one page after the other while they show new articles."""
        queue, failed = deque(wanted), list[SourceError]()
        while queue and self._may_ask_more(is_index=is_index):
            address = queue.popleft()
            if address in self.asked:
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
            return len(self.asked) <= MOST_PAGES
        return len(self.asked) < source.max_pages and len(self.found) < MOST_CANDIDATES

    def _further(self, address: str, *, is_index: bool) -> tuple[str, ...]:
        """Take over a further page, and give the addresses that it leads to."""
        row = self._row(address)
        page = self.ask(row, address)
        self.answered += 1
        if page is None:
            return row.wanted
        found = self.list(page)
        is_another_index = not found.candidates
        self.made.resources.append(
            self._seen(page, wanted=found.wanted if is_another_index else ())
        )
        is_new = not self._on_record(found.candidates)
        self._show(found)
        return found.wanted if is_another_index or (is_new and not is_index) else ()

    # What tells the same for programs: the page's own feed

    def _stand_in(self, row: Resource) -> bool:
        """Ask the feed that stood in for the page before; whether it still does."""
        page = None
        try:
            (feed,) = row.wanted
            page = self.ask(self._row(feed), feed)
            self.made.is_stand_in = True
            if page is None:
                return True
            found = self.list(page)
        except SourceError:
            found = Found()
        if page is None or not found.candidates:  # the page itself tells more than that
            self.made.is_stand_in = False
            self.asked.clear()
            return False
        self._show(found)
        self.made.resources.append(self._seen(page))
        return True

    def _take_instead(self, shown: Found, page: Page) -> bool:
        """Take the first of the page's own feeds that tells the same; whether there was one."""
        for address in shown.instead:
            try:
                fed = self.ask(self._row(address), address, anew=True)
                found = self.list(fed) if fed is not None else Found()
            except SourceError:
                continue  # the page itself was read: a feed of it that fails is no fault
            if fed is not None and agree(shown.candidates, found.candidates):
                self._show(replace(found, hints=(*shown.hints, *found.hints)))
                again = self.now + PAGE_AGAIN
                self.made.resources += [
                    replace(self._seen(page, wanted=(address,)), look_at=again),
                    self._seen(fed),
                ]
                return True
        return False

    # One request

    def _row(self, address: str) -> Resource:
        return self.remembered([address]).get(address) or Resource(address, Validators())

    def ask(self, row: Resource, address: str, *, anew: bool = False) -> Page | None:
        """The page at `address`, called by the address that its source knows it by."""
        self.asked.add(row.address)
        validators = None if anew else self.job.unmarked(row.validators)
        try:
            page = self.fetcher.fetch(address, validators)
        except StatusError as error:
            raise _wall_or(error, address, self.work) from error
        if page is None:
            self.is_as_before = True
            return None
        self.made.is_unchanged = False
        if row.address == self.job.manner.source.start:
            self.made.fresh_until = page.fresh_until
        moved_to = page.moved_to or (address if address != row.address else None)
        return replace(page, url=row.address, moved_to=moved_to)

    def list(self, page: Page) -> Found:
        if self.job.host is None:  # feeder's own listing of a folder
            return list_page(self.job.manner, page, on_web=False)
        return self.work.submit(list_page, self.job.manner, page, on_web=True).result()

    def _seen(self, page: Page, *, wanted: tuple[str, ...] = ()) -> Resource:
        return Resource(
            page.url, self.job.marked(page.validators), moved_to=page.moved_to, wanted=wanted
        )


def _once(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Each article once; that which tells it first counts."""
    met: dict[str, Candidate] = {}
    for candidate in candidates:
        met.setdefault(resource_address(candidate), candidate)
    return iter(met.values())


def _moment(candidate: Candidate) -> datetime:
    return candidate.facts.published or candidate.modified or _LONG_AGO


def _wall_or(error: StatusError, address: str, work: Work) -> SourceError:
    """The wall that an answer shows, or the answer's own error."""
    if not error.body:
        return error
    return work.submit(wall_behind, error, address).result() or error


def _layout(faults: Iterable[Fault]) -> SourceError:
    first = next(iter(faults), None)
    if first is None:
        return LayoutError("the page shows no articles, nor do its own feeds")
    return LayoutError(first.message, advice=first.advice)
