"""The page about moving has each word of an export, and nothing that is none."""

from __future__ import annotations

import re
from pathlib import Path

from feeder.store.nouns import NOUNS

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs/moving.md").read_text("utf-8")


def test_each_noun_has_its_row_with_each_of_its_keys_in_their_order() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE)
    told = {name: re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", keys)) for name, keys in rows}
    assert told == {name: list(noun.keys) for name, noun in NOUNS.items()}
    assert list(told) == list(NOUNS)
