"""Draws what `feeder.extract` makes of an example page: the pictures of docs/cleaning.md.

    python tools/picture_steps.py    # writes docs/pictures/steps.svg and article.svg

Nothing in them is put by hand but the page itself, `docs/pictures/example.html`: which step dropped
what, by which rule, and what told the facts is read from the article that `feeder.extract` gives.
No browser is needed, and the same article gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from lxml.html import HtmlElement, fragment_fromstring

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import feeder
from feeder.cleaner.markup.blocks.measure import BOXES, UNSEEN
from feeder.cleaner.markup.tree import parse
from feeder.models import Article, Dropped
from tools.drawing import BOLD, INK, ITALIC, LINE, MARGIN, PALE, WIDTH, Drawing, width_of, wrapped

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
EXAMPLE = PICTURES / "example.html"
ADDRESS = "https://courier.example/2026/night-tram?ref=front-page"

_SHORT = 14  # characters of a link that shares its line with others

# Of each step: the colour of its words, and the one behind what it dropped.
_COLOURS = {
    "site-rules": ("#6b4c9a", "#f1ecf8"),
    "content": ("#1f6391", "#e8f1f7"),
    "comments": ("#9d2f4e", "#f9e9ee"),
    "furniture": ("#7d6200", "#f8f3da"),
    "ends": ("#2d7d46", "#e5f3e9"),
    "images": ("#b3471d", "#fbeae1"),
}
_TOLD = "#8a4b08"


@dataclass(eq=False, slots=True)
class Block:
    """A piece of the example page as readers see it: what it says, and what became of it."""

    tag: str
    text: str
    fate: Dropped | None = None
    fact: str | None = None


def page_blocks(element: HtmlElement) -> Iterator[Block]:
    """The blocks below an element, in order; a list of short links is one line."""
    for child in element:
        if child.tag in UNSEEN:
            continue
        inner = {each.tag for each in child.iterdescendants()}
        items = [_text(item) for item in child if item.tag == "li"]
        if child.tag == "img":
            yield Block("img", child.get("alt") or "")
        elif child.tag == "tr" or (items and all(len(item) <= _SHORT for item in items)):
            yield Block(child.tag, "  ·  ".join(map(_text, child)))
        elif inner & BOXES or "img" in inner:
            yield from page_blocks(child)
        elif text := _text(child):
            yield Block(child.tag, text)


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _letters(text: str) -> str:
    """A text by which it is recognised, whatever stands between its words."""
    return "".join(text.replace("·", "").rstrip("…").split())


def explained(html: str, article: Article) -> list[Block]:
    """The page's blocks, each kept or with the record of its drop, and the facts that they told.

    Raises:
        ValueError: a block is neither in the article nor on record.
    """
    root = parse(html)
    assert root is not None
    blocks = list(page_blocks(root.body))
    kept = _letters(article.text)
    left = [b for b in blocks if _letters(b.text) not in kept and _alt(b) not in article.html]
    for record in article.dropped:
        _assign(record, left)
    last: Dropped | None = None  # a record is cut short; what follows in its box is not told again
    for block in blocks:
        if block in left:
            last = block.fate = block.fate or last
            if last is None:
                raise ValueError(f"nothing says what became of {block.text!r}")
        else:
            last = None
    for told in article.evidence:
        for block in blocks:
            if _letters(block.text) == _letters(told.text):
                block.fact = block.fact or (None if told.rule.startswith("meta") else told.field)
    return blocks


def _alt(block: Block) -> str:
    return f'alt="{escape(block.text)}"' if block.tag == "img" else "\0"


def _assign(record: Dropped, blocks: Sequence[Block]) -> None:
    """Give a record to the run of blocks that it begins with.

    Raises:
        ValueError: there is no such run.
    """
    wanted = _letters(record.text)
    for start in range(len(blocks)):
        said = ""
        for end in range(start, len(blocks)):
            said += _letters(blocks[end].text)
            if said.startswith(wanted) or not wanted.startswith(said) or blocks[end].fate:
                break
        if said.startswith(wanted) and not blocks[start].fate:
            for block in blocks[start : end + 1]:
                block.fate = record
            return
    raise ValueError(f"nothing on the page is {record.text!r}")


_COLUMN = 560  # width of the page in the first picture
_ASIDE = MARGIN + _COLUMN + 40
_SIZE, _STEP = 12.5, 17.0


def draw_steps(blocks: Sequence[Block]) -> str:
    """The page as a column of blocks, with step and rule beside each that was dropped."""
    drawing = Drawing("The blocks of a page, and by which step and rule each was dropped")
    drawing.words(MARGIN, 36, "The page", 17, style=BOLD)
    drawing.words(_ASIDE, 36, "Dropped by", 17, style=BOLD)
    y = _legend(drawing, blocks) + 22
    for record, group in groupby(blocks, key=lambda block: block.fate):
        top = y
        run = list(group)
        for block in run:
            y = _draw_block(drawing, block, y)
        if record is not None:
            _draw_fate(drawing, record, run, top, y - 5)
    return drawing.written()


def _legend(drawing: Drawing, blocks: Sequence[Block]) -> float:
    drawing.box(MARGIN, 50, 14, 14, "#ffffff", INK)
    drawing.words(MARGIN + 22, 61.5, "kept: the article", 12)
    steps = [s for s in _COLOURS if any(b.fate and b.fate.step == s for b in blocks)]
    wide = sum(52 + width_of(step, 12) for step in steps) - 30
    x = min(float(_ASIDE), WIDTH - MARGIN - wide)
    for step in steps:
        ink, fill = _COLOURS[step]
        drawing.box(x, 50, 14, 14, fill, ink)
        drawing.words(x + 22, 61.5, step, 12, ink)
        x += 52 + width_of(step, 12)
    return 64


def _draw_block(drawing: Drawing, block: Block, y: float) -> float:
    """One block, and where the next one begins."""
    ink, fill = _COLOURS[block.fate.step] if block.fate else (INK, "#ffffff")
    heading = block.tag in {"h1", "h2", "h3", "h4"}
    size = 15.0 if block.tag == "h1" else _SIZE
    photo = 58 if block.tag == "img" else 0
    lines = wrapped(block.text, size, _COLUMN - 24 - photo, 2, bold=heading)
    height = 13 + _STEP * len(lines)
    if photo and not block.fate:
        height = 48
    drawing.box(MARGIN, y, _COLUMN, height, fill, ink if block.fate else INK)
    if not block.fate:
        drawing.path(f"M{MARGIN + 2} {y + 1:g} v{height - 2:g}", INK, 4)
    if photo:
        drawing.picture(MARGIN + 8, y + 6, 52, height - 12)
    style = BOLD if heading else ITALIC if photo else ""
    for number, line in enumerate(lines):
        at = y + (height - _STEP * len(lines)) / 2 + 12.5 + number * _STEP
        drawing.words(MARGIN + 12 + photo, at, line, size, ink, style)
    return y + height + 5


def _draw_fate(
    drawing: Drawing, record: Dropped, run: Sequence[Block], top: float, bottom: float
) -> None:
    """A bracket beside a run of blocks, the step and rule that dropped it, and what it told."""
    ink, _ = _COLOURS.get(record.step, (INK, ""))
    x, middle = MARGIN + _COLUMN + 8, (top + bottom) / 2
    drawing.path(f"M{x} {top + 3:g} h8 V{bottom - 3:g} h-8 M{x + 8} {middle:g} h14", ink)
    told = " and ".join(dict.fromkeys(block.fact for block in run if block.fact))
    drawing.words(_ASIDE, middle + 4.5, record.step, _SIZE, ink, BOLD)
    after = _ASIDE + width_of(record.step, _SIZE, bold=True) + 12
    rule = wrapped(record.rule, _SIZE, WIDTH - after - MARGIN, 1)[0]
    drawing.words(after, middle + 4.5, rule, _SIZE)
    if told:
        drawing.words(
            after + width_of(rule, _SIZE) + 14, middle + 4.5, f"it told: {told}", 12, _TOLD, ITALIC
        )


_TEXT = 520  # width of the article in the second picture
_FACTS = MARGIN + _TEXT + 36
_ORDER = (
    "title authors published modified attribution summary categories language image url id".split()
)


def draw_article(article: Article) -> str:
    """The article that is left, and beside it its facts with what told each."""
    drawing = Drawing("The article that is left, and its facts with what told them")
    drawing.words(MARGIN, 36, "The article", 17, style=BOLD)
    drawing.words(_FACTS, 36, "Its facts, and what told them", 17, style=BOLD)
    y = 52.0
    drawing.box(MARGIN, y, _TEXT, 0, "#ffffff", INK)
    frame = len(drawing.parts) - 1
    y += 30
    for tag, text in _shown(article):
        y = _draw_piece(drawing, tag, text, y)
    drawing.box(MARGIN, 52, _TEXT, y - 52, "#ffffff", INK)
    drawing.parts[frame] = drawing.parts.pop()
    y = 52.0
    for told in sorted(article.evidence, key=lambda told: _ORDER.index(told.field)):
        y = _draw_fact(drawing, told.field, _value(article, told.field), told.rule, y)
    return drawing.written()


def _shown(article: Article) -> Iterator[tuple[str, str]]:
    yield "h1", article.title
    body = fragment_fromstring(article.html, create_parent="div")
    for element in body.iter("p", "h2", "h3", "li", "tr", "img"):
        quoted = element.tag == "p" and element.getparent().tag == "blockquote"
        text = "\t".join(map(_text, element)) if element.tag == "tr" else _text(element)
        if element.tag == "img" or text:
            yield "blockquote" if quoted else element.tag, element.get("alt") or text


def _draw_piece(drawing: Drawing, tag: str, text: str, y: float) -> float:
    x, width = MARGIN + 20.0, _TEXT - 40.0
    if tag == "img":
        drawing.picture(x, y - 12, width, 96)
        return y + 112
    if tag == "tr":
        for number, cell in enumerate(text.split("\t")):
            line = wrapped(cell, 11, width / 3 - 10, 1)[0]
            drawing.words(x + number * width / 3, y, line, 11)
        drawing.path(f"M{x:g} {y + 7:g} h{width:g}", LINE, 1)
        return y + 25
    bold, indent = tag in {"h1", "h2", "h3"}, 16.0 if tag == "blockquote" else 0.0
    size = {"h1": 18.0, "h2": 14.5}.get(tag, _SIZE)
    lines = wrapped(text, size, width - indent, 9, bold=bold)
    if indent:
        drawing.path(f"M{x + 3:g} {y - 12:g} v{_STEP * len(lines):g}", PALE, 3)
    style = BOLD if bold else ITALIC if indent else ""
    for number, line in enumerate(lines):
        drawing.words(x + indent, y + number * _STEP, line, size, style=style)
    return y + _STEP * len(lines) + (14 if tag == "h1" else 9)


def _value(article: Article, name: str) -> str:
    value = getattr(article, name)
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(getattr(value, "name", value))


def _draw_fact(drawing: Drawing, name: str, value: str, rule: str, y: float) -> float:
    width = WIDTH - _FACTS - MARGIN
    lines = wrapped(value, 12, width - 28, 3)
    height = 52 + 16 * len(lines)
    drawing.box(_FACTS, y, width, height, "#fbf7f1", "#e3d6c3")
    drawing.words(_FACTS + 14, y + 20, name, _SIZE, style=BOLD)
    for number, line in enumerate(lines):
        drawing.words(_FACTS + 14, y + 38 + 16 * number, line, 12)
    source = wrapped(f"told by: {rule}", 11.5, width - 28, 1)[0]
    drawing.words(_FACTS + 14, y + height - 11, source, 11.5, _TOLD, ITALIC)
    return y + height + 8


def pictures() -> dict[str, str]:
    """The pictures by their file names, as they should be now."""
    html = EXAMPLE.read_text(encoding="utf-8")
    article = feeder.extract(html, url=ADDRESS)
    return {
        "steps.svg": draw_steps(explained(html, article)),
        "article.svg": draw_article(article),
    }


if __name__ == "__main__":
    for name, picture in pictures().items():
        (PICTURES / name).write_text(picture, encoding="utf-8")
