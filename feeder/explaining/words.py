"""Which words of a text are others than before. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from feeder.text import fold

MOST_LINES = 2_000
"""Paragraphs that differ in the middle of two texts and are compared one by one; beyond it all of
them count as gone and new. The comparison may grow with their square."""
MOST_WORDS = 2_000
"""The same for the words of a paragraph."""
AROUND = 6
"""Words that are shown before and behind what differs."""

Kind = Literal["same", "gone", "new", "left out"]


class Piece(NamedTuple):
    """Words of a paragraph; of what is left out, as it stands in both, there are none."""

    kind: Kind
    text: str


Passage = tuple[Piece, ...]
"""A paragraph in which something differs."""


def differing(before: str, after: str) -> list[Passage]:
    """The paragraphs of two texts that differ, and what in them does.

    Args:
        before: a paragraph a line, as `after`.
    """
    return [*_passages(*_middle(_paragraphs(before), _paragraphs(after)))]


def _paragraphs(text: str) -> list[str]:
    """Those with words in them, without white space that nobody sees."""
    return [folded for line in text.split("\n") if (folded := fold(line))]


def _middle(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Both without the lines in which they begin alike, and end alike."""
    begin, most = 0, min(len(old), len(new))
    while begin < most and old[begin] == new[begin]:
        begin += 1
    end = 0
    while end < most - begin and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[begin : len(old) - end], new[begin : len(new) - end]


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    if max(len(old), len(new)) > MOST_LINES:
        yield from ((Piece("gone", line),) for line in old)
        yield from ((Piece("new", line),) for line in new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "replace" and b - a == d - c:
            yield from (_within(*pair) for pair in zip(old[a:b], new[c:d], strict=True))
        elif tag != "equal":
            yield from ((Piece("gone", line),) for line in old[a:b])
            yield from ((Piece("new", line),) for line in new[c:d])


def _within(before: str, after: str) -> Passage:
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new)
    # A paragraph in whose place stands another one is not told word by word.
    if max(len(old), len(new)) > MOST_WORDS or matcher.ratio() < 0.5:
        return Piece("gone", before), Piece("new", after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces += _around(old[a:b], is_first=a == 0, is_last=b == len(old))
        else:
            pieces += [Piece("gone", " ".join(old[a:b]))] if b > a else []
            pieces += [Piece("new", " ".join(new[c:d]))] if d > c else []
    return tuple(pieces)


def _around(words: Sequence[str], *, is_first: bool, is_last: bool) -> list[Piece]:
    """Words that both have, but for those that are far from what differs."""
    before = 0 if is_first else AROUND
    behind = 0 if is_last else AROUND
    if len(words) <= before + behind + 1:
        return [Piece("same", " ".join(words))]
    told = [Piece("left out", "")]
    if before:
        told.insert(0, Piece("same", " ".join(words[:before])))
    if behind:
        told.append(Piece("same", " ".join(words[-behind:])))
    return told
