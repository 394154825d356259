"""The document set holds what its README says, and every character of it is labelled."""

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FOLDERS = ["open", "sealed", "second"]
Row = dict[str, Any]


def rows(folder: str) -> list[Row]:
    text = (HERE / folder / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def squashed(text: str) -> str:
    return "".join(text.replace("\ufeff", "").split())


def texts(row: Row, *kinds: str) -> Sequence[str]:
    return [text for kind, text in row["lines"] if kind in kinds]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_labelled_lines_in_order_are_the_whole_document(folder: str) -> None:
    for row in rows(folder):
        document = (HERE / folder / row["file"]).read_bytes().decode("utf-8")
        labelled = squashed("".join(text for _, text in row["lines"]))
        assert squashed(document) == labelled, row["id"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fact_is_told_by_the_document_itself(folder: str) -> None:
    for row in rows(folder):
        meta = "\n".join(texts(row, "meta", "drop")).lower()
        assert row["title"] in texts(row, "title"), row["id"]
        for fact in ("author", "source", "doc_id"):
            assert (row[fact] or "").lower() in meta, (row["id"], fact)


@pytest.mark.parametrize("folder", FOLDERS)
def test_traps_are_near_half_and_every_article_has_a_body(folder: str) -> None:
    labels = rows(folder)
    assert 0.35 <= sum(row["trap"] is not None for row in labels) / len(labels) <= 0.55
    assert all(len(texts(row, "keep")) >= 3 for row in labels)


def test_the_folders_share_no_article_line_longer_than_a_word_or_two() -> None:
    kept = [
        {text for row in rows(folder) for text in texts(row, "keep") if len(text) > 24}
        for folder in FOLDERS
    ]
    assert not any(one & other for one, other in combinations(kept, 2))


def test_together_they_speak_many_languages() -> None:
    locales = {row["locale"] for folder in FOLDERS for row in rows(folder)}
    assert len({locale.split("_")[0] for locale in locales}) >= 55
