"""From what is said of a whole page to what is said of its blocks, to learn from.

The corpora have the article's text, or segments that must and must not be in it, or a label for
each line. A block is the article's where that text has its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from feeder.cleaner.markup.blocks.looks import Looked
from feeder.cleaner.markup.blocks.measure import Block

Label = tuple[bool, float]
"""Whether a block is the article's, and how much that counts; 0: nobody knows."""

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_SHORT = 6  # words of a block that is too short for shingles
_NEAR = 3
_SEGMENT = 12.0
_AMBIGUOUS = 0.3


def labels_of(record: dict[str, Any], looked: Looked) -> list[Label]:
    """A label for each block of a page."""
    blocks = looked.page.blocks
    if "lines" in record:
        return _by_lines(record["lines"], blocks)
    if record.get("expected_text") is None:
        return _by_segments(record, blocks)
    labels = _by_text(record["expected_text"], blocks)
    _doubt_repeated(labels, blocks, _words(record["expected_text"]))
    if looked.headline is not None and blocks[looked.headline].box.tag == "h1":
        labels[looked.headline] = (False, labels[looked.headline][1] * _AMBIGUOUS)
    return labels


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _by_text(expected: str, blocks: Sequence[Block]) -> list[Label]:
    wanted = _words(expected)
    shingles = set(zip(*(wanted[n:] for n in range(_SHINGLE)), strict=False))
    lines = {" ".join(_words(line)) for line in expected.split("\n")} - {""}
    joined = f" {' '.join(wanted)} "
    sizes, shares = [], []
    for block in blocks:
        words = _words(block.text)
        sizes.append(len(words))
        if len(words) >= _SHORT:
            own = list(zip(*(words[n:] for n in range(_SHINGLE)), strict=False))
            shares.append(sum(shingle in shingles for shingle in own) / len(own))
        else:
            line = " ".join(words)
            shares.append(1.0 if line in lines else 0.5 if f" {line} " in joined else 0.0)
    return [_label(here, sizes, shares) for here in range(len(blocks))]


def _label(here: int, sizes: Sequence[int], shares: Sequence[float]) -> Label:
    share, size = shares[here], sizes[here]
    if not size:
        return False, 0.0
    if size < _SHORT:  # words as short could stand anywhere: what is around them decides
        near = range(max(0, here - _NEAR), min(len(sizes), here + _NEAR + 1))
        around = max((shares[n] for n in near if n != here and sizes[n] >= _SHORT), default=0.0)
        if share == 0.5:
            share = 1.0 if around > 0.7 else 0.0
        elif share == 1.0 and around < 0.5 and size < _SHINGLE:
            share = 0.0
    return share > 0.5, size * abs(share - 0.5) * 2


def _doubt_repeated(labels: list[Label], blocks: Sequence[Block], wanted: Sequence[str]) -> None:
    """Of a text that stands on the page several times, the one among the article's is meant."""
    joined = f" {' '.join(wanted)} "
    places: dict[str, list[int]] = {}
    for block in blocks:
        places.setdefault(block.text, []).append(block.index)

    def kept_around(here: int) -> float:
        near = range(max(0, here - 2 * _NEAR), min(len(blocks), here + 2 * _NEAR + 1))
        return sum(
            labels[n][1]
            for n in near
            if labels[n][0] and places[blocks[n].text] == [n] and n != here
        )

    for text, here in places.items():
        if len(here) > 1 and any(labels[n][0] for n in here):
            line = f" {' '.join(_words(text))} "
            allowed = max(1, joined.count(line)) if len(line) > 2 else 1
            best = sorted(here, key=kept_around, reverse=True)[:allowed]
            for n in set(here) - set(best):
                labels[n] = (False, labels[n][1] * _AMBIGUOUS)


def _by_segments(record: dict[str, Any], blocks: Sequence[Block]) -> list[Label]:
    labels = [(False, 0.0)] * len(blocks)
    texts = [" ".join(block.text.split()) for block in blocks]
    wanted = [(True, segment) for segment in record.get("with") or ()]
    unwanted = [
        (False, s) for s in (*(record.get("without") or ()), *(record.get("comments") or ()))
    ]
    for keep, segment in wanted + unwanted:
        segment = " ".join(segment.split())
        places = [n for n, text in enumerate(texts) if segment in text] if len(segment) > 1 else []
        longest = max((len(texts[n]) for n in places), default=0)
        for n in places:
            if keep and len(texts[n]) == longest:
                labels[n] = (True, _SEGMENT)
            elif not keep and not labels[n][1]:
                labels[n] = (False, _SEGMENT / len(places))
    return labels


def _by_lines(lines: Sequence[tuple[str, str]], blocks: Sequence[Block]) -> list[Label]:
    """Labels of lines; a short line counts as much as a long one, since losing it is as bad."""
    kept = [" ".join(text.split()) for label, text in lines if label == "keep"]
    gone = {" ".join(text.split()) for label, text in lines if label in ("drop", "title")}
    found: list[Label] = []
    for block in blocks:
        text = " ".join(block.text.split())
        if any(text == line or (len(text) > 20 and text in line) for line in kept):
            found.append((text not in gone, 16.0 if text not in gone else 0.0))
        else:
            found.append((False, 9.0 if text in gone else 0.0))
    return found
