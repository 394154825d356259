"""An article on several pages, put together as far as its pages can be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from feeder.changes.identity import Reading
from feeder.errors import SourceError
from feeder.models import Candidate, Fault, Page
from feeder.refresh.faults import told
from feeder.refresh.job import Manner
from feeder.refresh.reading import Read, lead_on, read_article
from feeder.rules.further import MAX_PAGES
from feeder.workers import Work

MOST_BYTES = 8_000_000
"""Of all pages of an article together; a single one has as much."""

Fetch = Callable[[str], Page | None]


class Whole(NamedTuple):
    """An article, what is missing of it if something is, and whether its first page is all."""

    reading: Reading
    fault: Fault | None = None
    is_one_page: bool = False


def complete(
    manner: Manner, candidate: Candidate, page: Page, read: Read, *, fetch: Fetch, work: Work
) -> Whole:
    """The article with its further pages, or as much of it as there is to be had.

    Raises:
        WorkError: the pages together are too much for a worker.
    """
    fault = None
    if read.further.single is not None:
        try:
            page = _fetched(fetch, read.further.single)
            read = work.submit(read_article, manner, candidate, page).result()
        except SourceError as error:
            fault = _missing(candidate, "the article on one page cannot be had", error)
    pages, broken = _follow(manner, page, read.further.next, fetch, work)
    if pages:
        read = work.submit(read_article, manner, candidate, page, pages).result()
    if broken is not None:
        what = f"its page {len(pages) + 2} cannot be had; the entry holds what comes before it"
        fault = _missing(candidate, what, broken)
    return Whole(read.reading, fault)


def _follow(
    manner: Manner, page: Page, following: str | None, fetch: Fetch, work: Work
) -> tuple[list[Page], SourceError | None]:
    """The further pages in their order, and what stands in the way of the next one."""
    pages: list[Page] = []
    met = {page.url, page.final_url}
    taken = len(page.body)
    while following is not None and following not in met:
        met.add(following)
        try:
            if len(pages) + 1 >= MAX_PAGES or taken > MOST_BYTES:
                raise SourceError("more pages and bytes than an article may have")
            pages.append(_fetched(fetch, following))
            taken += len(pages[-1].body)
            following = work.submit(lead_on, manner, pages[-1]).result().next
        except SourceError as error:
            return pages, error
    return pages, None


def _fetched(fetch: Fetch, address: str) -> Page:
    page = fetch(address)
    if page is None:
        raise SourceError("it gave no answer")
    return page


def _missing(candidate: Candidate, what: str, error: SourceError) -> Fault:
    return Fault("partial", f"{what}: {error.message}", told(candidate.address), error.advice)
