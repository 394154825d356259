"""Repeated blocks: which links of a page are those to its articles.

Links at places of one kind form a group. Groups are scored by what links to articles are like,
the best one is taken, and with it others that are as good and of its kind: a lead story above a
list, a second column. All of it is linear in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2
from typing import NamedTuple

from lxml import etree

from feeder.sources.listing.above import stands_beside
from feeder.sources.listing.alike import Group, group_of, of_its_kind, own_lists
from feeder.sources.listing.items import Item, Signs, items_of
from feeder.sources.listing.judging import Judge, worth_of_title
from feeder.sources.listing.links import Link
from feeder.sources.listing.shapes import shape_of
from feeder.sources.listing.words import is_furniture

_SHORTLIST = 5
"""Groups whose items are looked at."""
_MORE = 0.15
"""What a doubling of a group adds to its score: five headlines win over fifteen names."""
_ARTICLE = 2.0
"""An `<article>` of its own: two of them with headings of two words are a listing."""
_DATED, _PICTURED, _SUMMED_UP, _HEADED = 2.0, 0.5, 1.0, 2.0
_BESIDE = 2.5
"""Under a heading that says "most read" or "related": as much as a place in a sidebar."""
_OWN = 0.8
"""Of a list's links: if so many lead to its own site, the others are advertisements."""
_SAMPLE = 12
"""Items of a group whose signs are looked at."""


def enough(links: int) -> float:
    """The worth that so many links need to be a list of articles: many need less."""
    return max(2.9, 6.0 - 0.5 * max(0, links - 2))


class Block(NamedTuple):
    """The links that were chosen, each with its item, and how sure that is."""

    links: tuple[Link, ...] = ()
    items: tuple[Item, ...] = ()
    worth: float = 0.0

    @property
    def is_sure(self) -> bool:
        """Whether these are enough and good enough to be a listing."""
        return len(self.links) > 1 and self.worth >= enough(len(self.links))


def block_of(links: Sequence[Link], judge: Judge) -> Block:
    """The best block of a page, whether or not it is good enough."""
    groups = _groups(links, judge)
    best = max((_scored(group, judge) for group in _shortlist(groups)), key=_score, default=None)
    if best is None:
        return Block()
    items = items_of(_elements(best.links))
    own = own_lists(best, items, judge)
    chosen = of_its_kind(own, best, groups, {part for item in items for part in item.parts}, judge)
    kept = _without_strays([link for group in chosen for link in group.links], judge)
    if kept != best.links:
        items = items_of(_elements(kept))
    return Block(tuple(kept), tuple(items), best.score + own.worth - best.worth)


def _score(group: Group) -> float:
    return group.score * (1 + _MORE * log2(len(group.links)))


def _groups(links: Iterable[Link], judge: Judge) -> list[Group]:
    by_place: dict[tuple[int, str | None], dict[str, Link]] = {}
    for link in links:
        place = by_place.setdefault((link.place.path, link.area), {})
        place.setdefault(link.address, link)
    return [group_of(list(place.values()), judge) for place in by_place.values()]


def _shortlist(groups: Iterable[Group]) -> list[Group]:
    several = [group for group in groups if len(group.links) > 1 and group.worth > 0]
    for group in several:
        group.score = group.worth
    return sorted(several, key=_score, reverse=True)[:_SHORTLIST]


def _scored(group: Group, judge: Judge) -> Group:
    """The group with what its items show."""
    sample = group.links[:_SAMPLE]
    # One more, so that the last one's item ends where the next begins.
    items = items_of(_elements(group.links[: _SAMPLE + 1]))
    signs = [item.signs() for item in items[: len(sample)]]
    group.score -= _BESIDE * stands_beside(_elements(group.links))
    group.score += sum(
        _ARTICLE * sign.is_article
        + _DATED * sign.dated
        + _PICTURED * sign.pictured
        + _SUMMED_UP * sign.summed_up
        + _headed(link, sign, judge)
        for link, sign in zip(sample, signs, strict=True)
    ) / len(sample)
    return group


def _headed(link: Link, sign: Signs, judge: Judge) -> float:
    """A link without words of its own takes those of its item's heading, or of what is called one:
    rows of tables call half of what they hold titles."""
    if link.heading:
        return 0.0
    if judge.names_nothing(link):
        headline = sign.headline or sign.called
        return _HEADED + worth_of_title(headline) if headline else 0.0
    return _HEADED if sign.headline else 0.0


def _elements(links: Iterable[Link]) -> list[etree._Element]:
    return [link.element for link in links]


def _without_strays(links: list[Link], judge: Judge) -> list[Link]:
    """One link for each article, in the order of the page, and no advertisement among them."""
    links.sort(key=lambda link: link.order)
    own = sum(map(judge.is_own, links)) >= _OWN * len(links)
    kept: dict[str, Link] = {}
    for link in links:
        kind = shape_of(link.address).kind
        if kind in ("list", "service", "page") or is_furniture(link.title):
            continue
        if own and not judge.is_own(link):
            continue
        kept.setdefault(link.address, link)
    return list(kept.values())
