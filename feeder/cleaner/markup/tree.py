"""From bytes or text to the one tree that all steps share, with the gates before the parser."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.gates import cut_attributes
from feeder.errors import TooLargeError
from feeder.markup import LONGEST_PAGE, tree_of

MOST_TAGS = 200_000
"""The longest pages that people read have a tenth of it; two million of them take minutes."""
# lxml's own HTML parser asks a Python function for the class of each element:
# 123,000 calls for 102 pages.
_ALL_ALIKE = etree.ElementDefaultClassLookup(element=HtmlElement)
# Elements without content, which libxml2 takes for the beginning of what follows them.
_NEVER_CLOSED = ("wbr", "track", "keygen", "bgsound", "command")


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None where there is nothing in it.

    Raises:
        TooLargeError: over 8,000,000 characters or 200,000 tags, or nested over 2,048 deep.
    """
    if len(text) > LONGEST_PAGE:
        raise TooLargeError(f"a page of {len(text):,} characters is over {LONGEST_PAGE:,}")
    if text.count("<") > MOST_TAGS:
        raise TooLargeError(f"a page of over {MOST_TAGS:,} tags")
    root = tree_of(cut_attributes(text), _ALL_ALIKE)
    if root is None:
        return None
    assert isinstance(root, HtmlElement), "as the lookup has it"
    etree.strip_tags(root, *_NEVER_CLOSED)
    return root
