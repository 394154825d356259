"""Where a block stands among those that look like an article, or do not: the second look.

What a paragraph is shows from what is around it: the same words are a teaser in a list of teasers
and an introduction above ten paragraphs. A small forest of decision trees reads what the first
look said of a block, of its neighbours, of the boxes around it and of all blocks that lie in boxes
of the same names. It is data (`weights.py`), learnt by `tools/train_blocks.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from feeder.cleaner.markup.blocks.looks import Looked
from feeder.cleaner.markup.blocks.measure import Block, Box
from feeder.cleaner.markup.blocks.weights import Model

UNKNOWN = -99.0
"""A measure that does not apply, such as the neighbour before the first block."""

_LEVELS = 6  # boxes around a block that are asked, the nearest first
_MOST = 4.0  # no single block says more than this
_NEAR = 8  # blocks before and after
_STRONG = 12  # words of a block that may be the first or last of an article
_FAR = 30
# What looks like nothing or like an article beyond doubt is not asked about. Of all blocks of the
# labelled pages 48 % look worse, of which the trees kept 37 in 83,000; 13 % look better, of which
# they dropped one. Counted with weights that were learnt before those that ship.
_HOPELESS = -2.5
_CLEAR = 4.0

MEASURES = (
    "look", "look 2 before", "look 1 before", "look 1 after", "look 2 after", "looks before",
    "looks after", "words", "from the headline", "from the first", "from the last",
    "from the run's start", "from the run's end", "looks up to the run", "alike", "how many alike",
    "depth", "best look", "run", "blocks", "in lists", "in article", "in aside",
    *(f"{what} {level}" for level in range(_LEVELS)
      for what in ("looks in box", "share of prose in box", "links in box", "blocks in box")),
)  # fmt: skip
"""What each number of a block's measures is."""


