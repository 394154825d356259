"""What becomes of each subscription of a list: a new source, or nothing and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from feeder.adding import NewSource, name_for
from feeder.config.options import check_web_url
from feeder.fetch.shown import shown
from feeder.languages import is_language
from feeder.porting.scraping import Scrape, scraped
from feeder.porting.subscriptions import Subscription
from feeder.text import one_line, shorten
from feeder.urls import address_key, resolve

# How addresses of feeds and sitemaps look, whatever the site: names that publishing systems give
# them, and the endings that servers have types for.
_FEED = re.compile(
    r"\.(rss|atom|rdf|xml)$|/(rss|atom|feeds?)(/|$)|/(feed|rss|atom|index)\.(json|php|aspx)$"
    r"|\.feed$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(^|&)((feed|format|output|type|alt)=(rss2?|atom|rdf|feed|json_?feed)|feed|rss)(&|$)",
    re.IGNORECASE,
)
_SITEMAP = re.compile(r"/[^/]*sitemap[^/]*\.xml(\.gz)?$", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"feed:(//)?(?=https?://)|feed(?=://)", re.IGNORECASE)
_NO_SCHEME = re.compile(r"[^\s/:@]+\.[^\s/:@]+(:\d+)?(/\S*)?")

Outcome = Literal["new", "known", "refused"]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a line.

    Args:
        address: as it may be shown.
        name: of the new source, or of the one that is there already.
        why: it is none, in words; empty for a new one.
    """

    line: int
    outcome: Outcome
    address: str
    title: str = ""
    name: str = ""
    why: str = ""
    source: NewSource | None = None


def planned(
    subscriptions: Iterable[Subscription],
    there: Mapping[str, str | None],
    file: str,
    *,
    is_opml: bool,
) -> Iterator[Step]:
    """The steps, a subscription each.

    Args:
        there: the address of each source that there is, by its name.
        file: the name of the list's file, for comments.
        is_opml: whether what is no scraping is a feed; else it is what its address looks like.
    """
    known = {address_key(url): name for name, url in there.items() if url}
    taken = set(there)
    for told in subscriptions:
        step = _step(told, known, taken, file, looks_like_feed if is_opml else kind_by_look)
        if step.source is not None:
            known[address_key(step.source.keys["url"])] = step.name
            taken.add(step.name)
        yield step


def kind_by_look(address: str) -> str:
    """The kind of a source of which nothing but the address is known."""
    parts = urlsplit(address)
    if _SITEMAP.search(parts.path):
        return "sitemap"
    is_feed = _FEED.search(parts.path) or _FEED_QUERY.search(parts.query)
    return "feed" if is_feed else "listing"


def looks_like_feed(_: str) -> str:
    """The kind of what a list of feeds has."""
    return "feed"


def _step(
    told: Subscription,
    known: Mapping[str, str],
    taken: Collection[str],
    file: str,
    kind_of: Callable[[str], str],
) -> Step:
    title = shorten(one_line(told.title), 200)
    try:
        scrape = scraped(told) or Scrape("", told.address)
        address = _address(scrape.url)
    except ValueError as error:
        return Step(told.line, "refused", _shown(told.address), title, why=str(error))
    there = known.get(address_key(address))
    if there is not None:
        why = f"its address is that of {there}"
        return Step(told.line, "known", shown(address), title, there, why)
    name = name_for(title, address, taken)
    keys = _keys(told, scrape, title, address, scrape.kind or kind_of(address))
    source = NewSource(name, keys, notes=tuple(_notes(told, scrape, file)))
    return Step(told.line, "new", shown(address), title, name, source=source)


def _address(given: str) -> str:
    """The address, as it may stand in a source.

    Raises:
        ValueError: it is none, or holds a password; it is in no message.
    """
    given = _FEED_SCHEME.sub(lambda match: "" if ":" in match.group() else "http", given.strip())
    try:
        return check_web_url(given)
    except ValueError as error:
        if "password" in str(error):
            message = "its address must not hold a user or password: take them out of it, and "
            raise ValueError(message + "write them into [auth] of the source") from None
        whole = f"https://{given}"
        if _NO_SCHEME.fullmatch(given) and resolve(whole):
            raise ValueError(f"no web address; did you mean {shown(whole)}?") from None
        raise ValueError("no web address, which begins with http:// or https://") from None


def _shown(address: str) -> str:
    """What stands in an address's place, without what may be a secret in it."""
    return shown(address) if "://" in address else shorten(one_line(address), 100)


def _keys(
    told: Subscription, scrape: Scrape, title: str, address: str, kind: str
) -> Mapping[str, Any]:
    keys: dict[str, Any] = {"kind": kind}
    if title:
        keys["title"] = title
    keys["url"] = address
    if is_language(told.language):
        keys["language"] = told.language
    return keys | dict(scrape.keys) | dict(scrape.tables)


def _notes(told: Subscription, scrape: Scrape, file: str) -> Iterator[str]:
    folder = f", folder {shorten(' / '.join(told.folder), 300)}" if told.folder else ""
    yield f"Imported from {file}, line {told.line}{folder}."
    if scrape.url != told.address:
        yield "It was read by way of RSS-Bridge, and is read by feeder itself now."
    yield from (shorten(note, 400) for note in scrape.notes)
