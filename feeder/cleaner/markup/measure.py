"""The one walk over a page: its blocks of text in order, measured, each with the boxes it lies in.

A block is a run of text and inline elements that a reader sees as one piece: a paragraph, a
heading, a cell, a line between two `<br><br>`. A box is a block-level element. Everything that
later steps want to know of the page is measured here, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.names import rules_of

BOXES = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p"
    " pre search section summary table tbody td tfoot th thead tr ul".split()
)
UNSEEN = frozenset(
    "script style template svg math select option textarea input head title meta link"
    " base object embed applet noframes noembed canvas datalist map rp rt".split()
)
MEDIA = frozenset("img picture iframe video audio amp-img".split())
_INLINE = frozenset({"a", "b", "br", "strong"})  # those that are counted


class Names(NamedTuple):
    """What an element is called: its tag, class and id as written, `itemprop` and `role`."""

    tag: str
    classes: str
    identity: str
    itemprop: str
    role: str
    hidden: bool
    """Until a script shows it: some such boxes hold the rest of an article."""


NAMELESS = Names("body", "", "", "", "", False)


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element: where it lies, and how much text is below it."""

    element: HtmlElement
    tag: str
    names: Names
    above: Box | None
    depth: int
    number: int
    """Its place among all boxes of the page; those within it have higher ones."""
    start: int
    """The index of the first block that may lie in it."""
    end: int = 0
    """One more than the index of its last block."""
    past: int = 0
    """One more than the number of the last box in it."""
    words: int = 0
    link_words: int = 0
    prose: int = 0
    """Words in blocks of prose, which are long and not made of links."""


@dataclass(slots=True, eq=False)
class Block:
    """A run of text: its words, how many of them are links, and the pieces that it is made of."""

    index: int
    box: Box
    text: str
    words: int
    link_words: int
    links: int
    breaks: int
    strong: bool
    pieces: list[tuple[HtmlElement, bool]]
    """The elements whose text (False) or tail (True) it is made of."""


@dataclass(slots=True)
class Measured:
    """The blocks and boxes of a page, in its order."""

    blocks: list[Block]
    boxes: list[Box]
    media: list[tuple[HtmlElement, Box, int]]
    """Pictures and players, the box they lie in, and the index of the next block."""
    passed_by: list[tuple[HtmlElement, Box, str]]
    """Boxes that were not read, the box they lie in, and by which rule."""


_PROSE = 12  # words of a block that is no heading, caption or link
_UNSPACED = 9  # characters a word; more of them means a script without spaces between words
_WORD = 4  # characters of a word in such a script


_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Never read: half of all blocks are in boxes that are surely called so and hold little but links.
_PASSED_BY = frozenset({"navigation", "footer", "search", "comment form"})
_SURE = frozenset({"specific", "shared"})
_SAID = 200  # characters beside links in a box that is read whatever it is called
_FOLDED = etree.XPath("normalize-space(.)")


def measure(body: HtmlElement) -> Measured:
    """Walk over everything below `body` once."""
    page = _Walk(body).over()
    for block in page.blocks:
        box = block.box
        box.words += block.words
        box.link_words += block.link_words
        if block.words >= _PROSE and block.link_words * 3 < block.words:
            box.prose += block.words
    for box in reversed(page.boxes[1:]):
        above = box.above
        assert above is not None
        above.words += box.words
        above.link_words += box.link_words
        above.prose += box.prose
    return page


def names_of(element: HtmlElement, tag: str) -> Names:
    """What an element is called."""
    get = element.get
    style = get("style")
    hidden = get("hidden") is not None or (style is not None and bool(_HIDDEN.search(style)))
    return Names(
        tag, get("class") or "", get("id") or "", get("itemprop") or "", get("role") or "", hidden
    )


def _is_passed_by(element: HtmlElement, names: Names) -> str | None:
    """The rule for a box that is not read."""
    verdict = rules_of(names.tag, names.classes, names.identity)
    if verdict.kind not in _PASSED_BY or verdict.reach not in _SURE:
        return None
    size = _size(element)
    if size > _SAID:
        size -= sum(map(_size, element.iter("a")))
    if size > _SAID or next(element.iter("h1"), None) is not None:
        return None
    return f"{verdict.kind} {verdict.rule}"


