"""A listing by a person's selectors: what they name is told, and what they miss is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice
from typing import Any

from lxml import etree

from feeder.config.settings import ListSettings
from feeder.errors import LayoutError, SelectorError
from feeder.models import Facts
from feeder.rules.expressions import Evaluation, within, xpath
from feeder.sources.listing import facts
from feeder.sources.listing.links import HEADINGS, text_of
from feeder.sources.listing.sheet import Sheet

_MOST_LINKS = 50
"""Links of an item among which its main one is looked for."""


@dataclass(slots=True)
class Selection:
    """The items of a page. `missing` counts, by selector, the items in which it found nothing."""

    sheet: Sheet
    settings: ListSettings
    zone: tzinfo
    total: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    def items(self) -> Iterator[tuple[str, Facts]]:
        """Address and facts of each item that has a link.

        Raises:
            SelectorError: `item`, or `link` where that makes the items, finds nothing.
            LayoutError: it cannot be evaluated on the page.
        """
        evaluation = Evaluation(self.sheet.root)
        for item in self._found(evaluation):
            self.total += 1
            address = self._address(evaluation, item)
            if address is None:
                self.missing["link"] += 1
            else:
                yield address, self._facts(evaluation, item)

    def next(self) -> str | None:
        """What `next` finds, as an address."""
        if self.settings.next is None:
            return None
        evaluation = Evaluation(self.sheet.root)
        return self._leads(evaluation.find(xpath(self.settings.next)))

    def _found(self, evaluation: Evaluation) -> list[Any]:
        key = "item" if self.settings.item is not None else "link"
        selector = str(getattr(self.settings, key))
        found = evaluation.find(xpath(selector))
        items = [found] if isinstance(found, str) else found
        if items:
            return items
        if evaluation.notes:
            raise LayoutError(f"{self.sheet.address}: {evaluation.notes[0]}")
        links = sum(1 for _ in self.sheet.root.iter("a"))
        raise SelectorError(
            f"{key} = {selector!r} finds nothing on {self.sheet.address}, which has {links} links",
            advice=f"look at the page and correct {key} in [list], or take [list] out to have its "
            "articles found automatically",
        )

    def _address(self, evaluation: Evaluation, item: Any) -> str | None:
        if self.settings.item is None or not etree.iselement(item):
            return self._leads([item])
        if self.settings.link is not None:
            return self._leads(evaluation.find(within(xpath(self.settings.link)), item))
        return self._leads(list(_main_links(item)))

    def _leads(self, found: list[Any] | str) -> str | None:
        """The first address among what was found: a link's, or that of a link in it."""
        for one in [found] if isinstance(found, str) else found:
            href = _href(one) if etree.iselement(one) else str(one).strip()
            address = self.sheet.address_of(href)
            if address is not None:
                return address
        return None

    def _facts(self, evaluation: Evaluation, item: Any) -> Facts:
        if not etree.iselement(item):
            return Facts()
        found = {
            key: self._in(evaluation, item, key)
            for key in ("title", "date", "summary", "image", "author")
        }
        return Facts(
            title=facts.text_in(found["title"]),
            published=facts.date_in(found["date"], self.zone, self.sheet.language),
            summary=facts.text_in(found["summary"]),
            image=facts.picture_in(found["image"], self.sheet),
            authors=facts.names_in(found["author"]),
        )

    def _in(self, evaluation: Evaluation, item: etree._Element, key: str) -> list[Any]:
        selector = getattr(self.settings, key)
        if selector is None:
            return []
        found = evaluation.find(within(xpath(selector)), item)
        if not found:
            self.missing[key] += 1
        return [found] if isinstance(found, str) else found


def _href(element: etree._Element) -> str | None:
    """The address that an element leads to: its own, that of a link in it, or of one around it."""
    if element.get("href"):
        return element.get("href")
    inside = next((one.get("href") for one in element.iter("a") if one.get("href")), None)
    around = (one.get("href") for one in islice(element.iterancestors("a"), 1))
    return inside or next(around, None)


def _main_links(item: etree._Element) -> Iterator[etree._Element]:
    """The links of an item, its main one first: itself, a heading's, else the one of most text."""
    if item.get("href"):
        yield item
    links = [one for one in islice(item.iter("a"), _MOST_LINKS) if one.get("href")]
    yield from sorted(links, key=_weight, reverse=True)


def _weight(link: etree._Element) -> tuple[bool, int]:
    around = {one.tag for one in islice(link.iterancestors(), 3)}
    inside = {one.tag for one in islice(link.iter(etree.Element), _MOST_LINKS)}
    return not HEADINGS.isdisjoint(around | inside), len(text_of(link).strip())
