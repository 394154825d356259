"""Which lists of a page are of one kind: a lead story and what follows it, and not what is read
most, what else the site has, or what is sold beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from feeder.sources.listing.above import stands_beside
from feeder.sources.listing.items import HIGHEST, Item
from feeder.sources.listing.judging import Judge
from feeder.sources.listing.links import Link
from feeder.sources.listing.shapes import shape_of

_ALIKE, _SAME_PATH = 0.72, 0.5
"""Of the best group's worth: what another of its kind has at least, and one on the same path of
tags, whose titles and addresses may be shorter."""
_MOST = 0.8
"""Of a list's links: if so many lie below the page, so do its articles."""


@dataclass(slots=True)
class Group:
    """Links at places of one kind, one for each address. `worth` is their mean."""

    links: list[Link]
    worth: float
    score: float = 0.0
    patterns: frozenset[str] = frozenset()
    tags: frozenset[int] = frozenset()


def group_of(links: list[Link], judge: Judge) -> Group:
    """Links as a group, with what they have in common."""
    return Group(
        links=links,
        worth=sum(map(judge.worth, links)) / len(links),
        patterns=frozenset(shape_of(link.address).pattern for link in links),
        tags=frozenset(link.place.tags for link in links),
    )


def own_lists(group: Group, items: Sequence[Item], judge: Judge) -> Group:
    """The group without lists that only stand at places of the same kind: a column of news and one
    of quick links may be built alike. An archive's months are alike in their addresses too."""
    apart: dict[etree._Element | None, list[Link]] = {}
    for link, item in zip(group.links, items, strict=True):
        apart.setdefault(item.parts[0].getparent(), []).append(link)
    lists = [group_of(links, judge) for links in apart.values()]
    best = max(lists, key=lambda one: one.worth * len(one.links))
    kept = [one for one in lists if one is best or not _is_another(one, best)]
    return group_of([link for one in kept for link in one.links], judge)


def _is_another(group: Group, best: Group) -> bool:
    if len(group.links) < 2:
        return False
    if not group.patterns & best.patterns and group.worth < _ALIKE * best.worth:
        return True
    return _beside(group) and not _beside(best)


def of_its_kind(
    own: Group, best: Group, groups: Sequence[Group], inside: set[etree._Element], judge: Judge
) -> list[Group]:
    """A page's own list, and the groups beside it that are as good: a lead story, a second column.

    Args:
        own: the links of `best` that are of the page's own list.
        inside: the parts of its items.
    """
    areas = {link.area for link in own.links} | {"main"}
    if areas & {None, "main"} == areas:
        areas = areas | {None}
    below = sum(map(judge.lies_below, own.links)) >= _MOST * len(own.links)
    beside = (
        group
        for group in groups
        if group is not best
        and group.links[0].area in areas
        and _is_alike(group, own)
        and (not below or any(map(judge.lies_below, group.links)))
        and not _beside(group)
        and not _stands_within(group.links[0].element, inside)
    )
    return [own, *beside]


def _is_alike(group: Group, best: Group) -> bool:
    if group.tags & best.tags:
        return group.worth >= _SAME_PATH * best.worth
    return bool(group.patterns & best.patterns) and group.worth >= _ALIKE * best.worth


def _beside(group: Group) -> bool:
    return stands_beside([link.element for link in group.links])


def _stands_within(element: etree._Element, parts: set[etree._Element]) -> bool:
    """Whether a link stands in an item of another: its file, its author, its comments."""
    return element in parts or any(one in parts for one in islice(element.iterancestors(), HIGHEST))
