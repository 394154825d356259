"""The facts of the labelled pages: what is reached is kept."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from feeder.cleaner.markup.facts.read import read_facts
from feeder.cleaner.markup.tree import parse
from feeder.encoding import decode
from feeder.models import Facts
from tests.cleaner import corpus

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
_CEILINGS = {"author_made_up": "author_filled", "date_made_up": "date_filled"}

pytestmark = pytest.mark.skipif(
    not corpus.CORPORA, reason="FEEDER_CORPORA does not say where the labelled corpora are"
)


def facts_of(page: bytes, url: str | None) -> Facts:
    root = parse(decode(page, markup=True).text)
    return read_facts(root, url).facts if root is not None else Facts()


def judged(name: str) -> list[dict[str, Any]]:
    """The rows of the corpus' own judge, for all pages of a set."""
    metrics, rows = corpus.module("metrics"), []
    for record, raw in corpus.pages(name):
        facts = facts_of(raw, record.get("url"))
        answer = {"title": facts.title, "author": list(facts.authors), "published": facts.published}
        rows.append(metrics.score_page(record, answer | {"text": ""}))
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_the_floors_hold(name: str) -> None:
    rows = judged(name)
    for figure, floor in FLOORS[name].items():
        of = [
            row[_CEILINGS.get(figure, figure)]
            for row in rows
            if _CEILINGS.get(figure, figure) in row
        ]
        reached = sum(of) / len(of)
        if figure in _CEILINGS:
            assert reached <= floor, (figure, reached)
        else:
            assert reached >= floor, (figure, reached)
