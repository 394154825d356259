"""Attributes that a template left unfilled, such as `<img {{src}}>`, and names that are no names.

lxml reads a name that begins with a brace as one with a namespace: it finds no such attribute
where it has just listed it, or raises.
"""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.page import elements

_BRACED = etree.XPath("descendant-or-self::*[@*[starts-with(name(), '{')]]")


def drop_braced(body: HtmlElement) -> None:
    """Take out of `body` the attributes whose names begin with a brace."""
    for element in elements(_BRACED, body):
        kept = {name: value for name, value in element.items() if name[:1] != "{"}
        element.attrib.clear()  # one by one they could not be named
        element.attrib.update(kept)
