"""A page of links: what it lists, and the feeds, the JSON and WordPress that it names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feeder.discovery.looks import Look, bare, line
from feeder.errors import LayoutError, SourceError, WallError
from feeder.models import Candidate, Fault, Page

if TYPE_CHECKING:
    from feeder.sources.listing.links import Link
    from feeder.sources.listing.sheet import Sheet

_FEED_LIKE = re.compile(r"(?:^|[./_-])(?:rss2?|atom|feeds?|rdf)(?:\.xml|\.json|\.php)?/?$", re.I)
_DRAW_IT = (
    "have a browser draw it, as docs/sources.md shows: a file of your own in sources, with "
    'kind = "listing", this url, and use = "when-needed" in [browser]'
)
_MOST_LINKED = 2
_MOST_DOCUMENTS = 2


def web_page(page: Page) -> Look:
    """What a web page lists, or why it lists nothing, and what it names.

    Raises:
        SourceError: it cannot be read at all.
    """
    from feeder.sources.listing.native import feeds_of, posts_of
    from feeder.sources.listing.sheet import open_sheet
    from feeder.sources.walls import wall_of

    sheet = open_sheet(page)
    wall = wall_of(page, page.url, listing=True)
    look = Look(
        "listing",
        "list of links",
        _page_title(sheet),
        sheet.language,
        feeds=feeds_of(sheet),
        posts=posts_of(sheet),
        linked=tuple(islice(_linked(sheet), _MOST_LINKED)),
        documents=tuple(islice(_documents(sheet), _MOST_DOCUMENTS)),
    )
    look = replace(look, inner=_inner(sheet, page))
    try:
        if wall:
            raise wall
        return replace(look, candidates=_listed(sheet, page))
    except SourceError as error:
        fault = Fault(error.kind, error.message, page.url, _advice(page, error))
        name = error.wall if isinstance(error, WallError) else ""
        return replace(look, fault=fault, wall=name)


def _advice(page: Page, error: SourceError) -> str:
    """What to do about it. Feeds and sitemaps are looked for anyway: of a page whose scripts bring
    the articles, the next step is a browser."""
    from feeder.refresh.drawing import may_help

    if not may_help(page, error):
        return error.advice
    if isinstance(error, WallError):
        return _DRAW_IT
    # Scripts are on most pages, and for other ends on most of these.
    return f"{error.advice}; or, if its scripts bring the list, {_DRAW_IT}"


def _inner(sheet: Sheet, page: Page) -> Look | None:
    """The first JSON in its scripts that lists articles."""
    from feeder.sources.json_scripts import scripts_of

    for selector in islice(scripts_of(sheet), _MOST_DOCUMENTS):
        from feeder.discovery.json_lists import json_list

        with suppress(SourceError):  # no JSON, whatever it calls itself
            if found := json_list(page, selector):
                return Look(
                    "json",
                    "JSON in the page",
                    candidates=bare(found.candidates),
                    options=dict(found.options),
                )
    return None


def _listed(sheet: Sheet, page: Page) -> tuple[Candidate, ...]:
    """The articles of a listing, each with the text of its link where nothing else names it."""
    from feeder.sources.listing.links import links_of
    from feeder.sources.listing.listing import Listing

    found = Listing(url=page.url).discover(page)
    if not found.candidates:
        raise LayoutError(f"no articles found at {page.url}")
    titles = _titles(links_of(sheet))
    return tuple(
        replace(one, facts=replace(one.facts, title=titles.get(one.address)))
        for one in bare(found.candidates)
    )


def _titles(links: Iterable[Link]) -> dict[str, str]:
    """The longest text of the links to each address: the others are a picture's, or "more"."""
    found: dict[str, str] = {}
    for link in links:
        if len(link.title) > len(found.get(link.address, "")):
            found[link.address] = line(link.title)
    return found


def _page_title(sheet: Sheet) -> str:
    """The name of the site where the page tells it, else the page's title."""
    name = next(
        (tag.get("content") for tag in islice(sheet.root.iter("meta"), 200)
         if tag.get("property") == "og:site_name" and tag.get("content")), None,
    )  # fmt: skip
    is_front = urlsplit(sheet.address).path in ("", "/")
    title = next((tag.text or "" for tag in sheet.root.iter("title")), "")
    return line((name or title) if is_front else (title or name or ""))


def _linked(sheet: Sheet) -> Iterator[str]:
    """Addresses that links of the page lead to and that are called as feeds are."""
    found: set[str] = set()
    for link in islice(sheet.root.iter("a"), 5_000):
        address = sheet.address_of(link.get("href"))
        if address is None or address in found:
            continue
        if _FEED_LIKE.search(urlsplit(address).path) and "comment" not in address.lower():
            found.add(address)
            yield address


def _documents(sheet: Sheet) -> Iterator[str]:
    """Addresses of JSON that the page names: what it loads, and what it links to."""
    found: set[str] = set()
    for tag in islice(sheet.root.iter("link", "a"), 5_000):
        address = sheet.address_of(tag.get("href"))
        if address is None or address in found or "/wp-json/" in address or "oembed" in address:
            continue
        is_json = urlsplit(address).path.lower().endswith(".json")
        told = (tag.get("type") or "").partition(";")[0].strip().lower() == "application/json"
        rel = (tag.get("rel") or "").lower()
        if (is_json and "manifest" not in rel and "manifest" not in address) or (
            told and tag.tag == "link" and "manifest" not in rel
        ):
            found.add(address)
            yield address
