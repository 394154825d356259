"""The links of a page, each with its place: one pass over them and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from feeder.sources.listing.sheet import MANY_LINKS, Sheet
from feeder.sources.listing.words import NOTHING, AreaKind, Mark, mark
from feeder.text import fold

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_AREA_TAGS: dict[str, AreaKind] = {"nav": "nav", "aside": "aside", "main": "main"}
_EDGES: dict[str, AreaKind] = {"header": "header", "footer": "footer"}
_ROLES: dict[str, AreaKind] = {
    "navigation": "nav", "banner": "header", "contentinfo": "footer", "main": "main",
    "complementary": "aside", "search": "nav",
}  # fmt: skip
_ARTICLE = "article"
_EDGE_KINDS = frozenset(_EDGES.values())
"""Of an article they are no header or footer of the page."""
_MOST_PARTS = 40
"""Elements of a link that are looked at: a card with all its badges has fewer."""
_LONGEST_TEXT = 300
_MOST_CELLS = 12
_FEW = 3
"""Links side by side in one item: its title, its author, its comments."""
_WHOLE = 0.8
"""Of all links: what holds more is the page itself, whatever its class says. A sidebar with a
list of 40 links beside 10 articles holds that much."""


class Area:
    """A part of a page that its markup marks, and how many links stand in it."""

    __slots__ = ("inside", "kind", "links")

    def __init__(self, kind: AreaKind | None, inside: Area | None) -> None:
        self.kind = kind
        self.inside = inside
        self.links = 0


class Place:
    """Where an element stands: its path with and without classes, and what is around it."""

    __slots__ = ("area", "heading", "item", "path", "tags")

    def __init__(self, path: int, tags: int, area: Area, heading: bool, item: bool) -> None:
        self.path = path
        self.tags = tags
        self.area = area
        self.heading = heading
        self.item = item


class Link:
    """One link of a page. `title` is its text, or that of the heading or picture in it."""

    __slots__ = ("address", "element", "heading", "image", "order", "place", "title")

    def __init__(self, element: etree._Element, address: str, place: Place, order: int) -> None:
        self.element = element
        self.address = address
        self.place = place
        self.order = order
        self.heading = place.heading
        self.image = False
        self.title = self._read()

    @property
    def area(self) -> AreaKind | None:
        """The part of the page that it stands in."""
        return self.place.area.kind

    def _read(self) -> str:
        element = self.element
        if len(element) == 0:
            return fold((element.text or "")[:_LONGEST_TEXT])
        return self._headline() or fold(text_of(element)) or self._picture()

    def _headline(self) -> str:
        for part in islice(self.element.iter(etree.Element), 1, _MOST_PARTS):
            if part.tag == "img":
                self.image = True
            elif is_heading(part):
                self.heading = True
                if text := fold(text_of(part)):
                    return text
        return ""

    def _picture(self) -> str:
        for part in islice(self.element.iter("img"), 1):
            return fold((part.get("alt") or "")[:_LONGEST_TEXT])
        return ""


def is_heading(element: etree._Element) -> bool:
    """Whether an element is a heading, or called one."""
    return element.tag in HEADINGS or mark(element.get("class") or "").heading


def text_of(element: etree._Element, limit: int = _LONGEST_TEXT) -> str:
    """The beginning of an element's text."""
    text = element.text or ""
    if len(text) >= limit or len(element) == 0:
        return text[:limit]
    pieces: list[str] = []
    length = 0
    for piece in islice(element.itertext(), 4 * _MOST_PARTS):
        pieces.append(str(piece))
        length += len(piece)
        if length > limit:
            break
    return "".join(pieces)[:limit]


