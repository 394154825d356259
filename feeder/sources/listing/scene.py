"""Which articles stand in which element of a page, and what each element can be called by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from lxml import etree

from feeder.sources.listing.links import Link
from feeder.sources.listing.naming import Names

_WHOLE = frozenset({"html", "body", "head"})
_WITH_TAG = 0.25
"""What a class costs more together with its tag: "h2.title" where there is a "span.title" too."""


class Scene:
    """A page, its links, and those of them that lead to its articles.

    `holds` has each element around links to articles with the article's address, or None where
    several are; `leading` are those around any link, and `levels` how many elements stand between
    one and the highest that still holds the same article alone.
    """

    def __init__(
        self, root: etree._Element, links: Sequence[Link], wanted: Collection[str]
    ) -> None:
        self.root = root
        self.names = Names()
        self.links: dict[etree._Element, Link] = {link.element: link for link in links}
        self.by_name: defaultdict[str, list[etree._Element]] = defaultdict(list)
        self.holds: dict[etree._Element, str | None] = {}
        self.leading: set[etree._Element] = set()
        self.levels: dict[etree._Element, int] = {}
        self._above: dict[etree._Element, frozenset[etree._Element]] = {}
        for link in links:
            self._note(link, is_wanted=link.address in wanted)
        for element in self.holds:
            self._note_levels(element)
        for element in root.iter(etree.Element):
            if element.tag not in _WHOLE:
                for name in self.called(element):
                    self.by_name[name].append(element)

    def called(self, element: etree._Element) -> Iterator[str]:
        """Simple selectors of an element, those of its classes with its tag too."""
        tag = str(element.tag)
        for name in self.names.of(element):
            yield name
            if name[0] == "." and tag.isalnum():
                self.names.costs.setdefault(tag + name, self.names.costs[name] + _WITH_TAG)
                yield tag + name

    def cost(self, name: str) -> float:
        """What a simple selector costs."""
        return self.names.costs[name]

    def above(self, element: etree._Element) -> frozenset[etree._Element]:
        """What is around an element."""
        if element not in self._above:
            self._above[element] = frozenset(element.iterancestors())
        return self._above[element]

    def _note(self, link: Link, *, is_wanted: bool) -> None:
        for element in (link.element, *link.element.iterancestors()):
            if not is_wanted:
                if element in self.leading:
                    return
            elif self.holds.setdefault(element, link.address) != link.address:
                self.holds[element] = None
            self.leading.add(element)

    def _note_levels(self, element: etree._Element) -> None:
        if element in self.levels or self.holds[element] is None:
            return
        alone = [element]
        for above in element.iterancestors():
            if self.holds.get(above) is None:
                break
            alone.append(above)
        self.levels[alone[-1]] = 0
        for higher, lower in pairwise(reversed(alone)):
            self.levels[lower] = self.levels[higher] + 1
