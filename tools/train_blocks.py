"""Learns the weights of the block model from labelled pages, and says how good they are.

    FEEDER_CORPORA=… python tools/train_blocks.py --folds 4    # how good on pages not learnt from
    FEEDER_CORPORA=… python tools/train_blocks.py --write      # learns from the open part, writes
    FEEDER_CORPORA=… python tools/train_blocks.py --write --all # from both parts

Needs scikit-learn, which feeder itself does not. The pages are not part of the project and nothing
of their text ends up in the weights but single words, each from ten pages or more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from lxml.html import HtmlElement
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))

from feeder.cleaner.markup.blocks.choice import choose
from feeder.cleaner.markup.blocks.looks import (
    Looked,
    first_look,
    look_at,
    name_signs,
    near_look,
    own_look,
    repeats,
)
from feeder.cleaner.markup.blocks.measure import Block, measure
from feeder.cleaner.markup.blocks.places import Places, ask
from feeder.cleaner.markup.blocks.weights import Get, Looks, Model, Sign, Tree, looks_from
from feeder.cleaner.markup.content import titles_of
from feeder.cleaner.markup.tree import parse
from feeder.encoding import decode
from feeder.errors import FeederError
from tests.cleaner.block_labels import labels_of
from tests.cleaner.corpus import SETS, labelled, module

DATA = Path(__file__).parent.parent / "feeder" / "cleaner" / "markup" / "data"
RAREST = 10  # pages that a sign must be on; 4 overfits, 6 to 12 differ within chance
STRENGTH = 0.03  # of the linear model, 1 / regularisation; .07 is worse on aeb and wcxb by .002
TREES = {"max_iter": 40, "max_leaf_nodes": 16, "learning_rate": 0.15}
# 40 trees of 16 leaves are as good as 150, 80 of 8 as well (F1 within .003 on each set).
BARE = "bare"
SHARE = {"aeb": 1.5, "readability": 0.5, BARE: 0.3}  # weight of a page of a set; 1 elsewhere
WHOLE = 100.0  # weight of a page in all


@dataclass(eq=False)
class Labelled:
    """A page with what is known of its blocks, and the signs that the first look sees."""

    set: str
    record: dict[str, Any]
    sealed: bool
    looked: Looked
    labels: list[tuple[bool, float]]
    signs: list[list[tuple[str, Sign]]] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    numbers: list[list[float]] = field(default_factory=list)


class Recorder:
    """Weights that weigh nothing and write down what they were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sign]] = []

    def weights(self) -> Looks:
        names = [name for name in Looks.__dataclass_fields__ if name != "bias"]
        return Looks(0.0, *map(self._get, names))

    def _get(self, name: str) -> Get:
        table = name.replace("_", "-")

        def get(sign: Sign, other: float, /) -> float:
            self.asked.append((table, sign))
            return 0.0

        return get


def read(name: str) -> Iterator[Labelled]:
    """The pages of a set, and every third of them a second time without most of its furniture.

    Real pages end in furniture; those that people save or write by hand may not.
    """
    for number, (record, raw, sealed) in enumerate(labelled(name)):
        try:
            root = parse(decode(raw, markup=True).text)
        except FeederError:
            continue
        body = None if root is None else root.find("body")
        if root is None or body is None:
            continue
        page = _page(name, record, sealed, root, body)
        if not page.signs:
            continue
        yield page
        if number % 3 == 0 and name != "trafilatura":
            _strip(page)
            bare = _page(BARE, record, sealed, root, body)
            if bare.signs:
                yield bare


def _page(
    name: str, record: dict[str, Any], sealed: bool, root: HtmlElement, body: HtmlElement
) -> Labelled:
    looked = look_at(measure(body), titles_of(root))
    page = Labelled(name, record, sealed, looked, labels_of(record, looked))
    page.signs = list(signs_of(looked))
    return page


