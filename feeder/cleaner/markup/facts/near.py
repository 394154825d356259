"""What stands round the headline: where an article says by whom and of when it is."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.classes import is_other

_AFTER = 90  # elements behind the headline that are looked at
_BEFORE = 30  # elements before it
_PROSE = 900  # characters of paragraphs behind the headline after which the article has begun
_SKIPPED = frozenset(
    "nav form select script style template noscript svg iframe button figure"
    " picture video audio table".split()
)


def after(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements behind the headline, in order, up to where the article's text is under way."""
    left, prose = _AFTER, 0
    element = _next(headline, inside=False)
    while element is not None and left:
        left -= 1
        skip = not isinstance(element.tag, str) or element.tag in _SKIPPED or is_other(element)
        if not skip:
            if element.tag in ("p", "div", "section") and element.text:
                prose += len(element.text)
            if prose > _PROSE:
                return
            yield element
        element = _next(element, inside=not skip)


def before(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements before the headline, the nearest first."""
    left = _BEFORE
    element = _previous(headline)
    while element is not None and element.tag not in ("body", "main") and left:
        left -= 1
        if isinstance(element.tag, str) and element.tag not in _SKIPPED:
            yield element
        element = _previous(element)


def around(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements behind the headline, then those before it."""
    yield from after(headline)
    yield from before(headline)


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
