"""The text cleaner on labelled documents: losing an article's line is the worst fault."""

from __future__ import annotations

import importlib.util
import json
import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from feeder.cleaner.scrape.extract import extract_text
from feeder.models import Article

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))
CORPORA = os.environ.get("FEEDER_CORPORA")

needs_corpora = pytest.mark.skipif(
    not CORPORA, reason="FEEDER_CORPORA does not say where the labelled corpora are"
)


def folder(name: str) -> Path:
    shipped = HERE / "documents" / name
    return shipped if shipped.exists() else Path(CORPORA or "") / "boilerplate"


def scorer() -> ModuleType:
    """The corpus' own scorer, which decides what counts as lost and leaked."""
    path = Path(CORPORA or "") / "boilerplate" / "score.py"
    spec = importlib.util.spec_from_file_location("boilerplate_score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clean(document: str) -> Mapping[str, str | None]:
    """The cleaner's answer in the shape that the scorer reads."""
    article = extract_text(document)
    return {
        "text": article.text,
        "title": article.title,
        "author": ", ".join(article.authors),
        "date": article.published.isoformat() if article.published else None,
        "source": article.attribution.name if article.attribution else None,
        "id": article.id,
    }


def labels(name: str) -> list[dict[str, Any]]:
    """What is said of the texts of a set."""
    rows = (folder(name) / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return [label for label in map(json.loads, rows) if label["kind"] == "text"]


def documents(name: str) -> list[str]:
    """The texts of a set, as they lie on disk."""
    found = []
    for label in labels(name):
        with (folder(name) / label["file"]).open(encoding="utf-8", newline="") as file:
            found.append(file.read())
    return found


@needs_corpora
@pytest.mark.parametrize("name", FLOORS)
def test_the_floors_hold(name: str) -> None:
    judge, floor = scorer(), FLOORS[name]
    counts: Counter[str] = Counter()
    for text, label in zip(documents(name), labels(name), strict=True):
        got = clean(text)
        lost, leaked, stray = judge.judge(label["lines"], got["text"], "text")
        good, known = judge.facts(label, got)
        drop = sum(kind == "drop" for kind, _ in label["lines"])
        counts.update(docs=1, exact=not lost and not stray, loss=bool(lost), drop=drop)
        counts.update(leaked=len(leaked), good=good, known=known)
    assert counts["loss"] / counts["docs"] <= floor["loss"]
    assert counts["exact"] / counts["docs"] >= floor["exact"]
    assert (counts["drop"] - counts["leaked"]) / counts["drop"] >= floor["recall"]
    assert counts["good"] / counts["known"] >= floor["facts"]


def again(article: Article) -> Article:
    return extract_text(f"{article.title}\n\n{article.text}")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs_corpora if name == "dev" else ()) for name in FLOORS]
)
def test_cleaning_a_cleaned_document_changes_nothing(name: str) -> None:
    articles = [extract_text(text) for text in documents(name)]
    drifted = [article.title for article in articles if again(article).text != article.text]
    assert len(drifted) <= FLOORS[name]["drift"] * len(articles), drifted


@pytest.mark.parametrize("name", ["open", "sealed"])
def test_no_article_line_of_the_shipped_documents_is_lost(name: str) -> None:
    for text, label in zip(documents(name), labels(name), strict=True):
        kept = " ".join(extract_text(text).text.split())
        for kind, line in label["lines"]:
            if kind == "keep":
                assert " ".join(line.split()) in kept, (label["id"], line)
