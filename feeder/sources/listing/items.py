"""The items around links of one kind: what else than the link each of them shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import NamedTuple

from lxml import etree

from feeder.dates import LONGEST
from feeder.sources.listing.facts import date_in
from feeder.sources.listing.links import HEADINGS, is_heading, text_of
from feeder.sources.listing.words import mark
from feeder.text import fold

HIGHEST = 16
"""Levels between a link and its item; cards of page builders have ten."""
_MOST_PARTS = 80
"""Elements of an item that are looked at."""
_MOST_BESIDE = 6
"""Siblings that belong to an item whose parts lie flat: a date, a picture, some paragraphs."""
SUMMARY = 60
"""Characters beside the title that are a summary and no byline."""
_SHORTEST = 8  # characters: "1.2.2024"
_YEAR = re.compile(r"(?<!\d)(?:19|20|1[34]|25)\d\d(?!\d)")
_DAY = re.compile(
    r"(?<!\d)\d{1,2}(?:[./-]\d{1,2}(?!\d)|[日일]|\.? [^\W\d_]{3,})|[^\W\d_]{3,}\.? \d{1,2}(?!\d)"
)


class Signs(NamedTuple):
    """What an item shows besides its link; `called` is the text of what is only called a title."""

    is_article: bool = False
    dated: bool = False
    pictured: bool = False
    summed_up: bool = False
    headline: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A link with the elements that belong to it, in the order of the page."""

    link: etree._Element
    parts: tuple[etree._Element, ...]

    def elements(self) -> Iterator[etree._Element]:
        """The first elements of it."""
        return islice((one for part in self.parts for one in part.iter(etree.Element)), _MOST_PARTS)

    def _around(self) -> Iterator[etree._Element]:
        """What is around its link, as far as no other link of its kind is."""
        for one in (self.link, *islice(self.link.iterancestors(), HIGHEST)):
            yield one
            if one in self.parts:
                return

    def signs(self) -> Signs:
        """What it shows, by its looks; no date is read."""
        dated = pictured = False
        headline = called = ""
        for one in self.elements():
            tag = one.tag
            if tag == "img":
                pictured = True
            elif tag in HEADINGS and not headline:
                headline = fold(text_of(one))
            elif not called and is_heading(one):
                called = fold(text_of(one))
            dated = dated or is_date(one)
        length = sum(len(text_of(part)) for part in self.parts) - len(text_of(self.link))
        is_article = any(part.tag == "article" for part in self._around())
        return Signs(is_article, dated, pictured, length >= SUMMARY, headline, called)

    def moment(self, zone: tzinfo, language: str | None) -> datetime | None:
        """The date that it shows, the first that can be read."""
        for part in self.parts:
            for one in islice(part.iter("time"), 1):  # most lists have it; then nothing is searched
                if (moment := date_in([one], zone, language)) is not None:
                    return moment
        for one in self.elements():
            if is_date(one) and (moment := date_in([one, one.tail or ""], zone, language)):
                return moment
        return None


def items_of(links: Sequence[etree._Element]) -> list[Item]:
    """The items of links that are of one kind, in the order of the page.

    An item is the highest element with no other of the links in it; what follows it beside the
    next one belongs to it too, or what stands before it where that is how the list is written.
    """
    tops = _tops(links)
    taken = set(tops)
    before = _dates_come_first(tops, taken)
    beside = [_beside(top, taken, before=before) for top in tops]
    # The item at the end has no next one to stop at: it gets as much as the others have.
    end = 0 if before else -1
    if len(tops) > 1:
        others = beside[1:] if before else beside[:-1]
        beside[end] = beside[end][: max(map(len, others))]
    return [
        Item(link, (*reversed(more), top) if before else (top, *more))
        for link, top, more in zip(links, tops, beside, strict=True)
    ]


def _tops(links: Sequence[etree._Element]) -> list[etree._Element]:
    chains = [[link, *islice(_ancestors(link), HIGHEST)] for link in links]
    shared = Counter(one for chain in chains for one in chain)
    alone = [[one for one in chain if shared[one] == 1] for chain in chains]
    return [chain[-1] if chain else link for chain, link in zip(alone, links, strict=True)]


def _ancestors(element: etree._Element) -> Iterator[etree._Element]:
    for above in element.iterancestors():
        if above.tag in ("body", "html"):
            return
        yield above


def _beside(
    top: etree._Element, taken: set[etree._Element], *, before: bool
) -> list[etree._Element]:
    """What stands between an item and the next, the nearest first."""
    beside = []
    for one in islice(top.itersiblings(preceding=before), _MOST_BESIDE):
        if one in taken or _is_next_item(one, top):
            break
        beside.append(one)
    return beside


def _is_next_item(one: etree._Element, top: etree._Element) -> bool:
    """Whether it is built like the item before it, if its link is of another group: rows that
    alternate. Rows of a table that alternate by their cells are one item."""
    return one.tag == top.tag and (one.tag != "tr" or len(one) == len(top))


def _dates_come_first(tops: Sequence[etree._Element], taken: set[etree._Element]) -> bool:
    """Whether the list is written as date, title, date, title: by its beginning and its end."""
    if not tops or any(is_date(one) for one in islice(tops[0].iter(etree.Element), _MOST_PARTS)):
        return False
    above, below = tops[0].getprevious(), tops[-1].getnext()
    return (
        above is not None
        and above not in taken
        and _shows_date(above)
        and (below is None or not _shows_date(below))
    )


def _shows_date(element: etree._Element) -> bool:
    return any(is_date(one) for one in islice(element.iter(etree.Element), _MOST_PARTS))


def is_date(element: etree._Element) -> bool:
    if element.tag == "time" or element.get("itemprop") == "datePublished":
        return True
    names = element.get("class")
    if names and mark(names).date:
        return True
    return _looks_like_date(element.text) or _looks_like_date(element.tail)


def _looks_like_date(text: str | None) -> bool:
    if not text or not _SHORTEST <= len(text) <= LONGEST:
        return False
    return bool(_YEAR.search(text) and _DAY.search(text))
