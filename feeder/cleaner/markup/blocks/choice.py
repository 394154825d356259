"""Which blocks are the article: single blocks' scores, evened out by what belongs together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from feeder.cleaner.markup.blocks.looks import Looked
from feeder.cleaner.markup.blocks.measure import Block, Box, Measured

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SUBHEADINGS = _HEADINGS - {"h1"}
_WHOLES = frozenset({"table", "ul", "ol", "dl"})
_LITTLE = 25  # words: an article as short is looked for a second time, with a lower bar
_LOWER = -1.0
_ENOUGH_PROSE = 30  # words; an article that is a list of links has as much around it
_FEWEST_ENTRIES = 4  # blocks, of which two in five are one link each: a listing
_FEWEST_WORDS = 8
_NESTED = 3  # boxes between a heading's and that of the text below it: a list and its item
_PROSE = 12  # words of a paragraph
_LONGEST_LINE = 40  # words of what counts as a row, item or cell of a whole


def choose(looked: Looked, scores: Sequence[float]) -> list[bool]:
    """For each block whether it is part of the article."""
    blocks = looked.page.blocks
    kept = [score > 0 for score in scores]
    if sum(block.words for block in blocks if kept[block.index]) < _LITTLE:
        kept = [score > _LOWER for score in scores]
    for whole in _wholes(looked.page):
        _decide_as_one(whole, scores, kept)
    _keep_within(blocks, kept)
    _keep_alike(blocks, scores, kept)
    _drop_bare_headings(blocks, kept)
    return kept


def is_article(page: Measured, kept: Sequence[bool], *, asks_password: Callable[[], bool]) -> bool:
    """Whether what was chosen is an article, and not the links of a listing or a form's words.

    Of the labelled pages that have one, none is refused that gave any of its text.

    Args:
        asks_password: only called where there is too little prose to tell.
    """
    chosen = [block for block in page.blocks if kept[block.index]]
    words = sum(block.words for block in chosen)
    prose = sum(b.words for b in chosen if b.words >= _PROSE and b.link_words * 3 < b.words)
    if prose >= _ENOUGH_PROSE:
        return True
    if not prose and asks_password():
        return False
    entries = sum(b.links == 1 and b.link_words * 5 >= b.words * 4 for b in chosen)
    if len(chosen) >= _FEWEST_ENTRIES and entries * 5 >= len(chosen) * 2:
        return False
    return words >= _FEWEST_WORDS or bool(page.media and chosen)


def _wholes(page: Measured) -> Iterator[list[Block]]:
    """Tables and lists of short lines, whose parts mean nothing without each other."""
    past = 0
    for box in page.boxes:
        if box.tag in _WHOLES and box.start >= past and box.end - box.start > 1:
            inside = page.blocks[box.start : box.end]
            if all(block.words <= _LONGEST_LINE for block in inside):
                past = box.end
                yield inside


def _decide_as_one(whole: Sequence[Block], scores: Sequence[float], kept: list[bool]) -> None:
    """All lines of it or none, by the words that the looks are for and against."""
    for_it = sum(block.words for block in whole if kept[block.index])
    keep = 2 * for_it > sum(block.words for block in whole)
    for block in whole:
        kept[block.index] = keep


def _keep_within(blocks: Sequence[Block], kept: list[bool]) -> None:
    """Listings and headings stay, if what is right below them in the same box is kept."""
    for block, below in zip(reversed(blocks[:-1]), reversed(blocks[1:]), strict=True):
        needed = block.box.tag == "pre" or (
            block.box.tag in _SUBHEADINGS and block.link_words < block.words
        )
        if needed and kept[below.index] and _is_right_below(block.box, below.box):
            kept[block.index] = True


def _is_right_below(box: Box, below: Box) -> bool:
    """Whether the second box lies beside the first one, by itself or in a list or two."""
    around = below.above
    for _ in range(_NESTED):
        if around is None or around is box.above:
            break
        around = around.above
    return around is box.above


def _keep_alike(blocks: Sequence[Block], scores: Sequence[float], kept: list[bool]) -> None:
    """Paragraphs without links stay, if the one right beside them in the same box does.

    It costs nothing on the labelled pages (F1 within .0003), and a page that ends with its article,
    as people save them, keeps its last paragraph.
    """
    for one, two in pairwise(blocks):
        if _is_prose(one) and _is_prose(two) and one.box.above is two.box.above:
            for block, beside in ((two, one), (one, two)):
                if kept[beside.index] and scores[block.index] > _LOWER and not block.links:
                    kept[block.index] = True


def _is_prose(block: Block) -> bool:
    return block.box.tag == "p" and block.words >= _PROSE


def _drop_bare_headings(blocks: Sequence[Block], kept: list[bool]) -> None:
    """Headings at the end of an article stood above what has gone."""
    for block in reversed(blocks):
        if kept[block.index]:
            if block.box.tag not in _HEADINGS:
                return
            kept[block.index] = False
