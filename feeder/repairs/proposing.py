"""What would find a source's articles again: asked of its pages as they are now.

Nothing is put on record.
"""

from __future__ import annotations

from collections.abc import Iterator

from feeder.app import App
from feeder.errors import LayoutError, SourceError
from feeder.models import Entry, Page, Resource, Validators
from feeder.refresh.asking import Asking
from feeder.refresh.job import Job
from feeder.refresh.mending import check_mendable, proposed
from feeder.repairs.content import MendedContent, OnRecord, mend_content
from feeder.sources.listing.listing import Listing
from feeder.sources.listing.mending import Mended

_PAGES = 5
_OF = 40
"""The newest articles on record, of which a few are asked for: after a redesign the newest were
read without the selectors, so that those a little older speak for more."""


def propose(app: App, name: str) -> list[Mended | MendedContent]:
    """Selectors that find the articles of a source where they are now.

    Raises:
        SourceError: its pages cannot be had, or nothing is to be proposed; it says why.
    """
    job = app.jobs[name]
    content = next(one for one in app.settings.sources if one.name == name).article.content
    if job.host is None:
        content = ()  # a file of one's own is not redesigned by others
    made, first = list[Mended | MendedContent](), None
    if not content or _is_described(job):
        try:
            made.append(_of_listing(app, job))
        except SourceError as error:
            first = error
    if content:
        try:
            made.append(_of_articles(app, job, content))
        except SourceError as error:
            first = first or error
    if first is not None and not made:
        raise first
    return made


def _is_described(job: Job) -> bool:
    source = job.manner.source
    return isinstance(source, Listing) and bool(source.list.item or source.list.link)


def _of_listing(app: App, job: Job) -> Mended:
    check_mendable(job)
    start = job.manner.source.start
    asking = Asking(job, job.begin(lambda: False), app.work, lambda addresses: {})
    page = asking.ask(Resource(start, Validators()), start, anew=True)
    if page is None:
        raise LayoutError(f"{start} says that it has not changed, though nobody asked that")
    return proposed(job, app.store, app.work, page)


def _of_articles(app: App, job: Job, content: tuple[str, ...]) -> MendedContent:
    pages = list(_pages(job, app.store.entries([job.name], _OF)))
    return app.work.submit(mend_content, content, pages).result()


def _pages(job: Job, entries: list[Entry]) -> Iterator[OnRecord]:
    """Some of the articles on record, as their pages are now."""
    fetcher = job.begin(lambda: False)
    addressed = [entry for entry in entries if entry.url]
    for entry in addressed[:: max(len(addressed) // _PAGES, 1)][:_PAGES]:
        page: Page | None = None
        try:
            page = fetcher.fetch(str(entry.url))
        except SourceError:
            continue  # one that has gone is no reason to ask no other
        if page is not None:
            yield OnRecord(page, entry.text)
