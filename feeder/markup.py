"""Markup as one tree: gates of linear time before the parser, and what libxml2 gets wrong mended.

The cleaner and the kinds of sources that read pages share it.
"""

from __future__ import annotations

import re

from lxml import etree

from feeder.errors import TooLargeError

LONGEST_PAGE = 8_000_000
"""Characters; no answer may have more bytes unless somebody allowed it."""
DEEPEST = 2_048
"""libxml2's limit: it drops what lies deeper and goes on as if nothing had been there."""
_SPACE = r"[\t\n\f\r ]"
# libxml2 compares each attribute of a tag with all others: a thousand take 2 ms, 40,000 take 1.6 s,
# 200,000 two minutes.
# The pattern finds a tag with a thousand of them or more, from the beginning of a page: all that
# stands before is passed over as a parser reads it, each character once. To look behind every "<"
# instead took minutes for 10⁵ of "<a". Of a quoted value of over 50,000 characters the words are
# counted. There are no groups in it: `re` of Python 3.11 loses them in possessive repeats.
_ATTRIBUTE_SOON = (
    r"[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+"
    r"(?:\"[^\"]{0,50000}+\"|'[^']{0,50000}+'|(?![\"'])[^\t\n\f\r >]*+))?+"
)
_FEW = rf"(?:{_ATTRIBUTE_SOON}){{0,999}}+(?!{_ATTRIBUTE_SOON})"
_RAW_TEXTS = "|".join(
    rf"(?i:{name})(?=[\s/>]){_FEW}(?:[^<]++|<(?!/(?i:{name})[\s/>]))*+"
    for name in "script style title textarea xmp iframe noembed noframes".split()
)
MANY_ATTRIBUTES = re.compile(
    r"(?:[^<]++|</[a-zA-Z0-9]++>|<(?=[sStTxXiInN])(?:" + _RAW_TEXTS + ")"
    rf"|</?[a-zA-Z][^\t\n\f\r />]*+{_FEW}"
    r"|<(?![a-zA-Z/!?])|</(?![a-zA-Z])[^>]*+|<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+)|<[!?][^>]*+)*+"
    rf"</?(?P<name>[a-zA-Z][^\t\n\f\r />]*+)(?:{_ATTRIBUTE_SOON}){{1000}}"
)
"""Of the match, `name` is the name of the tag."""
_OF_HEADS = frozenset(
    "base basefont bgsound command link meta noscript object script style template title".split()
)
"""What may stand in a head; `object` in that of HTML 4."""
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})


def tree_of(text: str, lookup: etree.ElementClassLookup | None = None) -> etree._Element | None:
    """The tree of a page, or None where there is nothing in it.

    Args:
        text: of a page whose size and attributes the caller has bounded.
        lookup: the class of its elements.

    Raises:
        TooLargeError: its elements are nested over 2,048 deep.
    """
    # Lone surrogates are no UTF-8, and NUL and its like end a name or a text for libxml2.
    safe = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    parser = etree.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    if lookup is not None:
        parser.set_element_class_lookup(lookup)
    try:
        root: etree._Element | None = etree.fromstring(safe, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    deep = text.count("<") > DEEPEST
    if deep and any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise TooLargeError(f"the page's elements are nested over {DEEPEST:,} deep")
    if root is None or root.tag != "html":
        return None
    _end_head(root)
    return root


def _end_head(root: etree._Element) -> None:
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
