"""The weights of the block model: data, learnt by `tools/train_blocks.py`, read once.

`data/looks.tsv` has a row for each sign of the first look: table, sign, weight. `data/places.json`
has the trees of the second look: `[measure, bound, tree for at most that, tree for more]`, or a
number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

Sign = str | int
Tables = Mapping[str, Mapping[Any, float]]
Tree = tuple[int, float, "Tree", "Tree"] | float
"""The number of a measure, a bound, the tree for what is at most that, the one for more."""

WORD_TABLES = frozenset(
    {"word", "first-word", "last-word", "heading-word", "within", "of", "of-parent"}
)
"""Tables whose signs are words; those of all others are numbers."""


class Get(Protocol):
    """The weight of a sign, or what is given for those that were too rare to be learnt."""

    def __call__(self, sign: Any, other: float, /) -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """The weights of signs, one function a table."""

    bias: float
    tag_length_links: Get
    tag_links: Get
    length_links: Get
    shape: Get
    commas: Get
    links: Get
    bold: Get
    breaks: Get
    repeated: Get
    mark: Get
    first_word: Get
    last_word: Get
    word: Get
    title: Get
    position: Get
    from_headline: Get
    before: Get
    after: Get
    heading_word: Get
    within: Get
    of: Get
    of_parent: Get


@dataclass(frozen=True, slots=True)
class Model:
    """All that was learnt."""

    looks: Looks
    forest: Sequence[Tree]
    bias: float


def looks_from(tables: Tables) -> Looks:
    """Weights from tables; a table that is not there weighs nothing."""
    names = [name for name in Looks.__dataclass_fields__ if name != "bias"]
    bias = tables.get("bias", {}).get(0, 0.0)
    return Looks(bias, *(tables.get(name.replace("_", "-"), {}).get for name in names))


@cache
def learnt() -> Model:
    """The model that ships with feeder."""
    folder = files("feeder.cleaner.markup") / "data"
    places = json.loads((folder / "places.json").read_text(encoding="utf-8"))
    tables: dict[str, dict[Sign, float]] = {}
    for row in (folder / "looks.tsv").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            table, sign, weight = row.split("\t")
            key = sign if table in WORD_TABLES else int(sign)
            tables.setdefault(table, {})[key] = float(weight)
    return Model(looks_from(tables), [_tree(tree) for tree in places["forest"]], places["bias"])


def _tree(told: Any) -> Tree:
    if isinstance(told, list):
        measure, bound, less, more = told
        return measure, bound, _tree(less), _tree(more)
    return float(told)
