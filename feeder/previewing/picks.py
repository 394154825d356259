"""Selectors from clicks: which articles are meant by one, and what finds just these. Pure.

A click on a title means a link; the articles are the links like it. How many of them is a matter of
how far one looks: in the same list, in what is around that, on the whole page. Each of these is a
choice, from the narrowest to the widest, and `feeder.sources.listing.deriving` makes selectors of
the one that is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice

from lxml import etree

from feeder.config.settings import ListSettings
from feeder.models import Page
from feeder.previewing.numbered import can_be_marked, numbered
from feeder.rules.expressions import Evaluation, within, xpath
from feeder.sources.listing.blocks import block_of
from feeder.sources.listing.deriving import derive
from feeder.sources.listing.judging import Judge
from feeder.sources.listing.links import Link, links_of
from feeder.sources.listing.naming import Names
from feeder.sources.listing.selected import Selection
from feeder.sources.listing.sheet import Sheet, open_sheet

DETAILS = ("title", "date", "summary", "image", "author")
"""What can be picked in an item, by the keys of `[list]`."""
ROWS = 8
"""Articles that are shown as they would be read."""
_MOST_LINKS = 2_000
_HIGHEST = 16
"""Levels above a click among which its link is looked for."""
_SAMPLE = 30
"""Items that a selector for a detail is tried on."""


@dataclass(frozen=True, slots=True)
class Picks:
    """What was clicked, by the numbers of elements.

    `examples` are articles, `choice` which of the choices is taken (None: the likeliest), and
    `details` what in an item tells what.
    """

    examples: tuple[int, ...]
    choice: int | None = None
    details: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """What clicks mean.

    `choices` are the numbers of articles of each choice, `choice` is the one taken. `marks` are the
    numbers of elements that each selector finds, `found` in how many items it finds something.
    `rows` are the first articles: title, date, address.
    """

    settings: ListSettings | None = None
    choices: tuple[int, ...] = ()
    choice: int = 0
    marks: Mapping[str, tuple[int, ...]] | None = None
    found: Mapping[str, int] | None = None
    rows: tuple[tuple[str, str, str], ...] = ()
    fault: str = ""


def drawn(page: Page) -> str:
    """The page as markup to be clicked at: sanitised, each element with its number in `data-n`.

    Raises:
        SourceError: it cannot be read, or is too long to be shown.
    """
    root = open_sheet(page).root
    return numbered(root, _numbers(root), lambda number: f' data-n="{number}"', base_url=None)


def picked(page: Page, picks: Picks, zone: tzinfo) -> Picked:
    """What the clicks mean on a page.

    Raises:
        SourceError: it cannot be read.
    """
    sheet = open_sheet(page)
    elements = list(sheet.root.iter(etree.Element))
    links = links_of(sheet)[:_MOST_LINKS]
    asked = [elements[number] for number in picks.examples if number < len(elements)]
    examples = [link for element in asked if (link := _link_of(element, links)) is not None]
    if not examples:
        return Picked(fault="there is no link at this place: click at an article's title")
    choices, likeliest = _choices(sheet, links, examples)
    if not choices:
        return Picked(fault="no other link is like this one: click at a second article too")
    choice = likeliest if picks.choice is None else min(max(picks.choice, 0), len(choices) - 1)
    counts = tuple(map(len, choices))
    settings = derive(sheet, choices[choice], zone)
    if settings is None:
        fault = "no selector finds just these: take more or fewer, or click at another article"
        return Picked(choices=counts, choice=choice, fault=fault)
    settings = _with_details(sheet, settings, picks.details or {}, elements)
    return _seen(sheet, settings, zone, Picked(settings, counts, choice))


def _numbers(root: etree._Element) -> dict[etree._Element, int]:
    return {element: number for number, element in enumerate(root.iter(etree.Element))}


# Which articles are meant


def _link_of(element: etree._Element, links: Sequence[Link]) -> Link | None:
    """The link that a click means: around it, in it, or beside it in the nearest box with one."""
    known = {link.element: link for link in reversed(links)}
    for one in (element, *islice(element.iterancestors(), _HIGHEST)):
        if one in known:
            return known[one]
    for one in (element, *islice(element.iterancestors(), _HIGHEST)):
        inside = [known[each] for each in islice(one.iter("a"), _SAMPLE) if each in known]
        if inside:
            return max(inside, key=lambda link: (link.heading, len(link.title)))
    return None


def _choices(
    sheet: Sheet, links: Sequence[Link], examples: Sequence[Link]
) -> tuple[list[frozenset[str]], int]:
    """Sets of articles that have all examples, the smallest first, and the likeliest of them."""
    wanted = frozenset(link.address for link in examples)
    paths, tags = ({getattr(one.place, key) for one in examples} for key in ("path", "tags"))
    alike = [link for link in links if link.place.path in paths]
    built_alike = [link for link in links if link.place.tags in tags]
    found = [*_around(examples[0], alike), *_around(examples[0], built_alike), wanted]
    block = block_of(links, Judge(sheet.address, [*links]))
    automatic = frozenset(link.address for link in block.links)
    whole = frozenset(link.address for link in alike)
    choices = {one for one in (*found, automatic) if len(one) > 1 and wanted <= one}
    ordered = sorted(choices, key=lambda one: (len(one), sorted(one)))
    # The same articles may stand in another list too, such as that of what is most read.
    is_this_list = paths <= {link.place.path for link in block.links}
    likely = (automatic, whole) if is_this_list else (whole,)
    likeliest = next((one for one in likely if one in choices), None)
    return ordered, ordered.index(likeliest) if likeliest in ordered else 0


def _around(example: Link, alike: Sequence[Link]) -> Iterator[frozenset[str]]:
    """Of the links that are alike, those in each box around one of them."""
    above = {link: frozenset(link.element.iterancestors()) for link in alike}
    for box in example.element.iterancestors():
        yield frozenset(link.address for link in alike if box in above[link])


# What is picked in an item


def _with_details(
    sheet: Sheet,
    settings: ListSettings,
    details: Mapping[str, int],
    elements: Sequence[etree._Element],
) -> ListSettings:
    items = _items(sheet, settings)
    told = {
        key: css
        for key, number in details.items()
        if key in DETAILS and number < len(elements)
        and (css := _detail(sheet, items, elements[number]))
    }  # fmt: skip
    if told and settings.item is None:  # links alone: they are the items then
        told["item"] = settings.link or ""
        return settings.model_copy(update={**told, "link": None})
    return settings.model_copy(update=told)


def _items(sheet: Sheet, settings: ListSettings) -> list[etree._Element]:
    return Evaluation(sheet.root).elements(xpath(settings.item or settings.link or "a"))


def _detail(sheet: Sheet, items: Sequence[etree._Element], element: etree._Element) -> str | None:
    """A selector that finds this element first in its item, and something in most items."""
    around = {element, *element.iterancestors()}
    item = next((one for one in items if one in around), None)
    if item is None:
        return None
    names = Names()
    evaluation = Evaluation(sheet.root)
    best: tuple[float, str] | None = None
    for one in (element, *islice(element.iterancestors(), _HIGHEST)):
        if one is item:
            break
        for css in names.of(one):
            expression = within(xpath(css))
            if evaluation.find(expression, item)[:1] != [one]:
                continue
            hits = sum(bool(evaluation.find(expression, each)) for each in items[:_SAMPLE])
            rank = (names.costs[css] - 2 * hits / len(items[:_SAMPLE]), css)
            best = min(best, rank) if best else rank
        if best:
            return best[1]
    return None


# What that finds


def _seen(sheet: Sheet, settings: ListSettings, zone: tzinfo, made: Picked) -> Picked:
    numbers = _numbers(sheet.root)
    items = _items(sheet, settings)
    evaluation = Evaluation(sheet.root)
    marks: dict[str, list[int]] = {"item": [n for one in items for n in _shown(one, numbers)]}
    found: dict[str, int] = {"item": len(items)}
    for key in ("link", *DETAILS):
        selector = getattr(settings, key)
        if selector is None or (key == "link" and settings.item is None):
            continue
        each = [evaluation.find(within(xpath(selector)), item) for item in items]
        firsts = [some[0] for some in each if some and etree.iselement(some[0])]
        marks[key] = [n for one in firsts for n in _shown(one, numbers)]
        found[key] = sum(map(bool, each))
    rows = []
    for address, facts in islice(Selection(sheet, settings, zone).items(), ROWS):
        date = f"{facts.published:%Y-%m-%d}" if facts.published else ""
        rows.append((facts.title or "", date, address))
    return Picked(
        settings,
        made.choices,
        made.choice,
        {key: tuple(some) for key, some in marks.items()},
        found,
        tuple(rows),
    )


def _shown(element: etree._Element, numbers: Mapping[etree._Element, int]) -> Iterator[int]:
    """The numbers of an element, or of its parts where it has none in the page that is shown."""
    if can_be_marked(element):
        yield numbers[element]
        return
    for part in element.iterchildren(etree.Element):
        yield from _shown(part, numbers)
