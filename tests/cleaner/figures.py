"""What an extractor reaches on the labelled pages, by the corpora's own measures.

`benchmarks/accuracy.py` prints it, and `test_extract_floors.py` holds feeder to it.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple

from tests.cleaner import corpus

Extract = Callable[[bytes, str], object]
"""Called with a page and its address; gives what `metrics.answer` of the corpus reads."""
Part = Literal["open", "sealed", "both"]

PAGES = ("aeb", "trafilatura", "wcxb", "readability")
LINES = ("boilerplate", "boilerplate fragments", "own fragments", "own pages")
"""Sets whose labels are of lines."""
HERE = Path(__file__).parent

_NAMES = {"author_falsefill": "author_made_up", "date_falsefill": "date_made_up"}
_SHARES = "exact empty form_leak comment_leak chrome_leak title author date".split()
CEILINGS = frozenset(
    "loss empty form_leak comment_leak chrome_leak author_made_up date_made_up failed".split()
)
"""Figures that are better the lower they are."""


class Figure(NamedTuple):
    """A share or an F1, and of how many pages it is."""

    value: float
    of: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What an extractor made of a page, as the corpus judges it."""

    sealed: bool
    row: dict[str, Any]
    failed: str | None = None
    """The name of what was raised instead of an answer."""


def see(name: str, extract: Extract) -> list[Seen]:
    """An extractor's answers to all pages of a set, judged."""
    judge = _judge_lines if name in LINES else _judge_page
    return [
        Seen(sealed, *_answer(extract, record, raw, judge))
        for record, raw, sealed in _labelled(name)
    ]


def of_part(seen: Sequence[Seen], part: Part) -> list[Seen]:
    """The pages that lie on one side of the split."""
    return [page for page in seen if part == "both" or page.sealed == (part == "sealed")]


def figures(name: str, seen: Sequence[Seen]) -> dict[str, Figure]:
    """What is reached on pages of a set."""
    if not seen:
        return {}
    found = (_of_lines if name in LINES else _of_pages)(name, [page.row for page in seen])
    failed = sum(page.failed is not None for page in seen)
    return found | {"failed": Figure(failed / len(seen), len(seen))}


def interval(
    name: str, seen: Sequence[Seen], beside: Sequence[Seen] | None = None
) -> tuple[float, float]:
    """Where F1 lies, or how far it is above another's, on 95 of 100 such samples of pages."""
    rows = [page.row for page in seen]
    other = None if beside is None else [page.row for page in beside]
    low, high = metrics().interval(rows, _kind(name), other)
    return float(low), float(high)


@cache
def metrics() -> ModuleType:
    """The measures of the corpus."""
    return corpus.module("metrics")


@cache
def _lines() -> ModuleType:
    """The judge of the sets of lines."""
    # By its file: the corpus has a `score` of its own.
    path = Path(corpus.CORPORA or "") / "boilerplate" / "score.py"
    spec = importlib.util.spec_from_file_location("boilerplate_score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _kind(name: str) -> str:
    return str(corpus.module("score").MAIN[name])


def _labelled(name: str) -> Iterator[tuple[dict[str, Any], bytes, bool]]:
    """The records and bytes of a set, and whether the page is sealed."""
    if name in PAGES:
        yield from corpus.labelled(name)
        return
    own = name.startswith("own ")
    folder = HERE / name.split()[1] if own else Path(corpus.CORPORA or "") / "boilerplate"
    for row in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        if record["kind"] != "html":
            continue
        if own or name == "boilerplate" or "feed-fragment" in record["features"]:
            sealed = record.get("sealed", False) if own else corpus.part_of(record) == "sealed"
            yield record, (folder / record["file"]).read_bytes(), sealed


def _answer(
    extract: Extract,
    record: dict[str, Any],
    raw: bytes,
    judge: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]],
) -> tuple[dict[str, Any], str | None]:
    """The judgement of an answer; an extractor that raises has answered nothing."""
    failed = None
    try:
        told = extract(raw, record.get("url") or "")
    except Exception as fault:
        told, failed = None, type(fault).__name__
    return judge(record, metrics().answer(told)), failed


