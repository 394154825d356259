"""The one walk over a page: its blocks of text in order, measured, each with the boxes it lies in.

A block is a run of text and inline elements that a reader sees as one piece: a paragraph, a
heading, a cell, a line between two `<br><br>`. A box is a block-level element. Everything that
later steps want to know of the page is measured here, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.around.names import rules_of

BOXES = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p"
    " pre search section summary table tbody td tfoot th thead tr ul".split()
)
UNSEEN = frozenset(
    "script style template svg math select option textarea input head title meta link"
    " base object applet noframes noembed canvas datalist map rp rt".split()
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
    passed_by: str | None = None
    """The rule by which such a box is furniture, if it says nothing."""


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
    refused: int = 0
    """Boxes that were read in spite of what they are called."""


_PROSE = 12  # words of a block that is no heading, caption or link
_UNSPACED = 9  # characters a word; more of them means a script without spaces between words
_WORD = 4  # characters of a word in such a script
_LONGEST_NAME = 400  # characters of a class or an id that are read and remembered
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Never read: half of all blocks are in boxes that are surely called so and hold little but links.
_PASSED_BY = frozenset({"navigation", "footer", "search", "comment form"})
_SURE = frozenset({"specific", "shared"})
_SAID = 200  # characters beside links in a box that is read whatever it is called
_MOST_REFUSED = 50  # boxes so called that had to be read; the page calls all of its boxes so
_MANY_LINKS = 500  # in a box that had to be read: the more, the sooner no other is asked about
_FOLDED = etree.XPath("string-length(normalize-space(.))")


def measure(body: HtmlElement) -> Measured:
    """Walk over everything below `body` once."""
    page = _walked(body)
    for block in page.blocks:
        box = block.box
        box.words += block.words
        box.link_words += block.link_words
        if block.words >= _PROSE and block.link_words * 3 < block.words:
            box.prose += block.words
    for box in reversed(page.boxes):
        above = box.above
        if above is not None:
            above.words += box.words
            above.link_words += box.link_words
            above.prose += box.prose
    return page


def _walked(body: HtmlElement) -> Measured:
    """The blocks and boxes below `body`.

    One long loop, since a sixth of the cleaner's time goes here: in parts of a dozen lines it took
    a fifth more (2.4 ms a page against 2.0, on a busy machine).
    """
    box = Box(body, "body", NAMELESS, None, 0, 0, 0)
    page = Measured([], [box], [], [])
    blocks, boxes, media = page.blocks, page.boxes, page.media
    texts: list[str] = []
    linked: list[str] = []
    pieces: list[tuple[HtmlElement, bool]] = []
    in_link = in_bold = links = breaks = bold = line_ends = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        is_box = tag in BOXES
        if is_box or (tag == "br" and line_ends and event == "start"):
            if pieces:
                blocks.append(_block(box, len(blocks), texts, linked, links, breaks, bold, pieces))
                pieces = []
                linked.clear()
            texts.clear()
            links = breaks = bold = line_ends = 0
        if event == "start":
            if is_box:
                if element is not body:
                    names = names_of(element, tag)
                    if names.passed_by and _is_idle(element, page):
                        page.passed_by.append((element, box, names.passed_by))
                        walk.skip_subtree()
                        continue
                    box = Box(element, tag, names, box, box.depth + 1, len(boxes), len(blocks))
                    boxes.append(box)
            elif tag == "a":
                in_link += 1
                links += 1
            elif tag == "br":
                line_ends = 1
                if texts:
                    texts.append("\n")
                    breaks += 1
            elif tag == "b" or tag == "strong":
                in_bold += 1
            elif tag in UNSEEN or tag.__class__ is not str:
                walk.skip_subtree()
                continue
            elif tag in MEDIA:
                media.append((element, box, len(blocks)))
                if tag != "picture":
                    walk.skip_subtree()
                continue
            text = element.text
        else:
            if is_box:
                if element is body:
                    break
                if element is box.element:  # and not one that was passed by
                    box.end, box.past = len(blocks), len(boxes)
                    box = box.above or box
            elif tag == "a":
                in_link -= 1
            elif tag == "b" or tag == "strong":
                in_bold -= 1
            text = element.tail
        if text:
            if text.isspace():
                if texts:
                    texts.append(" ")
            else:
                line_ends = 0
                texts.append(text)
                pieces.append((element, event == "end"))
                if in_link:
                    linked.append(text)
                if in_bold:
                    bold += 1
    box.end, box.past = len(blocks), len(boxes)
    return page


def _block(
    box: Box,
    index: int,
    texts: list[str],
    linked: list[str],
    links: int,
    breaks: int,
    bold: int,
    pieces: list[tuple[HtmlElement, bool]],
) -> Block:
    text = " ".join("".join(texts).split())
    words = text.count(" ") + 1
    link_words = 0
    if linked:
        # Where all of it is a link, there is nothing to count.
        whole = len(linked) == len(pieces)
        link_words = words if whole else min(words, len(" ".join(linked).split()))
    if words * _UNSPACED <= len(text) and not text.isascii():
        many = max(words, len(text) // _WORD)
        link_words = link_words * many // words
        words = many
    return Block(
        index, box, text, words, link_words, links, breaks, bold * 2 >= len(pieces), pieces
    )


def names_of(element: HtmlElement, tag: str) -> Names:
    """What an element is called."""
    classes = identity = itemprop = role = ""
    hidden = False
    for name, value in element.items():  # most have one or two: to ask for six takes twice as long
        match name:
            case "class":
                classes = value[:_LONGEST_NAME]
            case "id":
                identity = value[:_LONGEST_NAME]
            case "itemprop":
                itemprop = value[:_LONGEST_NAME]
            case "role":
                role = value[:_LONGEST_NAME]
            case "hidden":
                hidden = True
            case "style":
                hidden = hidden or bool(_HIDDEN.search(value))
    return _names(tag, classes, identity, itemprop, role, hidden)


@lru_cache(maxsize=16_384)
def _names(tag: str, classes: str, identity: str, itemprop: str, role: str, hidden: bool) -> Names:
    verdict = rules_of(tag, classes, identity)
    sure = verdict.kind in _PASSED_BY and verdict.reach in _SURE
    passed_by = f"{verdict.kind} {verdict.rule}" if sure else None
    return Names(tag, classes, identity, itemprop, role, hidden, passed_by)


def _is_idle(element: HtmlElement, page: Measured) -> bool:
    """Whether a box that is called furniture says nothing but what its links say."""
    if page.refused > _MOST_REFUSED:
        return False
    size, links = _size(element), 0
    if size > _SAID:
        sizes = list(map(_size, element.iter("a")))
        size, links = size - sum(sizes), len(sizes)
    if size > _SAID or next(element.iter("h1"), None) is not None:
        page.refused += 1 + links // _MANY_LINKS  # or fifty within each other ask for all again
        return False
    return True


def _size(element: HtmlElement) -> int:
    """The characters of an element's text, folded."""
    text = element.text or ""
    if text.isascii() and not len(element):  # most links: a fifth of what the expression takes
        return len(" ".join(text.split()))
    size: Any = _FOLDED(element)
    return int(size)
