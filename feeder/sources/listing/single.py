"""Whether a page is one article, with links to others around it, and no listing."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from feeder.sources.listing.blocks import Block
from feeder.sources.listing.items import HIGHEST
from feeder.sources.listing.links import text_of
from feeder.sources.listing.sheet import Sheet

_MOST_PARAGRAPHS = 500
_MUCH = 1_200
"""Characters in paragraphs outside of all items: what stands above a category has a third."""
_VERY_MUCH = 3_000
_FEW = 12
"""Links that are suggested below an article; listings of so few have little text beside them."""
_LONGEST_PARAGRAPH = 600
_ASIDE = frozenset({"related", "aside", "footer", "comments"})


def is_one_article(sheet: Sheet, block: Block) -> bool:
    """Whether most of what the page says is said outside of the items that were found."""
    parts = {part for item in block.items for part in item.parts}
    inside = outside = 0
    for paragraph in islice(sheet.root.iter("p"), _MOST_PARAGRAPHS):
        length = len(text_of(paragraph, _LONGEST_PARAGRAPH).strip())
        if _is_within(paragraph, parts):
            inside += length
        else:
            outside += length
    if outside < _MUCH or outside < 2 * inside:
        return False
    if _says_so(sheet) or {link.area for link in block.links} <= _ASIDE:
        return True
    return outside >= _VERY_MUCH and len(block.links) <= _FEW


def _is_within(element: etree._Element, parts: set[etree._Element]) -> bool:
    return element in parts or any(one in parts for one in islice(element.iterancestors(), HIGHEST))


def _says_so(sheet: Sheet) -> bool:
    tags = islice(sheet.root.iter("meta"), 200)
    return any(
        tag.get("property") == "og:type" and (tag.get("content") or "").lower() == "article"
        for tag in tags
    )
