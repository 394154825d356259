"""The requests for the listing pages of a source, and what these show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from feeder.changes.picking import resource_address
from feeder.errors import SourceError, StatusError
from feeder.fetch import Fetcher
from feeder.models import Candidate, Page, Resource, Validators
from feeder.refresh.job import Job
from feeder.refresh.reading import list_page, wall_behind
from feeder.sources import Found
from feeder.workers import Work


class Remembered(Protocol):
    """What is remembered of some addresses of the source."""

    def __call__(self, addresses: Iterable[str]) -> Mapping[str, Resource]: ...


@dataclass(slots=True)
class Asking:
    """Asks for listing pages, and has them read.

    `changed` counts the pages that came, `is_as_before` tells whether any is as it was;
    `fresh_until` is what the source's own address says of itself.
    """

    job: Job
    fetcher: Fetcher
    work: Work
    remembered: Remembered
    asked: set[str] = field(default_factory=set)
    changed: int = 0
    is_as_before: bool = False
    fresh_until: datetime | None = None

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
        return self.work.submit(list_page, self.job.manner, page, on_web=True).result()

    def seen(self, page: Page, *, wanted: tuple[str, ...] = ()) -> Resource:
        """A page as it is to be remembered."""
        return Resource(
            page.url, self.job.marked(page.validators), moved_to=page.moved_to, wanted=wanted
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
