"""A page of links to articles: by selectors, or found by what such links are like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from feeder import plugins
from feeder.config.options import Count, Line, Options, WebUrl, Zone
from feeder.config.settings import ListSettings
from feeder.errors import LayoutError, SelectorError
from feeder.models import Candidate, Draft, Fault, Key, Page
from feeder.rules.options import selector_fault
from feeder.sources import Found
from feeder.sources.pages import draft_of
from feeder.sources.patterns import Patterns
from feeder.urls import address_key

if TYPE_CHECKING:
    # What reads pages takes 110 ms to import, and this class is needed to look at a configuration.
    from feeder.sources.listing.links import Link
    from feeder.sources.listing.selected import Selection
    from feeder.sources.listing.sheet import Sheet

MOST_CANDIDATES = 1_000
"""Of one page. A refresh takes fewer; a page with more is an index of everything."""
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|RDF)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<html[\s>]", re.IGNORECASE)
_JSON_FEED = re.compile(rb'"version"\s{0,20}:\s{0,20}"https?:(?:\\?/){2}jsonfeed\.org')
_BEGINNING = 4_096
"""Bytes in which a document says what it is."""


def _selector(value: str) -> str:
    if fault := selector_fault(value):
        raise ValueError(fault)
    return value


def _table(value: Any) -> Any:
    return value.model_dump(exclude_unset=True) if isinstance(value, ListSettings) else value


Selector = Annotated[str, AfterValidator(_selector)]


class Selectors(ListSettings):
    """`[list]`, its selectors checked."""

    item: Selector | None = Field(default=None, description="what holds one article")
    link: Selector | None = Field(default=None, description="the link to it, within its item")
    title: Selector | None = Field(default=None, description="the headline, within its item")
    date: Selector | None = Field(default=None, description="the date, within its item")
    summary: Selector | None = Field(default=None, description="a few sentences, within its item")
    image: Selector | None = Field(default=None, description="a picture, within its item")
    author: Selector | None = Field(default=None, description="the author, within its item")
    next: Selector | None = Field(default=None, description="the link to the next page")


class Listing(Options):
    """A page of links to articles."""

    url: WebUrl = Field(description="address of the page")
    list: Annotated[Selectors, BeforeValidator(_table)] = Field(
        default=Selectors(), description="what its items look like; found automatically without"
    )
    page_parameter: Line | None = Field(
        default=None, description="the parameter of its address that counts pages, from 1"
    )
    max_pages: Count = Field(default=5, ge=1, description="pages of it that are read at most")
    timezone: Zone = Field(default=ZoneInfo("UTC"), description="of dates that tell none")

    @property
    def start(self) -> str:
        """The listing's first page."""
        return self.url

    def discover(self, page: Page) -> Found:
        """The articles of a listing, of one of its own feeds, or of its WordPress API.

        Raises:
            NotTextError: it is binary.
            TooLargeError: it is too long or nested too deep.
            LayoutError: the first page shows no articles and names no feed of its own, or a
                selector finds nothing.
        """
        from feeder.sources.listing.links import links_of
        from feeder.sources.listing.sheet import open_sheet
        from feeder.sources.listing.wordpress import is_posts, posts

        if is_feed(page):
            return self._fed(page)
        if is_posts(page):
            return Found(candidates=self._wanted(posts(page)))
        sheet = open_sheet(page)
        links = links_of(sheet)
        is_first = page.url == self.url
        native = Found() if self._is_described or not is_first else _native(sheet)
        try:
            found = self._selected(sheet) if self._is_described else self._shown(sheet, links)
        except LayoutError as error:
            if not is_first:
                return Found()  # behind the last page
            if not native.instead:
                raise
            fault = Fault(error.kind, error.message, page.url, error.advice)
            return replace(native, faults=(fault,))
        wanted = self._next(sheet, links)
        return Found(
            candidates=found.candidates,
            wanted=(wanted,) if wanted else (),
            faults=found.faults,
            instead=native.instead,
            hints=native.hints,
        )

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """The article's page as a draft."""
        return draft_of(candidate, page)

    @property
    def _is_described(self) -> bool:
        return self.list.item is not None or self.list.link is not None

    def _fed(self, page: Page) -> Found:
        found: Found = plugins.find("feeder.sources", "feed")(url=page.url).discover(page)
        return Found(candidates=self._wanted(found.candidates), faults=found.faults)

    def _shown(self, sheet: Sheet, links: Iterable[Link]) -> Found:
        from feeder.sources.listing.automatic import shown_on

        wants = Patterns(self.list.include, self.list.exclude).wants
        shown = shown_on(sheet, [link for link in links if wants(link.address)], self.timezone)
        candidates = [
            Candidate(one.address, keys=_keys(one.address), modified=one.moment)
            for one in shown
            if wants(one.address)
        ]
        return _bounded(candidates, sheet)

    def _selected(self, sheet: Sheet) -> Found:
        from feeder.sources.listing.selected import Selection

        selection = Selection(sheet, self.list, self.timezone)
        candidates = [
            Candidate(address, keys=_keys(address), facts=facts, modified=facts.published)
            for address, facts in selection.items()
        ]
        if not candidates:
            raise SelectorError(
                f"none of the {selection.total} items on {sheet.address} has a link",
                advice="correct link in [list], or item if it finds what is no article",
            )
        found = _bounded(self._wanted(candidates), sheet)
        return Found(candidates=found.candidates, faults=(*_missing(selection), *found.faults))

    def _wanted(self, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
        wants = Patterns(self.list.include, self.list.exclude).wants
        return tuple(candidate for candidate in candidates if wants(candidate.address))

    def _next(self, sheet: Sheet, links: Iterable[Link]) -> str | None:
        from feeder.sources.listing.pager import next_of, of_this_site, page_after
        from feeder.sources.listing.selected import Selection

        if self.max_pages == 1:
            return None
        if self.list.next is not None:
            return of_this_site(sheet, Selection(sheet, self.list, self.timezone).next())
        if self.page_parameter is not None:
            return page_after(sheet.address, self.page_parameter, self.max_pages)
        return next_of(sheet, [*links])


def _keys(address: str) -> tuple[Key, ...]:
    return (Key("url", address_key(address)),)


def _bounded(candidates: Iterable[Candidate], sheet: Sheet) -> Found:
    """One candidate for each article, and no more of them than a page may give."""
    found: dict[tuple[Key, ...], Candidate] = {}
    for candidate in candidates:
        found.setdefault(candidate.keys, candidate)
    kept = tuple(found.values())
    message = f"{len(kept):,} articles are listed; the first {MOST_CANDIDATES:,} are taken"
    fault = Fault("too-large", message, sheet.address, "narrow them with include in [list]")
    return Found(kept[:MOST_CANDIDATES], faults=(fault,) if len(kept) > MOST_CANDIDATES else ())


def _missing(selection: Selection) -> Iterable[Fault]:
    """A fault for each selector that found nothing: a link in some items, a fact in all."""
    for key, count in selection.missing.items():
        if key == "link" or count == selection.total:
            message = f"{key} finds nothing in {count} of {selection.total} items"
            advice = f"correct {key} in [list]"
            yield Fault(LayoutError.kind, message, selection.sheet.address, advice)


def _native(sheet: Sheet) -> Found:
    from feeder.sources.listing.native import feeds_of, posts_of

    feeds = feeds_of(sheet)
    api = posts_of(sheet)
    hints = (
        (f'the page names a feed of its own: kind = "feed", url = "{feeds[0]}"',) if feeds else ()
    )
    return Found(instead=(*feeds, api) if api else feeds, hints=hints)


def is_feed(page: Page) -> bool:
    """Whether a page is a feed, by how it begins."""
    beginning = page.body[:_BEGINNING]
    if beginning.lstrip()[:1] == b"{":
        return bool(_JSON_FEED.search(beginning))
    return bool(_FEED.search(beginning)) and not _HTML.search(beginning)
