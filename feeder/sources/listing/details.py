"""What items of a listing tell beside their link: selectors for title, date, summary, picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from itertools import islice

from lxml import etree

from feeder.sources.listing.facts import LONGEST_SUMMARY, date_in, picture_in
from feeder.sources.listing.items import SUMMARY, is_date
from feeder.sources.listing.judging import worth_of_title
from feeder.sources.listing.links import HEADINGS, is_heading, text_of
from feeder.sources.listing.scene import Scene
from feeder.sources.listing.sheet import Sheet
from feeder.sources.listing.words import is_furniture, stands_for_title
from feeder.text import fold

_SAMPLE = 30
"""Items that are looked at."""
_MOST_PARTS = 120
_ALL, _MOST, _MANY = 1.0, 0.9, 0.7
"""Of the items: all have a title, most a date, many a summary and a picture."""
_HEADLINE = 1.8
"""What a text is worth of three words or more; a summary that is a link too comes behind it."""
_FIRST = 0.8
"""What a name costs more that several parts of an item have."""
_BLOCKS = HEADINGS | {"ul", "ol", "table", "article", "section", "nav"}

Right = Callable[[etree._Element, etree._Element], bool]
"""Whether a part of an item is what is looked for; the item comes first."""


def details_of(
    scene: Scene, sheet: Sheet, items: Sequence[etree._Element], zone: tzinfo
) -> dict[str, str]:
    """Selectors for what the items tell, by the keys of `[list]`."""
    sample = list(items[:_SAMPLE])
    titles = {item: title_of(item, scene) for item in sample}

    def is_title(item: etree._Element, part: etree._Element) -> bool:
        return bool(titles[item]) and fold(text_of(part)) == titles[item]

    def is_its_date(item: etree._Element, part: etree._Element) -> bool:
        return is_date(part) and date_in([part], zone, sheet.language) is not None

    def is_summary(item: etree._Element, part: etree._Element) -> bool:
        return part is _summary(item)

    def is_picture(item: etree._Element, part: etree._Element) -> bool:
        return part.tag == "img" and picture_in([part], sheet) is not None

    wishes: tuple[tuple[str, Right, float], ...] = (
        ("title", is_title, _ALL),
        ("date", is_its_date, _MOST),
        ("summary", is_summary, _MANY),
        ("image", is_picture, _MANY),
    )
    found = {key: _selector(scene, sample, right, share) for key, right, share in wishes}
    if found["image"] and not _differ(sheet, sample):
        found["image"] = None
    if found["title"] == "a":  # whichever link comes first: the article's own page knows better
        found["title"] = None
    return {key: css for key, css in found.items() if css is not None}


def title_of(item: etree._Element, scene: Scene) -> str:
    """The headline of an item: its link's heading, else its own, else the first text of its link
    that is long enough."""
    address = scene.holds.get(item)
    links = [scene.links[one] for one in (item, *_parts(item)) if one in scene.links]
    own = [link for link in links if link.address == address and _is_title(link.title)]
    if headed := next((link.title for link in own if link.heading), None):
        return headed
    for part in _parts(item):
        if is_heading(part) and not is_date(part) and (text := fold(text_of(part))):
            return text
    texts = [link.title for link in own if not link.image]
    headline = next((text for text in texts if worth_of_title(text) >= _HEADLINE), None)
    return headline or max(texts, key=len, default="")


def _is_title(text: str) -> bool:
    return bool(text) and not stands_for_title(text) and not is_furniture(text)


def _parts(item: etree._Element) -> Iterator[etree._Element]:
    return islice(item.iterdescendants(etree.Element), _MOST_PARTS)


def _selector(
    scene: Scene, items: Sequence[etree._Element], right: Right, share: float
) -> str | None:
    """The best name of which the first in an item is right, in that share of items or more, and in
    no item wrong."""
    votes, several, wrong = Counter[str](), set[str](), set[str]()
    for item in items:
        met = set[str]()
        for part in _parts(item):
            names = set(scene.called(part))
            several |= names & met
            names -= met
            met |= names
            if names and right(item, part):
                votes.update(names)
            else:
                wrong |= names
    whole = [
        css for css, count in votes.items() if count >= share * len(items) and css not in wrong
    ]
    costs = {css: scene.cost(css) + _FIRST * (css in several) for css in whole}
    return min(whole, key=lambda css: (costs[css], css), default=None)


def _summary(item: etree._Element) -> etree._Element | None:
    """The element with most text that is no headline, and no more than a paragraph or two."""
    best, length = None, SUMMARY - 1
    for part in _parts(item):
        if part.tag in _BLOCKS or part.tag == "a":
            continue
        if any(one.tag in _BLOCKS for one in islice(part.iterdescendants(etree.Element), 20)):
            continue
        size = len(fold(text_of(part, LONGEST_SUMMARY)))
        # What holds the same text deeper is what a name is likelier to be for.
        if size >= length + (best is None) and not _is_headed(part):
            best, length = part, size
    return best


def _is_headed(part: etree._Element) -> bool:
    return any(map(is_heading, (part, *islice(part.iterancestors(), 2))))


def _differ(sheet: Sheet, items: Sequence[etree._Element]) -> bool:
    """Whether the items show pictures of their own, and not all the same sign."""
    shown = [picture_in(list(islice(item.iter("img"), 1)), sheet) for item in items]
    pictures = [one for one in shown if one]
    return len(set(pictures)) > len(pictures) / 2