def _size(element: HtmlElement) -> int:
    return len(str(_FOLDED(element)))


class _Walk:
    """The state of the walk: the run of text that is being read, and the box that it is in."""

    def __init__(self, body: HtmlElement) -> None:
        self.body = body
        self.box = Box(body, "body", NAMELESS, None, 0, 0, 0)
        self.page = Measured([], [self.box], [], [])
        self.texts: list[str] = []
        self.linked: list[str] = []
        self.pieces: list[tuple[HtmlElement, bool]] = []
        self.in_link = self.in_bold = 0
        self.links = self.breaks = self.bold = self.line_ends = 0

    def over(self) -> Measured:
        # One loop over all elements is where the time goes; the rest is called for few of them.
        walk = etree.iterwalk(self.body, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if tag in BOXES:
                    if not self._enter(element, tag):
                        walk.skip_subtree()
                        continue
                elif tag in _INLINE:
                    if tag == "a":
                        self.in_link += 1
                        self.links += 1
                    elif tag == "br":
                        self._break()
                    else:
                        self.in_bold += 1
                elif tag in UNSEEN or tag.__class__ is not str:
                    walk.skip_subtree()
                    continue
                elif tag in MEDIA:
                    self.page.media.append((element, self.box, len(self.page.blocks)))
                    if tag != "picture":
                        walk.skip_subtree()
                    continue
                text = element.text
                if text:
                    self._text(element, text, False)
            else:
                if element is self.body:
                    break
                if tag in BOXES:
                    if element is self.box.element:
                        self._leave()
                elif tag in _INLINE:
                    if tag == "a":
                        self.in_link -= 1
                    elif tag != "br":
                        self.in_bold -= 1
                text = element.tail
                if text:
                    self._text(element, text, True)
        self._leave()
        return self.page

    def _enter(self, element: HtmlElement, tag: str) -> bool:
        """Begin a box; False where it is passed by."""
        if element is self.body:
            return True
        self._flush()
        page, above, names = self.page, self.box, names_of(element, tag)
        if rule := _is_passed_by(element, names):
            page.passed_by.append((element, above, rule))
            return False
        number, start = len(page.boxes), len(page.blocks)
        self.box = Box(element, tag, names, above, above.depth + 1, number, start)
        page.boxes.append(self.box)
        return True

    def _leave(self) -> None:
        self._flush()
        self.box.end = len(self.page.blocks)
        self.box.past = len(self.page.boxes)
        self.box = self.box.above or self.box

    def _break(self) -> None:
        self.line_ends += 1
        if self.line_ends == 2:
            self._flush()
        elif self.texts:
            self.texts.append("\n")
            self.breaks += 1

    def _text(self, element: HtmlElement, text: str, tail: bool) -> None:
        if text.isspace():
            if self.texts:
                self.texts.append(" ")
            return
        self.line_ends = 0
        self.texts.append(text)
        self.pieces.append((element, tail))
        if self.in_link:
            self.linked.append(text)
        if self.in_bold:
            self.bold += 1

    def _flush(self) -> None:
        if self.texts:
            text = " ".join("".join(self.texts).split())
            if text:
                self._block(text)
            self.texts.clear()
        if self.links or self.breaks or self.bold:
            self.links = self.breaks = self.bold = 0
            self.linked.clear()
        self.line_ends = 0

    def _block(self, text: str) -> None:
        words = text.count(" ") + 1
        link_words = min(words, len(" ".join(self.linked).split())) if self.linked else 0
        if words * _UNSPACED <= len(text) and not text.isascii():
            many = max(words, len(text) // _WORD)
            link_words = link_words * many // words
            words = many
        blocks, pieces = self.page.blocks, self.pieces
        strong = self.bold * 2 >= len(pieces)
        blocks.append(
            Block(
                len(blocks), self.box, text, words, link_words,
                self.links, self.breaks, strong, pieces,
            )
        )  # fmt: skip
        self.pieces = []