def _judge_page(record: dict[str, Any], got: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = metrics().score_page(record, got)
    return row


def _judge_lines(record: dict[str, Any], got: dict[str, Any]) -> dict[str, Any]:
    lost, leaked, stray = _lines().judge(record["lines"], got["text"] or "", "html")
    authors = got["author"] or ""
    told = {
        "title": got["title"],
        "author": authors if isinstance(authors, str) else ", ".join(authors),
        "date": metrics().day(got["published"]),
    }
    good, known = _lines().facts({**record, "source": None, "doc_id": None}, told)
    kinds = Counter(kind for kind, _ in record["lines"])
    return {
        "exact": not lost and not stray,
        "loss": bool(lost),
        "lost": len(lost),
        "leaked": len(leaked),
        "drop": kinds["drop"],
        "good": good,
        "known": known,
    }


def _of_pages(name: str, rows: list[dict[str, Any]]) -> dict[str, Figure]:
    told = metrics().summary(rows, _kind(name))
    found = {key: Figure(told[key], len(rows)) for key in ("f1", "precision", "recall")}
    for key in (*_SHARES, *_NAMES):
        if key in told:
            found[_NAMES.get(key, key)] = Figure(told[key], told[f"{key}_n"])
    return found


def _of_lines(name: str, rows: list[dict[str, Any]]) -> dict[str, Figure]:
    drop, leaked, lost, good, known = (
        sum(row[key] for row in rows) for key in ("drop", "leaked", "lost", "good", "known")
    )
    gone, count = drop - leaked, len(rows)
    found = {
        "loss": Figure(sum(row["loss"] for row in rows) / count, count),
        "exact": Figure(sum(row["exact"] for row in rows) / count, count),
        "precision": Figure(gone / max(1, gone + lost), count),
    }
    if drop:
        found["recall"] = Figure(gone / drop, count)
    if known:
        found["facts"] = Figure(good / known, count)
    return found


Lines = tuple[tuple[str, str, str], ...]

TABLE: Lines = (
    ("aeb F1", "aeb", "f1"),
    ("trafilatura's set F1", "trafilatura", "f1"),
    ("wcxb F1", "wcxb", "f1"),
    ("title right", "trafilatura", "title"),
    ("author right", "trafilatura", "author"),
    ("date right", "trafilatura", "date"),
    ("author made up", "trafilatura", "author_made_up"),
    ("date made up", "trafilatura", "date_made_up"),
    ("form leak", "trafilatura", "form_leak"),
    ("comment leak", "trafilatura", "comment_leak"),
    ("chrome leak", "trafilatura", "chrome_leak"),
    ("boilerplate html: loss", "boilerplate", "loss"),
    ("boilerplate html: exact", "boilerplate", "exact"),
    ("boilerplate html: recall", "boilerplate", "recall"),
    ("… its feed fragments: loss", "boilerplate fragments", "loss"),
    ("… its feed fragments: exact", "boilerplate fragments", "exact"),
    ("… its feed fragments: recall", "boilerplate fragments", "recall"),
    ("own fragments: loss", "own fragments", "loss"),
    ("own fragments: exact", "own fragments", "exact"),
    ("own fragments: recall", "own fragments", "recall"),
    ("own pages: loss", "own pages", "loss"),
    ("own pages: exact", "own pages", "exact"),
    ("own pages: recall", "own pages", "recall"),
    ("own pages: facts", "own pages", "facts"),
    ("wcxb title right", "wcxb", "title"),
    ("wcxb author right", "wcxb", "author"),
    ("wcxb date right", "wcxb", "date"),
    ("readability F1, its own labels", "readability", "f1"),
)
"""The lines of the printed table: what people read, the set, the figure."""

Figures = Mapping[str, Mapping[str, Figure]]
"""By set and name."""

_LEEWAY = (
    0.0025  # .002 and what rounding takes: other versions of lxml and nh3 may move a page or two
)


def floors_of(found: Figures) -> dict[str, dict[str, float]]:
    """Floors, and ceilings, a little below what is reached; what is perfect stays so."""
    floors: dict[str, dict[str, float]] = {}
    for _, name, key in TABLE:
        if key in found.get(name, {}):
            floors.setdefault(name, {})[key] = _floor(key, found[name][key].value)
    return floors


def _floor(key: str, value: float) -> float:
    if value in (0.0, 1.0):
        return value
    return round(value + (_LEEWAY if key in CEILINGS else -_LEEWAY), 3)
