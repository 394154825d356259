"""The commands and settings of docs/running.md, word for word."""

from __future__ import annotations

import re
from pathlib import Path

RUNNING = Path(__file__).resolve().parent.parent.parent / "docs/running.md"


def commands(name: str) -> str:
    """The block that is marked with this name."""
    pattern = rf"<!-- command: {name} -->\n```sh\n(.*?)^```$"
    found = re.search(pattern, RUNNING.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, f"docs/running.md has no commands {name!r}"
    return found[1]


def block(language: str, word: str) -> str:
    """The block in that language that has `word` in it."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", RUNNING.read_text(encoding="utf-8"), re.M | re.S
    )
    having = [text for text in found if word in text]
    assert len(having) == 1, f"docs/running.md has {len(having)} blocks with {word!r}"
    return str(having[0])
