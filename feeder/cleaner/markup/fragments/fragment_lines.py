"""The lines of a fragment in order, each with its links, its pictures and the box that it lies in.

A line is what a reader sees as one: a paragraph, an item, a cell, the text between two `<br>`. One
walk over the tree reads them; nothing is measured twice, however deep or wide the tree is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.around.names import verdict_of
from feeder.cleaner.markup.fragments.fragment_data import kind_of_name
from feeder.text import fold

BREAKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol p pre"
    " section summary table tbody td tfoot th thead tr ul".split()
)
MEDIA = frozenset("img video audio iframe embed object svg math amp-img amp-iframe".split())
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset("script style template head title option select textarea".split())

ANYWHERE = frozenset(
    {"share", "newsletter", "footer", "related", "ad", "reading", "skip", "byline", "form"}
)
"""Kinds of boxes that no author writes, wherever they stand."""
AT_END = frozenset({"author", "tags", "comments"})
"""Kinds of boxes that no author writes at the end."""

# A name that says this on a page says it of a box in a fragment too.
_KINDS = {
    "share": "share",
    "newsletter": "newsletter",
    "related": "related",
    "ad": "ad",
    "comments": "comments",
    "comment form": "comments",
    "author box": "author",
    "navigation": "navigation",
}
# Tools of a page, but in a fragment what page builders call the text itself: `font-size-large`.
_OF_TEXT = frozenset({"font size", "text size", "font resize", "text resize"})
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+")
_WORD = re.compile(r"[^\W_]")


@dataclass(slots=True, eq=False)
class Box:
    """An element whose name says what furniture it is, and the lines in it."""

    element: HtmlElement
    kind: str
    rule: str
    start: int
    end: int = 0
    size: int = 0
    """Characters of text in it."""
    shows: int = 0
    """Pictures and players in it."""
    at_end: bool = False
    """Whether its lines are furniture at the end of a fragment."""


@dataclass(slots=True, eq=False)
class Link:
    """A link within a line, or an address that is written out in it."""

    element: HtmlElement | None
    href: str
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says."""
        return fold("".join(self.pieces))


@dataclass(slots=True, eq=False)
class Line:
    """A line: its texts, and where the first piece of it stands."""

    block: HtmlElement
    box: Box | None
    start: tuple[HtmlElement, bool] | None = None
    """The element whose text (False) or tail (True) it begins with."""
    pieces: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """The pieces that are in no link."""
    links: list[Link] = field(default_factory=list)
    media: list[tuple[HtmlElement, Link | None]] = field(default_factory=list)
    alone: bool = False
    """Whether its block holds nothing else."""
    gone: str = ""
    """The kind of the box that it went with."""

    @property
    def text(self) -> str:
        """All of it."""
        return fold("".join(self.pieces))

    @property
    def is_empty(self) -> bool:
        """Whether a reader sees nothing."""
        return not self.media and not self.text

    def with_addresses(self) -> tuple[list[Link], str]:
        """Its links, or else the addresses written out in it, and the text beside them."""
        beside = fold(" ".join(self.beside))
        if self.links:
            return self.links, beside
        found = [Link(None, url, [url]) for url in _ADDRESS.findall(beside)]
        return found, fold(_ADDRESS.sub(" ", beside)) if found else beside


@dataclass(slots=True)
class Fragment:
    """All lines and named boxes of a fragment, in order."""

    lines: list[Line]
    boxes: list[Box]
    size: int
    shows: int


def read_lines(body: HtmlElement) -> Fragment:
    """The lines and the named boxes below `body`."""
    return _Reader(body).read()


class _Reader:
    """Where the walk stands."""

    def __init__(self, body: HtmlElement) -> None:
        self.body = body
        self.block = body
        self.blocks: list[tuple[HtmlElement, int]] = []
        self.first = 0  # line of the block
        self.open: list[Box] = []
        self.anchor: HtmlElement | None = None
        self.line = Line(body, None)
        self.found = Fragment([], [], 0, 0)

    def read(self) -> Fragment:
        walk = etree.iterwalk(self.body, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if element.tag in _UNSEEN:
                    walk.skip_subtree()
                else:
                    self._start(element)
            else:
                self._end(element)
        self._break()
        return self.found

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        box = _box(element, len(self.found.lines)) if element is not self.body else None
        if tag in BREAKS or box is not None:
            self._break()
        if tag in BREAKS and tag != "br":
            self.blocks.append((self.block, self.first))
            self.block, self.first = element, len(self.found.lines)
        if box is not None:
            box.start = len(self.found.lines)
            box.size, box.shows = -self.found.size, -self.found.shows
            self.open.append(box)
            self.found.boxes.append(box)
        self.line.block, self.line.box = self.block, self.open[-1] if self.open else None
        if tag == "a":
            self.anchor = element
        elif tag in MEDIA:
            self._show(element)
        self._say(element, element.text, tail=False)

    def _end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BREAKS and tag not in ("br", "hr"):
            self._break()
        if tag in BREAKS and tag != "br":
            self._leave()
        if self.open and self.open[-1].element is element:
            self._close(self.open.pop())
        self.line.block, self.line.box = self.block, self.open[-1] if self.open else None
        if element is self.anchor:
            self.anchor = None
        if element is not self.body:
            self._say(element, element.tail, tail=True)

    def _leave(self) -> None:
        """Go back to the block around this one."""
        lines = self.found.lines
        only = len(lines) - self.first == 1 and lines[-1].block is self.block
        if only and self.block is not self.body:
            lines[-1].alone = True
        self.block, self.first = self.blocks.pop()

    def _close(self, box: Box) -> None:
        self._break(always=True)  # an empty box has a line too, so that a label can stand above it
        box.end = len(self.found.lines)
        box.size += self.found.size
        box.shows += self.found.shows

    def _break(self, *, always: bool = False) -> None:
        if always or self.line.pieces or self.line.media:
            self.found.lines.append(self.line)
            self.line = Line(self.block, self.open[-1] if self.open else None)

    def _say(self, element: HtmlElement, text: str | None, *, tail: bool) -> None:
        if not text or (not self.line.pieces and text.isspace() and not self.line.media):
            return
        self.found.size += len(text) if not text.isspace() else 0
        if self.line.start is None:
            self.line.start = (element, tail)
        self.line.pieces.append(text)
        if self.anchor is None:
            self.line.beside.append(text)
        else:
            self._link(self.anchor).pieces.append(text)

    def _show(self, element: HtmlElement) -> None:
        self.found.shows += 1
        if self.line.start is None:
            self.line.start = (element, False)
        link = None if self.anchor is None else self._link(self.anchor)
        self.line.media.append((element, link))

    def _link(self, anchor: HtmlElement) -> Link:
        links = self.line.links
        if not links or links[-1].element is not anchor:
            links.append(Link(anchor, (anchor.get("href") or "")[:1000]))
        return links[-1]


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return _WORD.search(text) is not None


def _box(element: HtmlElement, at: int) -> Box | None:
    if element.tag == "form":
        return Box(element, "form", "form", at)
    if not element.attrib:
        return None
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:400]
    kind, rule = kind_of_name(names)
    # Ids of headings are made of their words: "migrating-from-mailchimp" is no sign-up box.
    if not kind and element.tag in BREAKS and element.tag not in _HEADINGS:
        verdict = verdict_of(element)
        sure = verdict.reach == "specific" and verdict.rule not in _OF_TEXT
        if sure and verdict.kind in _KINDS:
            kind, rule = _KINDS[verdict.kind], verdict.rule
    if not kind or (element.tag == "a" and kind not in ANYWHERE):
        return None
    return Box(element, kind, rule, at)
