"""The step that takes out page furniture by what it is called, and what all such steps share.

Nothing goes that the page cannot spare (`prose.py`), and with what goes its title goes.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from lxml.html import HtmlElement

from feeder.cleaner.markup.around.names import Verdict, named
from feeder.cleaner.markup.around.prose import ABOUT_COMMENTS, Prose, kinds_of, text_in
from feeder.cleaner.markup.work import Work

FURNITURE = frozenset(
    {"share", "related", "newsletter", "ad", "notice", "navigation", "search", "footer"}
)
"""Kinds that are never part of an article where the name is specific."""

# What is never only the frame around something else.
STOPS = frozenset("body html main article td th tr table tbody li".split())
UNSEEN = frozenset("script style noscript br hr input template link meta".split())

_MOST_BEFORE = 4  # elements right before what goes that are its title and notes
_LABEL = 100  # characters of a title or a link
_MOST_REFUSED = 30  # elements that the page cannot spare: more of them are not asked about
_BESIDE = 20  # characters in a paragraph beside a link that is no part of a sentence


def drop_furniture(
    work: Work,
    known: Mapping[HtmlElement, Verdict] | None = None,
    *,
    kinds: frozenset[str] = FURNITURE,
) -> None:
    """Take out of `work.body` what is surely called furniture of these kinds."""
    cut = Cut(work, named(work.body) if known is None else known, "furniture")
    cut.drop_called(kinds, {"specific"})


class Cut:
    """A page that loses its furniture: what is gone, and what it has left."""

    def __init__(self, work: Work, known: Mapping[HtmlElement, Verdict], step: str) -> None:
        self.work = work
        self.known = known
        self.step = step
        self.prose = Prose(work.body, known)
        self.gone: set[HtmlElement] = set()
        self.refused = 0

    def drop(self, element: HtmlElement, rule: str) -> None:
        """Take an element out, with the title and notes before it."""
        if element in self.gone or element.getparent() is None:
            return
        for each in (element, *titles_before(element)):
            self.prose.without(each)
            self.gone.update(each.iter())
            self.work.drop(each, self.step, rule)

    def drop_called(
        self, kinds: frozenset[str], reaches: Container[str], broad: str | None = None
    ) -> None:
        """Take out what is called so, as surely as one of `reaches`, or by a word like `broad`."""
        for element, verdict in self.known.items():
            if verdict.kind not in kinds or element in self.gone:
                continue
            if verdict.reach not in reaches and not (broad and verdict.rule.startswith(broad)):
                continue
            if element.tag in ("a", "span", "h1") and not _stands_alone(element):
                continue
            if self.can_spare(element, sure=verdict.reach == "specific"):
                self.drop(element, verdict.rule)
            elif verdict.reach == "specific" and self.prose.counted:
                self.gone.update(element.iter())  # a forum: nor can it spare one after the other

    def can_spare(self, element: HtmlElement, *, sure: bool) -> bool:
        """Whether the article is elsewhere; no, once too many were asked about in vain."""
        if self.refused >= _MOST_REFUSED:
            return False
        spare = self.prose.spares(element, sure=sure)
        self.refused += not spare
        return spare


def titles_before(element: HtmlElement) -> list[HtmlElement]:
    """ "3 comments", "Leave a reply", "Your address will not be published" right before it."""
    found: list[HtmlElement] = []
    for _ in range(_MOST_BEFORE):
        if element.getparent() is None or not _is_first(element):
            break
        element = element.getparent()
    for _ in range(_MOST_BEFORE):
        before = element.getprevious()
        if before is None or (before.tail and not before.tail.isspace()):
            break
        element = before
        if before.tag in UNSEEN or before.tag.__class__ is not str:
            continue
        if not kinds_of(text_in(before, _LABEL)) & ABOUT_COMMENTS:
            break
        found.append(before)
    return found


def _is_first(element: HtmlElement) -> bool:
    """Whether an element is all that its parent begins with, and the parent no article."""
    parent = element.getparent()
    return (
        element.getprevious() is None
        and parent.tag not in STOPS
        and not (parent.text and not parent.text.isspace())
        and parent.getparent() is not None
    )


def _stands_alone(element: HtmlElement) -> bool:
    """Whether an inline element is a label by itself and no part of a sentence."""
    text = text_in(element, _LABEL)
    parent = element.getparent()
    if len(text) > _LABEL or parent is None:
        return False
    return parent.tag != "p" or len(text_in(parent, 2 * _LABEL)) <= len(text) + _BESIDE
