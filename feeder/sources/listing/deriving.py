"""Selectors for a page's articles, from the page and the links that are its articles.

    names of elements → ways to the items → the link in them → what else they tell → tried

A way to the items is a short selector that finds an element for each article and none for anything
else. Of those that do, the one is taken that will hold longest (`naming.py`): a publishing system's
own names before tags, both before places, and what a build made of a name only where nothing else
is. It counts if `[list]` with it finds the very same links on the same page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, tzinfo
from itertools import islice
from math import inf
from typing import Any

from lxml import etree

from feeder.config.settings import ListSettings
from feeder.errors import LayoutError
from feeder.rules.expressions import MAX_ELEMENTS
from feeder.sources.listing.details import details_of, title_of
from feeder.sources.listing.links import Link, links_of
from feeder.sources.listing.scene import Scene
from feeder.sources.listing.selected import Selection
from feeder.sources.listing.sheet import Sheet
from feeder.sources.listing.ways import Way, ways_to

_MOST_TRIED = 12
"""Ways that are tried on the page, the best first."""
_MOST_LINKS = 30
_MOST_OF_LINK = 3
_FIRST = 0.8
"""For a name that several links of an item have: its first one is meant, and may not stay it."""
_UNTITLED = 1.2
"""For a link that is no headline: "read more", a picture."""
_TELLS = {"title": 0.4, "date": 0.8, "summary": 0.3, "image": 0.2}
"""What a way is worth that finds these too."""


def derive(sheet: Sheet, addresses: Collection[str], zone: tzinfo = UTC) -> ListSettings | None:
    """`[list]` that finds these articles of a page and no others.

    Args:
        addresses: of the articles, as `Sheet.address_of` gives them.

    Returns:
        `item` with `link`, or `link` alone, and `title`, `date`, `summary` and `image` where the
        items tell them; None where no selectors give the very same links, or there are fewer than
        two.
    """
    wanted = frozenset(addresses)
    links = links_of(sheet)
    if len(wanted) < 2 or not wanted <= {link.address for link in links}:
        return None
    if sum(1 for _ in islice(sheet.root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return None  # no selector is tried on such a page
    scene = Scene(sheet.root, links, wanted)
    best: ListSettings | None = None
    least = inf
    for way in islice(ways_to(scene, wanted), _MOST_TRIED):
        if way.cost - sum(_TELLS.values()) > least:
            break
        for settings in _settings(scene, sheet, way, zone):
            cost = way.cost - sum(_TELLS.get(key, 0.0) for key in settings.model_fields_set)
            if cost < least and finds(sheet, settings, zone) == wanted:
                best, least = settings, cost
                break
    return best


def finds(sheet: Sheet, settings: ListSettings, zone: tzinfo = UTC) -> frozenset[str]:
    """The addresses that selectors find on a page; none where they miss links or find nothing."""
    selection = Selection(sheet, settings, zone)
    try:
        found = frozenset(address for address, _ in selection.items())
    except LayoutError:
        return frozenset()
    return found if not selection.missing["link"] else frozenset()


def _settings(scene: Scene, sheet: Sheet, way: Way, zone: tzinfo) -> Iterator[ListSettings]:
    """What `[list]` may say for a way to the items, the best first."""
    details: dict[str, Any] = details_of(scene, sheet, way.elements, zone)
    if not all(one in scene.links for one in way.elements):
        for link in islice(_links(scene, way.elements), _MOST_OF_LINK):
            yield ListSettings(item=way.css, link=link, **details)
        yield ListSettings(item=way.css, **details)
    elif details:
        yield ListSettings(item=way.css, **details)
    else:
        yield ListSettings(link=way.css)


def _links(scene: Scene, items: Sequence[etree._Element]) -> Iterator[str]:
    """Selectors for the link of each item, the best first."""
    votes, firsts, mute = Counter[str](), Counter[str](), Counter[str]()
    costs = dict[str, float]()
    for item in items:
        address, title = scene.holds.get(item), title_of(item, scene)
        links = (scene.links.get(one) for one in islice(item.iter("a"), _MOST_LINKS))
        first = dict[str, Link]()
        for link in filter(None, links):
            for css, cost in dict(_link_names(scene, link, item)).items():
                costs.setdefault(css, cost)
                firsts[css] += css in first
                first.setdefault(css, link)
        right = {css: link for css, link in first.items() if link.address == address}
        votes.update(right.keys())
        mute.update(css for css, link in right.items() if link.title != title)
    whole = [css for css, count in votes.items() if count == len(items)]
    for css in whole:
        costs[css] += _FIRST * bool(firsts[css]) + _UNTITLED * bool(mute[css])
    yield from sorted(whole, key=lambda css: (costs[css], css))


def _link_names(scene: Scene, link: Link, item: etree._Element) -> Iterator[tuple[str, float]]:
    for css in scene.called(link.element):
        yield css, scene.cost(css)
    for above in link.element.iterancestors():
        if above is item:
            return
        for css in scene.called(above):
            yield f"{css} a", scene.cost(css) + 0.2