class Places:
    """Places of elements, each made once; paths are numbers that are equal where the paths are."""

    def __init__(self) -> None:
        self._known: dict[etree._Element, Place] = {}
        self._paths: dict[tuple[int, str, str], tuple[int, int]] = {}
        self._tags: dict[tuple[int, str], int] = {}
        self._outside = Place(0, 0, Area(None, None), False, False)
        self.areas: list[Area] = []

    def of(self, element: etree._Element) -> Place:
        """The place of an element. Ancestors are read once, however many links they hold."""
        missing = []
        above: etree._Element | None = element
        while above is not None and above not in self._known:
            missing.append(above)
            above = above.getparent()
        place = self._known[above] if above is not None else self._outside
        for one in reversed(missing):
            place = self._known[one] = self._below(place, one)
        return place

    def _below(self, parent: Place, element: etree._Element) -> Place:
        tag = str(element.tag)
        told = element.attrib
        names = told.get("class")
        known = mark(str(names)) if names else NOTHING
        path, tags = self._numbers_of(parent, tag, known.signature + _ordinal(element, tag))
        return Place(
            path,
            tags,
            self._area(parent, tag, told, known),
            parent.heading or tag in HEADINGS or known.heading,
            parent.item or tag == _ARTICLE or known.item or "itemscope" in told,
        )

    def _numbers_of(self, parent: Place, tag: str, signature: str) -> tuple[int, int]:
        """The numbers of an element's path with classes and without."""
        key = (parent.path, tag, signature)
        if key not in self._paths:
            tags = self._tags.setdefault((parent.tags, tag), len(self._tags) + 1)
            self._paths[key] = (len(self._paths) + 1, tags)
        return self._paths[key]

    def _area(self, parent: Place, tag: str, told: etree._Attrib, known: Mark) -> Area:
        if tag in ("html", "body", "a"):  # what is said of the page as a whole
            return parent.area
        kind = _AREA_TAGS.get(tag) or known.area or _EDGES.get(tag)
        if known.area == "pager":  # also where it is a <nav>
            kind = known.area
        if "role" in told or "id" in told:
            kind = _ROLES.get(str(told.get("role"))) or kind or _of_id(str(told.get("id") or ""))
        if kind is None or kind == parent.area.kind:
            return parent.area
        if kind in _EDGE_KINDS and (parent.item or parent.area.kind == "main"):
            return parent.area
        if kind == "main" and parent.area.kind is not None:
            return parent.area
        area = Area(kind, parent.area)
        self.areas.append(area)
        return area


def _of_id(name: str) -> AreaKind | None:
    """What an id says; those with a number are an item's, and each is another."""
    return None if any(map(str.isdigit, name)) else mark(name).area


def _ordinal(element: etree._Element, tag: str) -> str:
    """What tells cells of a row apart, and the links of an item that stand side by side."""
    if tag in ("td", "th"):
        return f"#{sum(1 for _ in islice(element.itersiblings(preceding=True), _MOST_CELLS))}"
    if tag != "a" or (element.getnext() is None and element.getprevious() is None):
        return ""
    above = element.getparent()
    if above is None:
        return ""
    # len() of an element counts its children, and a page may have 10⁵ links in one.
    beside = list(islice(above, _MOST_CELLS + 1))
    links = [one for one in beside if one.tag == "a"]
    if len(beside) > _MOST_CELLS or not 1 < len(links) <= _FEW:  # a list of links and nothing else
        return ""
    return f"#{links.index(element)}"


def links_of(sheet: Sheet) -> list[Link]:
    """The links of a page that lead elsewhere, in its order."""
    places = Places()
    links = list(_links(sheet, places))
    _forget_wholes(places, links)
    return links


def _links(sheet: Sheet, places: Places) -> Iterator[Link]:
    here = sheet.address.partition("#")[0]
    addresses: dict[str, str | None] = {}
    anchors = islice(sheet.root.iter("a"), MANY_LINKS)
    for order, element in enumerate(anchors):
        href = element.get("href")
        if not href:
            continue
        if href not in addresses:
            addresses[href] = sheet.address_of(href)
        address = addresses[href]
        if address is not None and address != here:
            yield Link(element, address, places.of(element), order)


def _forget_wholes(places: Places, links: list[Link]) -> None:
    """Areas that hold nearly all links are none: a class on the page's wrapper."""
    for link in links:
        link.place.area.links += 1
    for area in reversed(places.areas):  # those inside come behind those around them
        if area.inside is not None and area.inside.kind is not None:
            area.inside.links += area.links
    for area in places.areas:
        if area.kind != "main" and area.links > _WHOLE * len(links):
            area.kind = area.inside.kind if area.inside else None
