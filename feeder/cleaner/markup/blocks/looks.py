"""What a block looks like by itself: the first look at a page, linear in its signs.

Each sign of a block (its tag and length, how it begins and ends, words of short ones, names of the
boxes that it lies in, its neighbours) has a weight; their sum says how much it looks like a piece
of an article (above 0) or like something around one. The weights are data (`weights.py`), learnt by
`tools/train_blocks.py` from labelled pages. `places.py` then asks where the block stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from feeder.cleaner.markup.around.names import rules_of
from feeder.cleaner.markup.blocks.measure import Block, Box, Measured, Names
from feeder.cleaner.markup.blocks.saying import Said, comparable, of_long, of_short
from feeder.cleaner.markup.blocks.weights import Looks

_LENGTHS = (1, 2, 3, 5, 8, 12, 20, 35)
_LINKED = (0.0, 0.15, 0.35, 0.65, 0.999)
_HEADINGS = frozenset({"h1", "h2", "h3"})
_SUBHEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_SHORT = 6  # class of length up to which a block's words count
_LABEL = 8  # words of the longest line in bold type that counts as a heading
_FAR = 12  # blocks from a heading down to the last one that is seen as below it
_LONGEST_HEADLINE = 40  # words
_NEAR_AROUND = 4  # boxes: a table, its row and its cell repeat themselves after three
_MOST_NAMES = 12  # words of an element's class and id together

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_LETTERS = re.compile(r"[^a-zA-Z]+")

_TAGS = {
    tag: number
    for number, tag in enumerate(
        "other p div li td th h1 h2 h3 h4 h5 h6 dd dt blockquote pre figcaption section article"
        " header footer aside body main form nav summary caption address center noscript".split()
    )
}


@dataclass(slots=True)
class Looked:
    """A page with all that the first look needs to know of it as a whole."""

    page: Measured
    titles: tuple[str, ...]
    """What the page says that its title is, in comparable words."""
    headline: int | None
    """The index of the block that is the visible title."""
    all_titles: str
    """The same as one text of several lines."""
    title_words: frozenset[str]
    repeated: frozenset[str]
    """Texts that are in several boxes; the lines of a refrain are in one."""
    lengths: list[int]
    """Each block's class of length, 0 to 8."""
    linked: list[int]
    """Each block's class of the share of its words that are links, 0 to 5."""
    codes: list[int]
    """Both classes as a number of two digits."""
    below: list[int]
    """Each block's nearest heading above it, or -1 where that is far away."""


def words_of(names: str) -> tuple[str, ...]:
    """The words that names of classes and ids are made of: `c-ShareBar__item` → share, bar, item.

    Hashes and numbers leave no word, or one that is too rare to mean anything.
    """
    words = _NOT_LETTERS.sub(" ", _CAMEL.sub(" ", names[:400])).lower().split()
    return tuple(dict.fromkeys(w for w in words if 2 < len(w) <= 20 or w == "ad"))[:_MOST_NAMES]


def name_signs(names: Names) -> tuple[str, ...]:
    """The signs of an element's names."""
    signs = [f"<{names.tag}>", *words_of(f"{names.classes} {names.identity}")]
    verdict = rules_of(names.tag, names.classes, names.identity)
    if verdict.kind:
        signs.append(f"{verdict.reach} {verdict.kind}")
    if names.itemprop:
        signs.append(f"itemprop {names.itemprop[:20]}")
    if names.role:
        signs.append(f"role {names.role[:20]}")
    if names.hidden:
        signs.append("hidden element")
    return tuple(signs)


def look_at(page: Measured, titles: Iterable[str]) -> Looked:
    """The page as a whole. `titles` are what `<title>` and its like say."""
    blocks = page.blocks
    told = tuple(filter(None, map(comparable, titles)))
    lengths = [bisect_left(_LENGTHS, block.words) for block in blocks]
    linked = [
        bisect_left(_LINKED, block.link_words / block.words) if block.link_words else 0
        for block in blocks
    ]
    return Looked(
        page,
        told,
        _headline(blocks, told),
        "\n".join(told),
        frozenset(" ".join(told).split()),
        _repeated(blocks),
        lengths,
        linked,
        [10 * length + links for length, links in zip(lengths, linked, strict=True)],
        list(_headings_above(blocks)),
    )


def _repeated(blocks: list[Block]) -> frozenset[str]:
    seen: dict[str, Box | None] = {}
    found: set[str] = set()
    for block in blocks:
        above = block.box.above
        if seen.setdefault(block.text, above) is not above:
            found.add(block.text)
    return frozenset(found)


def _headings_above(blocks: list[Block]) -> Iterator[int]:
    heading = -_FAR
    for block in blocks:
        yield heading if block.index - heading < _FAR else -1
        tag = block.box.tag
        if tag in _SUBHEADINGS or (
            block.strong and block.words < _LABEL and (tag == "p" or tag == "div")
        ):
            heading = block.index


