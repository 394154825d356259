"""From bytes or text to the one tree that all steps share, with the gates before the parser."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.gates import cut_attributes
from feeder.errors import TooLargeError

LONGEST_PAGE = 8_000_000
"""Characters."""
MOST_TAGS = 200_000
"""The longest pages that people read have a tenth of it; two million of them take minutes."""
_DEEPEST = 2_048  # libxml2's limit
# lxml's own HTML parser asks a Python function for the class of each element:
# 123,000 calls for 102 pages.
_ALL_ALIKE = etree.ElementDefaultClassLookup(element=HtmlElement)
# Elements without content, which libxml2 takes for the beginning of what follows them.
_NEVER_CLOSED = ("wbr", "track", "keygen", "bgsound", "command")
_OF_HEADS = frozenset(
    "base basefont bgsound command link meta noscript object script style template title".split()
)
"""What may stand in a head; `object` in that of HTML 4."""
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None where there is nothing in it.

    Raises:
        TooLargeError: over 8,000,000 characters or 200,000 tags, or nested over 2,048 deep.
    """
    if len(text) > LONGEST_PAGE:
        raise TooLargeError(f"a page of {len(text):,} characters is over {LONGEST_PAGE:,}")
    tags = text.count("<")
    if tags > MOST_TAGS:
        raise TooLargeError(f"a page of over {MOST_TAGS:,} tags")
    # Lone surrogates are no UTF-8, and NUL and its like end a name or a text for libxml2.
    safe = cut_attributes(text).encode("utf-8", "replace").translate(None, _CONTROLS)
    parser = etree.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    parser.set_element_class_lookup(_ALL_ALIKE)
    try:
        root: HtmlElement | None = etree.fromstring(safe, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    # libxml2 drops what lies deeper and goes on as if nothing had been there.
    deep = tags > _DEEPEST
    if deep and any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise TooLargeError("the page's elements are nested over 2,048 deep")
    if root is None or root.tag != "html":
        return None
    etree.strip_tags(root, *_NEVER_CLOSED)
    _end_head(root)
    return root


def _end_head(root: HtmlElement) -> None:
    """Begin the body where HTML says that it begins: at the first element that is none of a head's.

    libxml2 knows HTML 4. Where `<body>` is left out, as it may be, `<main>` or `<article>` does not
    begin one for it, and the article would be a part of the head.
    """
    head = root.find("head")
    first = None if head is None else next((e for e in head if e.tag not in _OF_HEADS), None)
    if head is None or first is None:
        return
    moved = [first, *first.itersiblings()]
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    text, body.text = body.text, None
    moved[-1].tail = (moved[-1].tail or "") + (text or "")
    body[:0] = moved
