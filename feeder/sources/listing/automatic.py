"""The articles of a listing that nobody described: told by the page, or found by their looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from feeder.errors import LayoutError
from feeder.sources.listing.blocks import Block, block_of, enough
from feeder.sources.listing.judging import Judge
from feeder.sources.listing.links import Link
from feeder.sources.listing.sheet import Sheet
from feeder.sources.listing.single import is_one_article
from feeder.sources.listing.structured import Told, told_by

_ARTICLES = 2
_LISTED = 3
"""What a page tells to machines is a listing from so many on: named as articles, or only listed."""
_FEW_LINKS = 5
_FEW_SCRIPTS = 2


class Shown(NamedTuple):
    """An article that the page shows, and the date beside it."""

    address: str
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What was looked for and how much of it there was."""

    told: int
    elements: int
    block: Block
    is_article: bool = False

    def __str__(self) -> str:
        count = len(self.block.links)
        why = "too few" if count < 2 else "around one article" if self.is_article else self._weak()
        return (
            f"structured data ({self.told}), article elements ({self.elements}), "
            f"repeated links ({count}, {why})"
        )

    def _weak(self) -> str:
        needed = enough(len(self.block.links))
        return f"too unlike headlines: {self.block.worth:.1f} of {needed:.1f}"


def shown_on(sheet: Sheet, links: Sequence[Link], zone: tzinfo) -> tuple[Shown, ...]:
    """The articles that a page shows, in its order.

    Raises:
        LayoutError: there are none, with what was tried.
    """
    told = told_by(sheet, zone)
    block = block_of(links, Judge(sheet.address, list(links)))
    is_article = block.is_sure and is_one_article(sheet, block)
    if block.is_sure and not is_article and not _knows_better(told, block):
        return _together(sheet, links, told, block, zone)
    if _is_listing(told) and not is_article:
        return tuple(Shown(one.address, one.moment) for one in told)
    elements = sum(1 for _ in sheet.root.iter("article"))
    raise _nothing(sheet, links, Tried(len(told), elements, block, is_article))


def _is_listing(told: Sequence[Told]) -> bool:
    return sum(one.is_article for one in told) >= _ARTICLES or len(told) >= _LISTED


def _knows_better(told: Sequence[Told], block: Block) -> bool:
    """Whether the page names articles to machines that are mostly others than those found."""
    found = {link.address for link in block.links}
    articles = [one.address for one in told if one.is_article]
    return len(articles) >= max(_LISTED, len(found) // 2) and len(found & set(articles)) < (
        len(articles) / 2
    )


def _together(
    sheet: Sheet, links: Sequence[Link], told: Sequence[Told], block: Block, zone: tzinfo
) -> tuple[Shown, ...]:
    """What was found, and what else the page names as an article, where it shows it."""
    moments = {one.address: one.moment for one in told}
    items = zip(block.links, block.items, strict=True)
    shown = {
        link.address: (link.order, moments.get(link.address) or item.moment(zone, sheet.language))
        for link, item in items
    }
    orders = {link.address: link.order for link in reversed(links)}
    articles = [one for one in told if one.is_article]
    for one in articles if len(articles) >= _LISTED else []:
        if one.address in orders:
            shown.setdefault(one.address, (orders[one.address], one.moment))
    in_order = sorted(shown.items(), key=lambda pair: pair[1][0])
    return tuple(Shown(address, moment) for address, (_, moment) in in_order)


def _nothing(sheet: Sheet, links: Sequence[Link], tried: Tried) -> LayoutError:
    advice = "name what holds one article with item = '…' in [list]"
    if tried.is_article:
        advice = "give the address of the page that lists the site's articles"
    elif len(links) < _FEW_LINKS and sum(1 for _ in sheet.root.iter("script")) >= _FEW_SCRIPTS:
        advice = (
            "the page seems to be drawn by scripts: look for its feed, sitemap or JSON API, or have"
            ' a browser draw it: use = "when-needed" in [browser]'
        )
    return LayoutError(f"no articles found at {sheet.address}; tried: {tried}", advice=advice)
