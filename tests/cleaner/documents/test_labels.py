"""The document set holds what its README says, and every character of it is labelled."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
Row = dict[str, Any]


def rows(half: str) -> list[Row]:
    text = (HERE / half / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def squashed(text: str) -> str:
    return "".join(text.replace("\ufeff", "").split())


def texts(row: Row, *kinds: str) -> Sequence[str]:
    return [text for kind, text in row["lines"] if kind in kinds]


@pytest.mark.parametrize("half", ["open", "sealed"])
def test_the_labelled_lines_in_order_are_the_whole_document(half: str) -> None:
    for row in rows(half):
        document = (HERE / half / row["file"]).read_bytes().decode("utf-8")
        labelled = squashed("".join(text for _, text in row["lines"]))
        assert squashed(document) == labelled, row["id"]


@pytest.mark.parametrize("half", ["open", "sealed"])
def test_a_fact_is_told_by_the_document_itself(half: str) -> None:
    for row in rows(half):
        meta = "\n".join(texts(row, "meta", "drop")).lower()
        assert row["title"] in texts(row, "title"), row["id"]
        for fact in ("author", "source", "doc_id"):
            assert (row[fact] or "").lower() in meta, (row["id"], fact)


@pytest.mark.parametrize("half", ["open", "sealed"])
def test_traps_are_near_half_and_every_article_has_a_body(half: str) -> None:
    labels = rows(half)
    assert 0.35 <= sum(row["trap"] is not None for row in labels) / len(labels) <= 0.55
    assert all(len(texts(row, "keep")) >= 3 for row in labels)


def test_the_halves_share_no_article_line_longer_than_a_word_or_two() -> None:
    kept = [
        {text for row in rows(half) for text in texts(row, "keep") if len(text) > 24}
        for half in ("open", "sealed")
    ]
    assert not kept[0] & kept[1]


def test_together_they_speak_many_languages() -> None:
    locales = {row["locale"] for half in ("open", "sealed") for row in rows(half)}
    assert len({locale.split("_")[0] for locale in locales}) >= 55