def _headline(blocks: list[Block], titles: tuple[str, ...]) -> int | None:
    """The longest heading that the page's title repeats, else its first <h1>."""
    best, longest, first = None, 0, None
    for block in blocks:
        tag = block.box.tag
        if tag not in _HEADINGS or block.words > _LONGEST_HEADLINE:
            continue
        if tag == "h1" and first is None:
            first = block.index
        words = comparable(block.text)
        if len(words) > longest and any(
            words in title or (len(title) > 15 and title in words) for title in titles
        ):
            best, longest = block.index, len(words)
    return first if best is None else best


def first_look(looked: Looked, weights: Looks) -> list[float]:
    """How much each block looks like a piece of an article, in its order."""
    boxes = _box_scores(looked.page.boxes, weights)
    return [
        boxes[block.box.number]
        + own_look(looked, block, weights)
        + near_look(looked, block, weights)
        for block in looked.page.blocks
    ]


def _box_scores(boxes: list[Box], weights: Looks) -> list[float]:
    """For each box what its name says of its text: and those of all boxes around it."""
    within, scores = [0.0], [weights.bias]
    above_near = [0.0]
    for box in boxes[1:]:
        assert box.above is not None
        number = box.above.number
        inside, own, near = _name_weights(weights, box.names)
        within.append(within[number] if repeats(box) else within[number] + inside)
        above_near.append(near)
        scores.append(weights.bias + within[-1] + own + above_near[number])
    return scores


def repeats(box: Box) -> bool:
    """Whether a box near around this one is called the same, as where tags are never closed."""
    around = box.above
    for _ in range(_NEAR_AROUND):
        if around is None:
            return False
        if around.names == box.names:
            return True
        around = around.above
    return False


@lru_cache(maxsize=16_384)
def _name_weights(weights: Looks, names: Names) -> tuple[float, float, float]:
    """What an element's names say of all within it, of its own text, and of its children's."""
    signs = name_signs(names)
    return (
        sum(weights.within(sign, 0.0) for sign in signs),
        sum(weights.of(sign, 0.0) for sign in signs),
        sum(weights.of_parent(sign, 0.0) for sign in signs),
    )


def own_look(looked: Looked, block: Block, weights: Looks) -> float:
    """What a block's own text says."""
    text, here = block.text, block.index
    length, linked, code = looked.lengths[here], looked.linked[here], looked.codes[here]
    said = of_short(text) if length <= _SHORT else of_long(text)
    tag = _TAGS.get(block.box.tag, 0)
    score = (
        weights.tag_length_links(tag * 100 + code, 0.0)
        + weights.tag_links(tag * 10 + linked, 0.0)
        + weights.length_links(code, 0.0)
        + weights.shape(said.shape * 10 + length, 0.0)
    )
    if said.commas:
        score += weights.commas(said.commas, 0.0)
    if block.links:
        score += weights.links(block.links if block.links < 5 else 5, 0.0)
    if block.strong:
        score += weights.bold(length, 0.0)
    if block.breaks:
        score += weights.breaks(block.breaks if block.breaks < 3 else 3, 0.0)
    if text in looked.repeated:
        score += weights.repeated(length, 0.0)
    for number in said.marks:
        score += weights.mark(number * 10 + (length >= _SHORT), 0.0)
    return score + _word_score(looked, said, weights) if said.words else score


def _word_score(looked: Looked, said: Said, weights: Looks) -> float:
    """What the words of a short block say, and that it repeats the title, in whole or in part."""
    words, weight = said.words, weights.word
    score = weights.first_word(words[0], 0.0) + weights.last_word(said.last_word, 0.0)
    for word in words:
        score += weight(word, 0.0)
    if looked.titles:
        score += weights.title(_like_title(looked, said), 0.0)
    return score


def _like_title(looked: Looked, said: Said) -> int:
    """10: it is the title; 9: it is in it; 0 to 4: how many of its words are, in quarters."""
    if said.comparable in looked.titles:
        return 10
    if len(said.comparable) > 12 and said.comparable in looked.all_titles:
        return 9
    count = len(said.different)
    return 4 * len(said.different & looked.title_words) // count if count > 3 else -1


def near_look(looked: Looked, block: Block, weights: Looks) -> float:
    """What stands around a block says of it."""
    blocks, here, tag = looked.page.blocks, block.index, block.box.tag
    score = weights.position(10 * here // len(blocks), 0.0)
    if looked.headline is not None:
        away = here - looked.headline
        step = bisect_left(_LENGTHS, away) + 1 if away > 0 else -bisect_left(_LENGTHS, -away)
        score += weights.from_headline(step, 0.0)
    codes = looked.codes
    before = after = -1
    if here:
        before = codes[here - 1] * 10 + (blocks[here - 1].box.tag == tag)
    if here + 1 < len(blocks):
        after = codes[here + 1] * 10 + (blocks[here + 1].box.tag == tag)
    score += weights.before(before, 0.0) + weights.after(after, 0.0)
    heading = looked.below[here]
    if heading >= 0 and blocks[heading].words <= _LABEL:
        for word in of_short(blocks[heading].text).words[:_LABEL]:
            score += weights.heading_word(word, 0.0)
    return score
