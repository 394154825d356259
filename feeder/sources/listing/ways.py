"""Ways to the items of a listing: short selectors that find each article and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from feeder.sources.listing.scene import Scene

_MOST_ITEMS = 2_000
_MOST_NAMES, _MOST_SCOPES = 40, 30
"""Names of items that are narrowed, and names of what is around them."""
_MOST_JOINED = 4
"""Selectors for one list: a lead story, the list, a second column."""
_INSIDE, _BELOW, _WITHOUT = 0.4, 0.55, 1.2
"""What "a b", "a > b" and "b:not(c)" cost beside their names."""
_LEVEL, _LOWEST = 0.12, 1.2
"""For each level below the highest element of an item, which holds most of what it tells."""
_BARE, _ANYWHERE = 1.5, 1.0
"""What a tag costs more as an item, since anything may be one, and with nothing said of where."""
_TWICE = 1.0
"""For each article that is found once more."""
_JOINED = 1.0


class Way(NamedTuple):
    """A selector for items, with those that it finds and the articles in them."""

    css: str
    cost: float
    elements: tuple[etree._Element, ...]
    covers: frozenset[str]


def ways_to(scene: Scene, wanted: frozenset[str]) -> Iterator[Way]:
    """Ways that cover all articles, the best first."""
    ways = [*_plain(scene), *_narrowed(scene, wanted)]
    whole = [way for way in ways if way.covers == wanted]
    joined = _joined([way for way in ways if way.covers != wanted], wanted)
    if joined is not None:
        whole.append(joined)
    yield from sorted(whole, key=lambda way: way.cost)


def _plain(scene: Scene) -> Iterator[Way]:
    for css, elements in scene.by_name.items():
        if any(scene.holds.get(one) for one in elements):
            way = _way(scene, css, _cost(scene, css) + _ANYWHERE * css.isalnum(), elements)
            if way is not None:
                yield way


def _cost(scene: Scene, css: str) -> float:
    """What a name costs for items; any tag but `<article>` may stand anywhere else tomorrow."""
    return scene.cost(css) + _BARE * (css.isalnum() and css != "article")


def _narrowed(scene: Scene, wanted: frozenset[str]) -> Iterator[Way]:
    """Names that others have as well, within what is around the articles, or without what those
    others have."""
    scopes = _scopes(scene)
    around = {scope: frozenset(scene.by_name[scope]) for scope in scopes}
    for css in _shared(scene, wanted):
        elements = scene.by_name[css]
        cost = _cost(scene, css)
        yield from _without(scene, css, elements)
        for scope in scopes:
            more = cost + scene.cost(scope)
            inside = [one for one in elements if not around[scope].isdisjoint(scene.above(one))]
            way = _way(scene, f"{scope} {css}", more + _INSIDE, inside)
            if way is None and inside:
                below = [one for one in inside if one.getparent() in around[scope]]
                way = _way(scene, f"{scope} > {css}", more + _BELOW, below)
            if way is not None:
                yield way


def _shared(scene: Scene, wanted: frozenset[str]) -> list[str]:
    """Names of elements around one article that other elements have too, the best first."""
    covered = {
        css: len({scene.holds.get(one) for one in elements} - {None})
        for css, elements in scene.by_name.items()
        if len(elements) <= _MOST_ITEMS
    }
    found = [
        css
        for css, count in covered.items()
        if count and _way(scene, css, 0.0, scene.by_name[css]) is None
    ]
    found.sort(key=lambda css: (-(covered[css] / len(wanted)) // 0.1, scene.cost(css)))
    return found[:_MOST_NAMES]


def _scopes(scene: Scene) -> list[str]:
    """Names of what is around several articles, and of what is between an item and its link."""
    found = set[str]()
    for element, address in scene.holds.items():
        if element.tag not in ("html", "body") and (address is None or scene.levels[element] < 3):
            found.update(scene.called(element))
    return sorted(found, key=scene.cost)[:_MOST_SCOPES]


def _without(scene: Scene, css: str, elements: Sequence[etree._Element]) -> Iterator[Way]:
    """The name, but not with another one that all have that are no articles: advertisements."""
    right = [one for one in elements if scene.holds.get(one)]
    wrong = [one for one in elements if not scene.holds.get(one)]
    if not wrong or len(wrong) > len(right):
        return
    shared = set.intersection(*(set(scene.called(one)) for one in wrong))
    for one in right:
        shared.difference_update(scene.called(one))
    for name in sorted(shared, key=scene.cost)[:2]:
        if name[0] in ".[":
            cost = scene.cost(css) + scene.cost(name) + _WITHOUT
            way = _way(scene, f"{css}:not({name})", cost, right)
            if way is not None:
                yield way


def _way(scene: Scene, css: str, cost: float, elements: Sequence[etree._Element]) -> Way | None:
    """The way by a selector, if each element that it finds is around one article's link, not
    around several articles, or around none."""
    covers = list[str]()
    levels = 0
    for one in elements:
        address = scene.holds.get(one)
        if address is None:
            return None
        covers.append(address)
        levels += scene.levels[one]
    if not covers:
        return None
    once = frozenset(covers)
    cost += min(_LOWEST, _LEVEL * levels / len(covers)) + _TWICE * (len(covers) / len(once) - 1)
    return Way(css, cost, tuple(elements), once)


def _joined(ways: Sequence[Way], wanted: frozenset[str]) -> Way | None:
    """Ways that cover all articles together, each time the one that covers most of the rest."""
    chosen = list[Way]()
    left = wanted
    while left and len(chosen) < _MOST_JOINED:
        best = max(ways, key=lambda way: (len(way.covers & left), -way.cost), default=None)
        if best is None or not best.covers & left:
            return None
        chosen.append(best)
        left -= best.covers
    if left or len(chosen) < 2:
        return None
    elements = dict.fromkeys(one for way in chosen for one in way.elements)
    cost = sum(way.cost for way in chosen) + _JOINED * len(chosen)
    return Way(", ".join(way.css for way in chosen), cost, tuple(elements), wanted)
