"""Marks on elements that shall go, and the one sweep that takes them all out.

Taking elements out one by one joins the texts around each of them, which is quadratic where a
hundred thousand stand in a row. Renamed, they all go in one pass of libxml2's own.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

GONE = "feeder-gone"
"""The tag of an element that goes with everything in it; the text behind it stays."""
UNWRAPPED = "feeder-unwrapped"
"""The tag of an element whose content takes its place."""

MEDIA = ("img", "video", "audio")

VISIBLE = re.compile("[^\\s\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


def sweep(body: HtmlElement) -> None:
    """Take out of `body` what is marked."""
    etree.strip_elements(body, GONE, with_tail=False)
    etree.strip_tags(body, UNWRAPPED)


def shows_nothing(element: HtmlElement) -> bool:
    """Whether a reader sees nothing of an element: no word, no picture, nothing to play."""
    return all(map(is_blank, element.itertext())) and next(element.iter(*MEDIA), None) is None


def is_blank(text: str | None) -> bool:
    """Whether a reader sees nothing of `text`."""
    return not text or text.isspace() or VISIBLE.search(text) is None
