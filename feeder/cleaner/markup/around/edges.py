"""The first and the last lines of an article, read from its edges inwards.

A whole article has a hundred lines, and what is left of the furniture around it stands in the
outermost ones. Reading stops where only prose follows, so a long article costs no more than a
short one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from feeder.cleaner.markup.blocks.measure import BOXES, UNSEEN

_MOST_FIRST = 6
_PROSE = 160  # characters of a line that no furniture is made of, comments aside
_ENOUGH_PROSE = 3  # such lines in a row: the article


class Piece(NamedTuple):
    """A text of the tree, where it is held, and whether as the element's tail."""

    element: HtmlElement
    tail: bool
    text: str


class EdgeLine(NamedTuple):
    """What a reader sees as one line: its text, its pieces, and the box that it lies in."""

    text: str
    pieces: tuple[Piece, ...]
    box: HtmlElement

    def blank(self) -> None:
        """Take the line's text out of the tree."""
        for element, tail, _ in self.pieces:
            if tail:
                element.tail = None
            else:
                element.text = None


def first_lines(body: HtmlElement) -> list[EdgeLine]:
    """The first lines, down to the first one that is prose, which is the last of them."""
    found: list[EdgeLine] = []
    for line in _lines(body, backwards=False):
        found.append(line)
        if len(found) == _MOST_FIRST or len(line.text) > _PROSE:
            break
    return found


def last_lines(body: HtmlElement, most: int) -> list[EdgeLine]:
    """The last lines in the order of the page, up to where the article is nothing but prose."""
    found: list[EdgeLine] = []
    prose = 0
    for line in _lines(body, backwards=True):
        found.append(line)
        prose = prose + 1 if len(line.text) > _PROSE else 0
        if len(found) == most or prose == _ENOUGH_PROSE:
            break
    return found[::-1]


def _lines(body: HtmlElement, *, backwards: bool) -> Iterator[EdgeLine]:
    """The lines of a body from one end."""
    pieces: list[Piece] = []
    for piece in _pieces(body, backwards=backwards):
        if isinstance(piece, Piece):
            pieces.append(piece)
        elif pieces:
            yield from _line(pieces, backwards)
            pieces = []
    yield from _line(pieces, backwards)


def _line(pieces: list[Piece], backwards: bool) -> Iterator[EdgeLine]:
    if backwards:
        pieces.reverse()
    if text := " ".join("".join(piece.text for piece in pieces).split()):
        yield EdgeLine(text, tuple(pieces), _box(pieces[0]))


def _box(piece: Piece) -> HtmlElement:
    element = piece.element.getparent() if piece.tail else piece.element
    while element.tag not in BOXES and element.getparent() is not None:
        element = element.getparent()
    return element


def _pieces(body: HtmlElement, *, backwards: bool) -> Iterator[Piece | None]:
    """All texts from one end, and None where a line ends."""
    # No recursion: trees may be 2,048 deep. Children are asked for one by one, since the reader
    # stops after the first lines.
    around: list[tuple[HtmlElement, Iterator[HtmlElement]]] = []
    element: HtmlElement | None = body
    while True:
        if element is not None:
            if backwards and element is not body and element.tail:
                yield Piece(element, True, element.tail)
            if _ends_line(element):
                yield None
            if not backwards and _is_seen(element) and element.text:
                yield Piece(element, False, element.text)
            below = element.iterchildren(reversed=backwards) if _is_seen(element) else iter(())
            around.append((element, below))
        parent, children = around[-1]
        element = next(children, None)
        if element is not None:
            continue
        around.pop()
        if backwards and _is_seen(parent) and parent.text:
            yield Piece(parent, False, parent.text)
        if _ends_line(parent):
            yield None
        if parent is body:
            return
        if not backwards and parent.tail:
            yield Piece(parent, True, parent.tail)


def _is_seen(element: HtmlElement) -> bool:
    tag = element.tag
    return tag.__class__ is str and tag not in UNSEEN


def _ends_line(element: HtmlElement) -> bool:
    return element.tag in BOXES or element.tag == "br"
