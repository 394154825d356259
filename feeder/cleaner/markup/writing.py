"""The article's tree as markup, ready for the sanitiser."""

from __future__ import annotations

from html import escape

from lxml import etree
from lxml.html import HtmlElement

# The three that most elements have. The sanitiser takes away all others, too.
_UNREAD = ("class", "id", "style")


def written(body: HtmlElement) -> str:
    """What is in `body`, without its own tags."""
    etree.strip_attributes(body, *_UNREAD)
    pieces = [escape(body.text or "", quote=False)]
    pieces += [etree.tostring(child, encoding="unicode", method="html") for child in body]
    return "".join(pieces)
