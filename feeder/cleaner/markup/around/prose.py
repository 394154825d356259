"""How much of a page's prose an element holds, and whether the page can do without it.

Comments, forms and boxes are recognised before anybody knows which element is the article, so
what goes must leave an article behind. Prose is text in runs as long as sentences: labels,
headlines and links, which furniture is full of, count for nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from lxml.html import HtmlElement

from feeder.cleaner.markup.around.names import NOTHING, Verdict
from feeder.cleaner.scrape.phrases import Kinds, look, normalise

ABOUT_COMMENTS: Kinds = frozenset(
    {"note", "closed", "login", "form", "cancel", "count", "thoughts"}
)
_TEXTS = (
    "p div td li dd article section blockquote span br b i em strong font center main form"
).split()
_RUN, _WIDE_RUN = 60, 30  # characters of a run; scripts without Latin letters need about half
_LITTLE = 200  # characters of prose that no article is made of
_NOTE = 100  # characters of the shortest note that is an article
# Furniture has prose of its own (cookies, legal lines, teasers), some paragraphs of it. Not swept.
_ENOUGH = 1500
_LESS = 4  # times as many comments as article are seen on news pages
_SHORT = 60  # characters of a heading


def text_in(element: HtmlElement, limit: int) -> str:
    """The text below an element, folded; no more is read than `limit` and a little."""
    found: list[str] = []
    size = 0
    for text in element.itertext():
        found.append(text)
        size += len(text) if not text.isspace() else 1
        if size > limit:
            break
    return " ".join("".join(found).split())


def prose_in(element: HtmlElement, enough: int = sys.maxsize) -> int:
    """Characters in an element's runs of prose; no more are counted once there are `enough`."""
    size = 0
    for text in element.itertext(*_TEXTS):
        if len(text) >= _WIDE_RUN and (len(text) >= _RUN or not text.isascii()):
            length = len(text.strip())
            if length >= (_RUN if text.isascii() else _WIDE_RUN):
                size += length
                if size >= enough:
                    break
    return size


def kinds_of(text: str) -> Kinds:
    """What a short text is worded like."""
    key = normalise(text) if 0 < len(text) <= _NOTE else ""
    return look(key).kinds if key else frozenset()


class Prose:
    """The prose of a page, and what of it is left."""

    def __init__(self, body: HtmlElement, named: Mapping[HtmlElement, Verdict]) -> None:
        self.body = body
        self.named = named
        self.counted = False
        """Whether the last element was refused for the amount of its prose."""
        self._known = 0  # so much is left at least
        self._articles: list[HtmlElement] | None = None

    def has(self, size: int) -> bool:
        """Whether so many characters of prose are left, at least."""
        if self._known < size:
            self._known = prose_in(self.body, size + _ENOUGH)
        return self._known >= size

    def without(self, element: HtmlElement) -> None:
        """Count no more on what an element holds that is about to go."""
        if self._known:
            self._known = max(0, self._known - prose_in(element, self._known))

    def spares(self, element: HtmlElement, *, sure: bool) -> bool:
        """Whether the page has its article elsewhere.

        `sure` says that the element's markup leaves no doubt of what it is: then it may hold more
        prose than is left.
        """
        self.counted = False
        if element is self.body or element.tag in ("body", "main", "html"):
            return False
        if any(not _heads_comments(heading) for heading in element.iter("h1")):
            return False
        called = self.named.get(element, NOTHING)
        if called.kind == "content" and called.reach == "shared":
            return False
        size = prose_in(element)
        if size <= _LITTLE or not sure:
            return not size or (
                self.has(2 * size) and (size <= _LITTLE or not self._holds_article(element))
            )
        self.counted = True
        return self.has(size + min(_ENOUGH, size // _LESS)) or self._article_outside(element)

    def _called_article(self) -> Iterable[HtmlElement]:
        if self._articles is None:
            self._articles = [
                element
                for element, verdict in self.named.items()
                if verdict.kind == "content" and verdict.reach == "shared"
            ][:50]
        return self._articles

    def _holds_article(self, element: HtmlElement) -> bool:
        return any(element in each.iterancestors() for each in self._called_article())

    def _article_outside(self, element: HtmlElement) -> bool:
        around = set(element.iterancestors())
        return any(
            each not in around and element not in each.iterancestors() and prose_in(each) >= _NOTE
            for each in self._called_article()
        )


def _heads_comments(heading: HtmlElement) -> bool:
    """Whether an h1 is no headline: empty, or "3 comments"."""
    text = text_in(heading, _SHORT)
    return not text or bool(kinds_of(text) & ABOUT_COMMENTS)