def _strip(page: Labelled) -> None:
    """Take out of the tree every box without a word of the article, but one in eight."""
    boxes, past = page.looked.page.boxes, 0
    for element, _, _ in page.looked.page.passed_by:
        element.drop_tree()
    for box in boxes[1:]:
        if box.number >= past and not any(keep for keep, _ in page.labels[box.start : box.end]):
            past = box.past
            if box.number % 8:
                box.element.drop_tree()


def signs_of(looked: Looked) -> Iterator[list[tuple[str, Sign]]]:
    """What the first look asks for, block by block, names of boxes included."""
    recorder = Recorder()
    weights = recorder.weights()
    for block in looked.page.blocks:
        recorder.asked = []
        own_look(looked, block, weights)
        near_look(looked, block, weights)
        yield recorder.asked + list(names_around(block))


def names_around(block: Block) -> Iterator[tuple[str, Sign]]:
    box, level = block.box, 0
    while box.depth:
        again = repeats(box)
        for sign in name_signs(box.names):
            if not again:
                yield "within", sign
            if level < 2:
                yield ("of", "of-parent")[level], sign
        assert box.above is not None
        box, level = box.above, level + 1


def vocabulary(pages: Sequence[Labelled]) -> dict[tuple[str, Sign], int]:
    counts: Counter[tuple[str, Sign]] = Counter()
    for page in pages:
        counts.update({sign for signs in page.signs for sign in signs})
    return {sign: n for n, sign in enumerate(s for s, c in sorted(
        counts.items(), key=lambda row: (row[0][0], str(row[0][1]))) if c >= RAREST)}  # fmt: skip


def matrix(pages: Sequence[Labelled], known: dict[tuple[str, Sign], int]) -> Any:
    starts, columns = [0], []
    for page in pages:
        for signs in page.signs:
            columns += [known[sign] for sign in signs if sign in known]
            starts.append(len(columns))
    ones = np.ones(len(columns), np.float32)
    found = sparse.csr_matrix((ones, columns, starts), shape=(len(starts) - 1, len(known)))
    found.sum_duplicates()
    return found


def targets(pages: Sequence[Labelled]) -> tuple[Any, Any]:
    """Which blocks are articles', and what each block counts: a page as much as another."""
    wanted, weights = [], []
    for page in pages:
        by_segments = page.set == "trafilatura"
        raw = [w / 3 if by_segments else sqrt(w) for _, w in page.labels]
        whole = max(sum(raw), 20.0 if by_segments else 1e-9)
        wanted += [keep for keep, _ in page.labels]
        weights += [WHOLE * SHARE.get(page.set, 1.0) * w / whole for w in raw]
    return np.array(wanted), np.array(weights)


def learn_looks(pages: Sequence[Labelled]) -> dict[str, dict[Sign, float]]:
    known = vocabulary(pages)
    wanted, weights = targets(pages)
    told = weights > 0
    found = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=200, tol=1e-3).fit(
        matrix(pages, known)[told], wanted[told], sample_weight=weights[told] / weights[told].mean()
    )
    tables: dict[str, dict[Sign, float]] = {"bias": {0: round(float(found.intercept_[0]), 3)}}
    for (table, sign), column in known.items():
        weight = round(float(found.coef_[0][column]), 3)
        if abs(weight) >= 0.005:
            tables.setdefault(table, {})[sign] = weight
    return tables


def learn_places(pages: Sequence[Labelled]) -> tuple[list[Tree], float]:
    wanted, weights = targets(pages)
    told = weights > 0
    numbers = np.array([row for page in pages for row in page.numbers], np.float32)
    found = HistGradientBoostingClassifier(
        **TREES, min_samples_leaf=80, l2_regularization=10, max_features=0.5, random_state=1,
        early_stopping=False,
    )  # fmt: skip
    found.fit(numbers[told], wanted[told], sample_weight=weights[told] / weights[told].mean())
    trees = [tree_of(predictors[0].nodes, 0) for predictors in found._predictors]
    return trees, round(float(found._baseline_prediction.ravel()[0]), 4)


