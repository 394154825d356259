"""How good the HTML cleaner is, beside its peers: `python benchmarks/accuracy.py`.

    FEEDER_CORPORA=… python benchmarks/accuracy.py                  # all that are installed
    FEEDER_CORPORA=… python benchmarks/accuracy.py --only feeder
    FEEDER_CORPORA=… python benchmarks/accuracy.py --json           # every figure there is
    FEEDER_CORPORA=… python benchmarks/accuracy.py --only feeder --floors \
        > tests/cleaner/extract_floors.toml

Figures are of the pages that may be looked at (`open`), of those that are only counted (`sealed`),
and of both (`tests/cleaner/corpus.py`). `pip install -e '.[bench]'` installs the peers.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from peers import NAMES, UNTOLD, extractor, installed

from tests.cleaner import corpus, figures
from tests.cleaner.figures import LINES, PAGES, TABLE, Figures, Part, Seen

Answers = Mapping[str, Sequence[Seen]]
"""Of an extractor, by set."""
Columns = Sequence[tuple[str, Figures, Answers]]
_WIDTH = 14


def run(name: str) -> dict[str, list[Seen]]:
    """What an extractor makes of all sets."""
    start, extract = time.process_time(), extractor(name)
    answers = {each: figures.see(each, extract) for each in (*PAGES, *LINES)}
    took = time.process_time() - start
    count = sum(map(len, answers.values()))
    print(f"{name}: {count} pages judged in {took:.0f} s", file=sys.stderr)
    return answers


def of_part(answers: Answers, part: Part) -> tuple[Figures, Answers]:
    """The figures of an extractor on one side of the split, and the pages they are of."""
    seen = {name: figures.of_part(pages, part) for name, pages in answers.items()}
    return {name: figures.figures(name, pages) for name, pages in seen.items()}, seen


def table(title: str, columns: Columns) -> Iterator[str]:
    """A line for each figure, with what it is of; F1 with its interval, and the lead on others."""
    yield f"{title:34}{'of':>12}" + "".join(f"{name:>{_WIDTH}}" for name, _, _ in columns)
    for label, name, key in TABLE:
        found = [
            None if key.partition("_")[0] in UNTOLD.get(each, ()) else told.get(name, {}).get(key)
            for each, told, _ in columns
        ]
        counts = dict.fromkeys(str(figure.of) for figure in found if figure)
        shown = (f"{figure.value:{_WIDTH}.4f}" if figure else " " * _WIDTH for figure in found)
        yield f"  {label:32}{'/'.join(counts):>12}" + "".join(shown)
        if key == "f1":
            yield from _intervals(name, columns)
    failed = [sum(f["failed"].value * f["failed"].of for f in c[1].values() if f) for c in columns]
    yield f"  {'pages where it raised':44}" + "".join(f"{count:{_WIDTH}.0f}" for count in failed)


def _intervals(name: str, columns: Columns) -> Iterator[str]:
    spans = [figures.interval(name, seen[name]) for _, _, seen in columns]
    yield f"    {'95 % of it lies in':42}" + "".join(f"{_span(span):>{_WIDTH}}" for span in spans)
    ours = [seen for each, _, seen in columns if each == "feeder"]
    if len(columns) > 1 and ours:
        leads = [
            "" if each == "feeder" else _span(figures.interval(name, ours[0][name], seen[name]))
            for each, _, seen in columns
        ]
        yield f"    {'feeder is ahead by':42}" + "".join(f"{lead:>{_WIDTH}}" for lead in leads)


def _span(span: tuple[float, float]) -> str:
    return f"{span[0]:.3f}–{span[1]:.3f}"


def show(answers: Mapping[str, Answers]) -> None:
    """A table of the parts for one extractor; for several, one of them all for each part."""
    parts: tuple[Part, ...] = get_args(Part)
    if len(answers) == 1:
        [(name, only)] = answers.items()
        print("\n".join(table(name, [(part, *of_part(only, part)) for part in parts])))
        return
    for part in parts:
        columns = [(name, *of_part(each, part)) for name, each in answers.items()]
        print("\n".join(table(f"{part} pages", columns)), end="\n\n")


def as_json(answers: Mapping[str, Answers]) -> str:
    """Every figure of every extractor: by part, set and name."""
    told = {
        name: {part: of_part(each, part)[0] for part in get_args(Part)}
        for name, each in answers.items()
    }
    return json.dumps(told, indent=1)


def as_floors(answers: Answers) -> str:
    """What `tests/cleaner/extract_floors.toml` is to hold."""
    rows = [
        "# What `feeder.extract` reaches on the labelled pages, open and sealed, less .002; loss,",
        "# leaks and what is made up are ceilings. Written by",
        "# `python benchmarks/accuracy.py --only feeder --floors`. These only get better.",
    ]
    for name, floors in figures.floors_of(of_part(answers, "both")[0]).items():
        rows += ["", f"[{json.dumps(name)}]" if " " in name else f"[{name}]"]
        rows += [f"{key} = {floor}" for key, floor in floors.items()]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=NAMES, action="append", help="may be given several times")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    parser.add_argument("--floors", action="store_true", help="print feeder's figures as floors")
    options = parser.parse_args()
    if not corpus.CORPORA:
        sys.exit("FEEDER_CORPORA does not say where the labelled corpora are")
    wanted = ["feeder"] if options.floors else options.only or list(NAMES)
    for name in wanted:
        if not installed(name):
            print(f"{name}: not installed, left out", file=sys.stderr)
    logging.disable(logging.CRITICAL)  # peers log each page that they make nothing of
    warnings.simplefilter("ignore")
    answers = {name: run(name) for name in wanted if installed(name)}
    if options.floors:
        print(as_floors(answers["feeder"]))
    elif options.json:
        print(as_json(answers))
    else:
        show(answers)


if __name__ == "__main__":
    main()
