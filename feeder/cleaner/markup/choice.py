"""Which blocks are the article: single blocks' scores, evened out by what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeder.cleaner.markup.looks import Looked
from feeder.cleaner.markup.measure import Block, Measured

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WHOLES = frozenset({"table", "ul", "ol", "dl"})
_LITTLE = 25  # words: an article as short is looked for a second time, with a lower bar
_LOWER = -1.0
_LONGEST_LINE = 40  # words of what counts as a row, item or cell of a whole


def choose(looked: Looked, scores: Sequence[float]) -> list[bool]:
    """For each block whether it is part of the article."""
    blocks = looked.page.blocks
    kept = [score > 0 for score in scores]
    if sum(block.words for block in blocks if kept[block.index]) < _LITTLE:
        kept = [score > _LOWER for score in scores]
    for whole in _wholes(looked.page):
        _decide_as_one(whole, scores, kept)
    _drop_bare_headings(blocks, kept)
    return kept


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


def _drop_bare_headings(blocks: Sequence[Block], kept: list[bool]) -> None:
    """Headings at the end of an article stood above what has gone."""
    for block in reversed(blocks):
        if kept[block.index]:
            if block.box.tag not in _HEADINGS:
                return
            kept[block.index] = False