def tree_of(nodes: Any, here: int) -> Tree:
    node = nodes[here]
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    bound = float(f"{float(node['num_threshold']):.5g}")
    less, more = tree_of(nodes, node["left"]), tree_of(nodes, node["right"])
    return int(node["feature_idx"]), bound, less, more


def look(pages: Sequence[Labelled], tables: dict[str, dict[Sign, float]]) -> None:
    """Have the pages looked at with weights that were not learnt from them."""
    weights = looks_from(tables)
    for page in pages:
        page.looks = first_look(page.looked, weights)
        places = Places(page.looked, page.looks)
        page.numbers = [places.measures(block) for block in page.looked.page.blocks]


def out_of_folds(
    pages: Sequence[Labelled], count: int, do: Callable[[list[Labelled], list[Labelled]], None]
) -> None:
    for fold in range(count):
        do(
            [page for n, page in enumerate(pages) if n % count != fold],
            [page for n, page in enumerate(pages) if n % count == fold],
        )


def evaluate(title: str, pages: Sequence[Labelled], scores: dict[Labelled, list[float]]) -> None:
    metrics, kinds = module("metrics"), module("score").MAIN
    for name in SETS:
        rows = []
        for page in pages:
            if page.set == name:
                kept = choose(page.looked, scores[page])
                blocks = page.looked.page.blocks
                text = "\n".join(b.text for b, keep in zip(blocks, kept, strict=True) if keep)
                got = metrics.answer({"text": text})
                rows.append({"id": page.record["id"], **metrics.score_page(page.record, got)})
        if rows:
            told = metrics.summary(rows, kinds[name])
            wanted = ("f1", "precision", "recall", "form_leak", "comment_leak", "chrome_leak")
            shown = " ".join(f"{k} {told[k]:.4f}" for k in wanted if told.get(k) is not None)
            print(f"{title:8s} {name:12s} {len(rows):4d} {shown}", flush=True)  # noqa: T201


def write(tables: dict[str, dict[Sign, float]], forest: Sequence[Tree], bias: float) -> None:
    """Put the weights where the package has them."""
    rows = ["# Learnt by tools/train_blocks.py: table, sign, weight."]
    rows += [f"{t}\t{sign}\t{w:g}" for t, signs in tables.items() for sign, w in signs.items()]
    (DATA / "looks.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in forest)
    (DATA / "places.json").write_text(f'{{"bias":{bias},"forest":[\n{trees}\n]}}\n')
    print("wrote", len(rows) - 1, "weights and", len(forest), "trees to", DATA)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    pages = [page for name in (*SETS, "boilerplate", "own") for page in read(name)]
    known = [page for page in pages if options.all or not page.sealed]
    others = [page for page in pages if page.sealed and not options.all]
    print(len(known), "pages to learn from,", len(others), "sealed", flush=True)  # noqa: T201

    # The trees must learn from first looks as they are on pages that nobody has seen.
    out_of_folds(known, 4, lambda train, test: look(test, learn_looks(train)))
    if options.folds:
        scores: dict[Labelled, list[float]] = {}

        def judge(train: list[Labelled], test: list[Labelled]) -> None:
            forest, bias = learn_places(train)
            model = Model(looks_from({}), forest, bias)
            scores.update((page, [ask(model, row) for row in page.numbers]) for page in test)

        out_of_folds(known, options.folds, judge)
        evaluate("folds", known, scores)
    forest, bias = learn_places(known)
    tables = learn_looks(known)
    model = Model(looks_from(tables), forest, bias)
    look(others, tables)
    evaluate("sealed", others, {p: [ask(model, row) for row in p.numbers] for p in others})
    if options.write:
        write(tables, forest, bias)


if __name__ == "__main__":
    main()