class Places:
    """A page whose blocks have been looked at once."""

    def __init__(self, looked: Looked, looks: Sequence[float]) -> None:
        self.blocks = looked.page.blocks
        self.boxes = looked.page.boxes
        self.headline = looked.headline
        self.looks = looks
        self.weights = [sqrt(block.words) for block in self.blocks]
        self.parts = [
            _at_most(look) * weight for look, weight in zip(looks, self.weights, strict=True)
        ]
        self._sum_up_boxes()
        self._sum_up_alike()
        self._find_run()

    def _sum_up_boxes(self) -> None:
        """For each box: the looks of the blocks within it, their weight, and their number."""
        many = len(self.boxes)
        looks, weights, counts = [0.0] * many, [0.0] * many, [0] * many
        for block, part, weight in zip(self.blocks, self.parts, self.weights, strict=True):
            number = block.box.number
            looks[number] += part
            weights[number] += weight
            counts[number] += 1
        for box in reversed(self.boxes[1:]):
            assert box.above is not None
            above, number = box.above.number, box.number
            looks[above] += looks[number]
            weights[above] += weights[number]
            counts[above] += counts[number]
        self.sums = list(zip(looks, weights, counts, strict=True))
        self.prose = max(1, self.boxes[0].prose)

    def _sum_up_alike(self) -> None:
        """The same for the blocks whose boxes are called the same, three levels up."""
        names: list[tuple[str, str | None]] = [
            (box.tag, box.element.get("class") if box.depth else None) for box in self.boxes
        ]
        alike: dict[object, list[float]] = {}
        self.alike: list[list[float]] = []
        totals: dict[int, list[float]] = {}  # by the number of the box
        for block, part, weight in zip(self.blocks, self.parts, self.weights, strict=True):
            box = block.box
            total = totals.get(box.number)
            if total is None:
                above = box.above or box
                far = above.above or above
                path = names[box.number], names[above.number], names[far.number]
                total = totals[box.number] = alike.setdefault(path, [0.0, 0.0, 0])
            total[0] += part
            total[1] += weight
            total[2] += 1
            self.alike.append(total)

    def _find_run(self) -> None:
        """The run of blocks with the highest sum, and the first and last block to look right."""
        best = total = 0.0
        start, self.run = 0, (0, -1)
        self.first, self.last = 0, len(self.blocks)
        found = False
        sums = [0.0]
        for here, part in enumerate(self.parts):
            if total <= 0:
                total, start = 0.0, here
            total += part
            if total > best:
                best, self.run = total, (start, here)
            sums.append(sums[-1] + part)
            if self.looks[here] > 0 and self.blocks[here].words >= _STRONG:
                if not found:
                    self.first, found = here, True
                self.last = here
        self.best_run = best / 100
        self.best_look = _at_most(max(self.looks, default=0.0))
        self.running = sums

    def measures(self, block: Block) -> list[float]:
        """The numbers that the trees ask for, in the order of `MEASURES`."""
        here, looks, count = block.index, self.looks, len(self.blocks)
        part, weight = self.parts[here], self.weights[here]
        start, end = self.run
        if here < start:
            between = self.running[start] - self.running[here]
        elif here > end:
            between = self.running[here + 1] - self.running[end + 1]
        else:
            between = 0.0
        alike, alike_weight, alike_count = self.alike[here]
        numbers = [
            looks[here],
            looks[here - 2] if here > 1 else UNKNOWN,
            looks[here - 1] if here else UNKNOWN,
            looks[here + 1] if here + 1 < count else UNKNOWN,
            looks[here + 2] if here + 2 < count else UNKNOWN,
            self._mean(max(0, here - _NEAR), here),
            self._mean(here + 1, min(count, here + 1 + _NEAR)),
            block.words if block.words < 300 else 300,
            here - self.headline if self.headline is not None else UNKNOWN,
            _near(here - self.first),
            _near(here - self.last),
            _near(here - start),
            _near(here - end),
            between,
            (alike - part) / (alike_weight - weight) if alike_count > 1 else UNKNOWN,
            alike_count if alike_count < 60 else 60,
            block.box.depth,
            self.best_look,
            self.best_run,
            count,
        ]
        return numbers + self._around(block.box, part, weight)

    def _mean(self, start: int, end: int) -> float:
        if start >= end:
            return UNKNOWN
        weight = sum(self.weights[start:end])
        return (self.running[end] - self.running[start]) / weight

    def _around(self, box: Box, part: float, weight: float) -> list[float]:
        """Which boxes the block lies in, and what else lies in them."""
        lists = article = aside = level = 0
        numbers: list[float] = []
        around: Box | None = box
        while around is not None and around.depth:
            tag = around.tag
            if tag == "ul" or tag == "ol" or tag == "dl":
                lists += 1
            elif tag == "article":
                article = 1
            elif tag == "aside" or tag == "footer" or tag == "nav" or tag == "form":
                aside = 1
            if level < _LEVELS:
                looks, looks_weight, count = self.sums[around.number]
                rest = looks_weight - weight
                numbers += (
                    (looks - part) / rest if count > 1 else UNKNOWN,
                    around.prose / self.prose,
                    around.link_words / (around.words or 1),
                    count,
                )
                level += 1
            around = around.above
        numbers += (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN) * (_LEVELS - level)
        return [lists, article, aside, *numbers]


def _at_most(look: float) -> float:
    return -_MOST if look < -_MOST else _MOST if look > _MOST else look


def _near(away: int) -> int:
    return -_FAR if away < -_FAR else _FAR if away > _FAR else away


def second_look(places: Places, model: Model) -> list[float]:
    """How surely each block is a piece of the article (above 0) or not, in its order."""
    measures = places.measures
    return [
        look if look < _HOPELESS or look > _CLEAR else ask(model, measures(block))
        for block, look in zip(places.blocks, places.looks, strict=True)
    ]


def ask(model: Model, numbers: Sequence[float]) -> float:
    """What the trees say to a block's measures."""
    score = model.bias
    for node in model.forest:
        tree: Any = node
        while tree.__class__ is tuple:  # half the time that isinstance takes
            measure, bound, less, more = tree
            tree = less if numbers[measure] <= bound else more
        score += tree
    return score
