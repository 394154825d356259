"""What stands round the headline: where an article says by whom and of when it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.classes import kinds_of, says_other

# 90 elements behind the headline tell two dates fewer on trafilatura's set than 50, and 160 make
# one up; 15 before it tell three authors and two dates fewer than 30 on that set and wcxb.
_AFTER = 50  # elements behind the headline that are looked at
_BEFORE = 30  # elements before it
_WITHIN = 20  # elements in it
# Characters of paragraphs behind the headline after which the article has begun. 400 tell two dates
# fewer than 900 on trafilatura's set, 2,000 one more and an author who is none.
_PROSE = 900
_SKIPPED = frozenset(
    "nav form select script style template noscript svg iframe button figure"
    " picture video audio table".split()
)
_PARAGRAPHS = frozenset({"p", "div", "section"})
_TOPS = frozenset({"body", "main", "html"})
_NOTHING: frozenset[str] = frozenset()


class Place(NamedTuple):
    """An element, what its class says of it, and its `itemprop`."""

    element: HtmlElement
    kinds: frozenset[str]
    item: str | None


class Around(NamedTuple):
    """The surroundings of a headline; none where there is no headline."""

    places: tuple[Place, ...] = ()
    """Elements in the headline, behind it and before it, in this order."""
    above: frozenset[HtmlElement] = frozenset()
    """The elements that it lies in."""


def look_around(headline: HtmlElement | None) -> Around:
    """The elements round a headline."""
    if headline is None:
        return Around()
    within = map(place_of, islice(headline.iterdescendants(), _WITHIN)) if len(headline) else ()
    places = (*within, *_after(headline), *_before(headline))
    return Around(places, frozenset(headline.iterancestors()))


def place_of(element: HtmlElement) -> Place:
    """An element with what its attributes say."""
    name = element.get("class")
    return Place(element, kinds_of(name) if name else _NOTHING, element.get("itemprop"))


def _after(headline: HtmlElement) -> Iterator[Place]:
    """The elements behind the headline, in order, up to where the article's text is under way."""
    prose = 0
    element = _next(headline, inside=False)
    for _ in range(_AFTER):
        if element is None:
            return
        tag, name = element.tag, element.get("class")
        kinds = kinds_of(name) if name else _NOTHING
        skip = tag in _SKIPPED or (bool(kinds) and says_other(kinds, element)) or _is_apart(element)
        if not skip:
            if tag in _PARAGRAPHS and element.text:
                prose += len(element.text)
                if prose > _PROSE:
                    return
            yield Place(element, kinds, element.get("itemprop"))
        element = _next(element, inside=not skip)


def _is_apart(element: HtmlElement) -> bool:
    """Whether its id says that an element is none of the article's own."""
    name = element.get("id")
    return bool(name) and says_other(kinds_of(name), element)


def _before(headline: HtmlElement) -> Iterator[Place]:
    """The elements before the headline, the nearest first."""
    element = _previous(headline)
    for _ in range(_BEFORE):
        if element is None or element.tag in _TOPS:
            return
        if element.tag not in _SKIPPED:
            yield place_of(element)
        element = _previous(element)


def _next(element: HtmlElement, *, inside: bool) -> HtmlElement | None:
    if inside and len(element):
        return element[0]
    here: HtmlElement | None = element
    while here is not None and here.tag != "body":
        following = here.getnext()
        if following is not None:
            return following
        here = here.getparent()
    return None


def _previous(element: HtmlElement) -> HtmlElement | None:
    before = element.getprevious()
    if before is None:
        return element.getparent()
    while len(before):
        before = before[-1]
    return before
