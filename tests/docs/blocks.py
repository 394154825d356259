"""Code blocks of the documentation, each with where it stands and what is said of it.

A comment right above a block says what it is, where its look does not:

    <!-- source file -->      TOML: a whole `sources/NAME.toml`
    <!-- quoted: PATH -->     stands word for word in that file below docs/
    <!-- file: NAME -->       a file that a test writes
    <!-- run: NAME -->        shell: run by test_runs.py, block after block of that name
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block: the page and line where it stands, what is said of it, its language and text."""

    page: str
    line: int
    mark: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    def marked(self, word: str) -> str | None:
        """What the mark `word: …` says; None without such a mark."""
        name, _, said = self.mark.partition(":")
        return said.strip() if name == word else None


def pages() -> list[Path]:
    """README and every page below docs/, but for those of example packages."""
    below = [p for p in DOCS.rglob("*.md") if "examples" not in p.relative_to(DOCS).parts]
    return [ROOT / "README.md", *sorted(below)]


def blocks(*languages: str) -> list[Block]:
    """All blocks in these languages, page by page."""
    found = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            if block["language"] in languages:
                line = text.count("\n", 0, block.start("text"))
                name = str(page.relative_to(ROOT))
                mark = block["mark"] or ""
                found.append(Block(name, line, mark, block["language"], block["text"]))
    return found
