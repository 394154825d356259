"""Which pictures of an entry a feed shows: all of them, the lead image alone, or none. Pure.

It works on sanitised markup, in which every attribute stands in double quotes.
"""

from __future__ import annotations

import re
from html import unescape

from feeder.text import one_line

_ATTRIBUTES = r'(?:\s+[a-z-]+(?:="[^"]*")?)*\s*/?>'
_PICTURE = re.compile(rf"<img{_ATTRIBUTES}")
_AROUND = re.compile(r"</?picture>")
_ALT = re.compile(r'\salt="([^"]*)"')
_LEFT_EMPTY = re.compile(r"<(p|figure|a|span|div)(?:\s+[a-z-]+=\"[^\"]*\")*>\s*</\1>")
_SOURCE_OF_PICTURE = re.compile(rf"<picture>(?:\s*<source{_ATTRIBUTES})*")


def without_pictures(html: str) -> str:
    """The markup without pictures; what they say to those who do not see them stays as text."""
    if "<img" not in html and "<picture" not in html:
        return html
    html = _AROUND.sub("", _SOURCE_OF_PICTURE.sub("", html))
    html = _PICTURE.sub(_said, html)
    for _ in range(3):  # a paragraph, a link and a figure around it are as deep as anybody goes
        html = _LEFT_EMPTY.sub("", html)
    return html


def _said(picture: re.Match[str]) -> str:
    alt = _ALT.search(picture[0])
    words = one_line(unescape(alt[1])) if alt else ""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
