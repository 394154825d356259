"""Selectors that find nothing any more.

A listing is read by others, which find the articles on record. Nothing of that is kept: the record
is asked anew by each refresh that finds the selectors broken, so that what it is read by is never
older than the page, and ends with the next correction of the source's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import median_low
from typing import TYPE_CHECKING, Any

from feeder.errors import LayoutError, SourceError
from feeder.models import Article, Fault, Page
from feeder.refresh.faults import told
from feeder.refresh.job import Job
from feeder.rules.options import CONTENT_MISSED
from feeder.sources.listing.listing import Listing
from feeder.store.store import Store
from feeder.workers import Work

if TYPE_CHECKING:
    from feeder.sources.listing.mending import Mended

_MOST_KNOWN = 500
_RUNS = 20
"""Refreshes by which we know how many articles the listing used to show."""

Mend = Callable[[Page], tuple[Listing, Fault] | None]
"""Another way to read a page whose selectors find nothing, and that this was done; or none."""


def mender(job: Job, store: Store, work: Work) -> Mend | None:
    """What mends the selectors of a source for one refresh, where its file allows that.

    The guard must be on: it alone judges what comes of it before it is published.
    """
    listing = job.manner.source
    if not isinstance(listing, Listing) or listing.list.repair != "apply" or not job.guard:
        return None

    def mend(page: Page) -> tuple[Listing, Fault] | None:
        try:
            mended = proposed(job, store, work, page)
        except SourceError:  # that its selectors find nothing says more
            return None
        return _with(listing, mended), _fault(job.name, page, mended)

    return mend


def check_mendable(job: Job) -> Listing:
    """The listing that a source is, with selectors of a person's.

    Raises:
        LayoutError: it is none, or has none.
    """
    listing = job.manner.source
    if isinstance(listing, Listing) and (listing.list.item or listing.list.link):
        return listing
    raise LayoutError(
        f"{job.name} names no selectors that could be repaired",
        advice='`feeder repair` is for kind = "listing" with item or link in [list], and for '
        "sources on the web with content in [article]",
    )


def proposed(job: Job, store: Store, work: Work, page: Page) -> Mended:
    """Selectors that find the articles of a listing where they are on its page now.

    Raises:
        SourceError: nothing is to be proposed; it says why.
    """
    listing = check_mendable(job)
    # 110 ms to import, and hardly ever needed.
    from feeder.sources.listing.mending import Known, mend

    entries = store.entries([job.name], _MOST_KNOWN)
    known = [Known(entry.url, entry.title) for entry in entries if entry.url]
    shown = [run.found for run in store.runs(job.name, _RUNS) if run.found]
    task = work.submit(mend, listing, page, known, median_low(shown) if shown else 0)
    return task.result()


def content_hints(name: str, articles: Iterable[Article]) -> Iterator[str]:
    """A sentence where a source's own selectors for the article found none of those it has read."""
    told = [
        [one.rule for one in article.evidence if one.field == "content"] for article in articles
    ]
    missed = sum(CONTENT_MISSED in rules for rules in told)
    if missed and missed == sum(map(bool, told)):
        pages = "the page" if missed == 1 else f"all {missed} pages"
        yield (
            f"{CONTENT_MISSED} on {pages} read last, whose text was found without it: "
            f"`feeder repair {name}` proposes another selector"
        )


def _with(listing: Listing, mended: Mended) -> Listing:
    change: Mapping[str, Any] = {**dict.fromkeys(mended.old), **mended.new}
    return listing.model_copy(update={"list": listing.list.model_copy(update=change)})


def _fault(name: str, page: Page, mended: Mended) -> Fault:
    by = ", ".join(f"{key} = {value!r}" for key, value in mended.new.items())
    return Fault(
        LayoutError.kind,
        "its selectors find nothing any more; it was read by others, which find "
        f"{mended.known} articles on record and {mended.fresh} new: {by}",
        told(page.url),
        f"`feeder repair {name}` has the lines for its file; until then each refresh looks anew",
    )
