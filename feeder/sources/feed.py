"""A site's own feed: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1 and 1.1."""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import Field

from feeder.config.options import Options, WebUrl, Zone
from feeder.config.settings import ListSettings
from feeder.enclosures import PLAYED
from feeder.errors import LayoutError
from feeder.models import Candidate, Draft, Enclosure, Facts, Fault, Key, Page, Validators
from feeder.sources import Found
from feeder.sources.feeds.json_feed import read_json
from feeder.sources.feeds.opening import open_feed
from feeder.sources.feeds.teasers import whole, without_ending
from feeder.sources.feeds.told import Read, Told
from feeder.sources.feeds.xml import read_xml
from feeder.sources.pages import draft_of
from feeder.sources.patterns import Patterns
from feeder.text import one_line, shorten
from feeder.urls import address_key, led_to, without_tracking

_SUMMARY = 1_000
"""Characters of a summary: what is longer is no summary."""
_MOST_PLAYERS = 5


class Feed(Options):
    """Every article in a feed."""

    url: WebUrl = Field(description="the feed")
    full_text: Literal["auto", "always", "never"] = Field(
        default="auto", description="when articles' pages are fetched; auto: where it is cut short"
    )
    list: ListSettings = Field(
        default=ListSettings(), description="include and exclude: which addresses count"
    )
    timezone: Zone = Field(default=ZoneInfo("UTC"), description="of dates that tell none")

    @property
    def start(self) -> str:
        """The feed."""
        return self.url

    def discover(self, page: Page) -> Found:
        """The newest articles of a feed, in its order.

        Raises:
            LayoutError: it is no feed, or nothing in it is whole.
            TooLargeError: it has more tags or references than any feed.
        """
        text = open_feed(page)
        address = page.final_url or page.url
        if text.startswith(("{", "[")):
            read = read_json(page, self.timezone)
        else:
            read = read_xml(text, address, self.timezone)
        items = [_led(item) for item in read.items]
        usable = [item for item in items if item.link or item.content or _played(item)]
        return Found(
            candidates=tuple(self._candidates(usable, address)),
            faults=tuple(_faults(read, len(items) - len(usable), page.url)),
            patience=read.patience,
        )

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """The article's page, where the feed does not have all of it.

        Raises:
            SourceError: there is no text in it.
        """
        return draft_of(candidate, page)

    def _candidates(self, items: Sequence[Told], address: str) -> Iterator[Candidate]:
        wants = Patterns(self.list.include, self.list.exclude).wants
        wanted = [item for item in items if item.link is None or wants(item.link)]
        shared = _shared(wanted)
        copies: set[tuple[str | None, ...]] = set()
        for item, is_whole in zip(wanted, whole(wanted), strict=True):
            what = (_address(item) or item.guid, item.title or item.content)
            if what not in copies:
                copies.add(what)
                yield self._candidate(item, shared, is_whole, address)

    def _candidate(
        self, item: Told, shared: frozenset[str], is_whole: bool, address: str
    ) -> Candidate:
        state = _state(item)
        keys = tuple(key for key in _keys(item) if key.value not in shared)
        content = _content(item) or self._link_alone(item)
        page = None if content and _address(item) in shared else item.link
        complete = page is None or self.full_text == "never"
        complete = complete or (is_whole and self.full_text == "auto")
        facts = _facts(item, complete=complete)
        # What has no page of its own is named, and never fetched.
        own = page or f"{address.partition('#')[0]}#{quote(item.guid or state[:32], safe='')}"
        draft = Draft(
            "fragment",
            content,
            facts=replace(facts, url=item.link),
            base_url=item.base,
            keys=keys,
            fallback_date=item.modified,
        )
        return Candidate(
            address=own,
            keys=keys,
            facts=facts,
            validators=Validators(etag=state),
            modified=item.modified or item.published,
            draft=draft if content else None,
            complete=complete and bool(content),
        )

    def _link_alone(self, item: Told) -> str:
        """What an item without a text is where no pages are fetched."""
        if self.full_text != "never" or item.link is None:
            return ""
        name = html.escape(item.title or item.link, quote=False)
        return f'<p><a href="{html.escape(item.link)}">{name}</a></p>'


def _led(item: Told) -> Told:
    """An item with the link that a redirector's stands for, and without what tracks a reader.

    One with neither link nor guid is told by its sound or film, or else by its headline.
    """
    if item.link:
        return item._replace(link=without_tracking(led_to(item.link)))
    sound = item.enclosures[0].url if item.enclosures else ""
    return item._replace(guid=item.guid or sound or item.title or "")


def _keys(item: Told) -> Iterator[Key]:
    if item.guid:
        yield Key("guid", item.guid)
    if (address := _address(item)) is not None:
        yield Key("url", address)
    if item.title and item.published:
        story = f"{item.title.casefold()}\n{item.published.astimezone(UTC).isoformat()}"
        yield Key("story", hashlib.sha256(story.encode()).hexdigest()[:32])


def _address(item: Told) -> str | None:
    return address_key(item.link) if item.link else None


def _shared(items: Sequence[Told]) -> frozenset[str]:
    """Guids and addresses that several articles of a feed have: they are those of none of them.

    Where title and address agree they are one article that is listed twice.
    """
    articles = {(item.guid, item.title, _address(item)) for item in items}
    guids = Counter(guid for guid, _, _ in {(g, t, a) for g, t, a in articles if g})
    pages = Counter(address for _, address in {(t, a) for _, t, a in articles if a})
    return frozenset(key for found in (guids, pages) for key, times in found.items() if times > 1)


def _facts(item: Told, *, complete: bool) -> Facts:
    summary = None
    if item.summary and not (complete and item.is_summary):
        summary = one_line(shorten(without_ending(item.summary), _SUMMARY)) or None
    return Facts(
        title=item.title,
        summary=summary,
        authors=item.authors,
        categories=item.categories,
        published=item.published,
        modified=item.modified,
        image=item.image,
        language=item.language,
        enclosures=item.enclosures,
    )


def _played(item: Told) -> list[Enclosure]:
    return [one for one in item.enclosures if one.media_type.startswith(PLAYED)]


def _content(item: Told) -> str:
    """The item as markup, with players for its sounds and films.

    The sanitiser lets <audio> and <video> through, and most readers play them; for the others there
    is a link below, not within: what stands in them counts as scripts' fallback, and goes.
    """
    players = []
    for enclosure in _played(item)[:_MOST_PLAYERS]:
        address, url = enclosure.url, html.escape(enclosure.url)
        if address in item.content or url in item.content:
            continue
        tag = "audio" if enclosure.media_type.startswith("audio/") else "video"
        name = html.escape(address.partition("?")[0].rpartition("/")[2] or address)
        players.append(f'<p><{tag} controls src="{url}"></{tag}><br><a href="{url}">{name}</a></p>')
    return item.content + "".join(players)


def _state(item: Told) -> str:
    """A hash of what the feed tells of an item; its place in the feed is nothing of it."""
    told = repr(item._replace(place=0))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _faults(read: Read, unusable: int, address: str) -> Iterator[Fault]:
    for message in read.broken:
        yield Fault(LayoutError.kind, message, address)
    if unusable:
        message = f"{unusable:,} of {read.number:,} items have neither a link nor a text"
        yield Fault(LayoutError.kind, message, address)
