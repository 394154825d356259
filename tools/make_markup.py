"""Compile the table of page furniture: `python tools/make_markup.py boilerplate_markup.tsv`.

Reads rows of system, kind, CSS selector, evidence and reach; writes
feeder/cleaner/markup/data/furniture.tsv: kind, reach and what `names.py` matches by: `.class`,
`#id` (`*` at the end: begins so), `words` in a name, or an attribute. Systems and evidence are
left out. What people call such things besides stands in data/furniture_words.tsv, by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "feeder/cleaner/markup/data/furniture.tsv"

KINDS = {
    "ads": "ad",
    "nav": "navigation",
    "likes": "share",
    "cookie banner": "notice",
    "cta": "promotion",
    "tags": "meta",
    "print": "hidden",
}
# Figures have captions, `ins` marks what editors put in, and counters are no block of a page.
LEFT_OUT = {"schema", "media"}
LEFT_OUT_SELECTORS = {"ins", "footer", "nav", "header", "aside", "body > footer"}
# As parts of a name these are other things elsewhere: an instrument, a width in metres.
LEFT_OUT_SELECTORS |= {'[class*="piano"]', '[class*="meter"]'}
REACHES = {"specific": "specific", "shared name": "shared", "broad": "broad"}
_PART = re.compile(r'\[(?:class|id)([*^])="([^"]+)"\]')
_ATTRIBUTE = re.compile(r"([a-z]*)\[[a-z-]+(?:[*^$]?=\"[^\"]*\")?\]")
_NAMES = re.compile(r"[a-z]*(?:[.#][A-Za-z0-9_-]+)+")


def matched_by(selector: str) -> str | None:
    """A selector as the index has it; None where it needs the elements around."""
    if part := _PART.fullmatch(selector):
        operator, name = part.groups()
        if operator == "*" and not name.endswith("_"):
            return " ".join(re.split("[-_]", name.lower()))
        return f"{'#' if '[id' in selector else '.'}{name.lower()}*"
    if _ATTRIBUTE.fullmatch(selector):
        return selector.replace('"', "")
    if _NAMES.fullmatch(selector):
        return selector.lower()
    if re.fullmatch(r"[a-z]+(?:-[a-z]+)+", selector):  # a custom element
        return f"{selector}[]"
    return None


def compile_table(source: Path) -> list[str]:
    """Rows of the index, each once, in the order of the table."""
    rows: dict[str, None] = {}
    for row in source.read_text(encoding="utf-8").splitlines()[1:]:
        _, kind, selector, _, reach = row.split("\t")
        if kind in LEFT_OUT or selector in LEFT_OUT_SELECTORS:
            continue
        match = matched_by(selector.rpartition(" ")[2] if " .item" in selector else selector)
        if match is None:
            sys.exit(f"{selector}: no form of the index fits")
        rows[f"{KINDS.get(kind, kind)}\t{REACHES[reach]}\t{match}"] = None
    return list(rows)


def main() -> None:
    rows = compile_table(Path(sys.argv[1]))
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(rows)} rows, {TARGET.stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
