"""The requests for the listing pages of a source, and what these show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from feeder.changes.picking import resource_address
from feeder.errors import SelectorError, SourceError, StatusError
from feeder.fetch import Fetcher
from feeder.models import Candidate, Page, Resource, Validators
from feeder.refresh.drawing import drawn
from feeder.refresh.job import Job, Manner
from feeder.refresh.mending import Mend
from feeder.refresh.reading import list_page, wall_behind
from feeder.sources import Found
from feeder.workers import Work


class Remembered(Protocol):
    """What is remembered of some addresses of the source."""

    def __call__(self, addresses: Iterable[str]) -> Mapping[str, Resource]: ...


Keep = Callable[[str, Page], None]
"""Keeps a page that its source knows by an address."""


def _keep_none(address: str, page: Page) -> None:
    """For who only looks."""


@dataclass(slots=True)
class Asking:
    """Asks for listing pages, has them read, drawn where that is needed, and kept.

    `changed` counts the pages that came, `is_as_before` tells whether any is as it was;
    `fresh_until` is what the source's own address says of itself. `drawn` are the addresses of
    pages that a browser had to draw: that they have not changed says nothing of what is drawn.
    `mend` finds another way to read a listing whose selectors find nothing.
    """

    job: Job
    fetcher: Fetcher
    work: Work
    remembered: Remembered
    keep: Keep = _keep_none
    asked: set[str] = field(default_factory=set)
    changed: int = 0
    is_as_before: bool = False
    fresh_until: datetime | None = None
    drawn: set[str] = field(default_factory=set)
    mend: Mend | None = None
    _mended: Manner | None = None

    def row(self, address: str) -> Resource:
        """What is remembered of an address, if only that there is nothing."""
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
        self.changed += 1
        if row.address == self.job.manner.source.start:
            self.fresh_until = page.fresh_until
        moved_to = page.moved_to or (address if address != row.address else None)
        return replace(page, url=row.address, moved_to=moved_to)

    def list(self, page: Page) -> Found:
        """What a page shows."""
        if self.job.host is None:  # feeder's own listing of a folder
            return list_page(self.job.manner, page, on_web=False)
        shown = page
        try:
            return self._listed(page)
        except SourceError as error:
            found = drawn(self.fetcher, page, error)
            if found is None:
                return self._listed_anew(page, error)
            shown = found
            self._note_drawn(page.url)
            try:
                return self._listed(shown)
            except SourceError as without:
                return self._listed_anew(shown, without)
        finally:
            self.keep(page.url, shown)

    def _listed_anew(self, page: Page, error: SourceError) -> Found:
        """What a page shows by selectors that were mended.

        Raises:
            SourceError: that which there was without them.
        """
        mended = self.mend(page) if self.mend and isinstance(error, SelectorError) else None
        if mended is None:
            raise error
        source, fault = mended
        self._mended = replace(self.job.manner, source=source)
        found = self._listed(page)
        return replace(found, faults=(fault, *found.faults))

    def _note_drawn(self, address: str) -> None:
        self.drawn.add(address)
        if address == self.job.manner.source.start:
            self.fresh_until = None

    def _listed(self, page: Page) -> Found:
        return self.work.submit(
            list_page, self._mended or self.job.manner, page, on_web=True
        ).result()

    def seen(self, page: Page, *, wanted: tuple[str, ...] = ()) -> Resource:
        """A page as it is to be remembered."""
        validators = Validators() if page.url in self.drawn else page.validators
        return Resource(
            page.url, self.job.marked(validators), moved_to=page.moved_to, wanted=wanted
        )

    def shown_at(self, row: Resource, address: str) -> tuple[Page | None, Found]:
        """The page at `address`, and what it shows."""
        page = self.ask(row, address)
        return page, Found() if page is None else self.list(page)

    def is_on_record(self, candidates: Iterable[Candidate]) -> bool:
        """Whether some of them were met before: what comes behind them was met too."""
        return bool(self.remembered([resource_address(one) for one in candidates]))


def _wall_or(error: StatusError, address: str, work: Work) -> SourceError:
    """The wall that an answer shows, or the answer's own error."""
    if not error.body:
        return error
    return work.submit(wall_behind, error, address).result() or error
