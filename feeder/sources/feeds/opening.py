"""A feed's bytes become its text, or a named error that says what came instead of a feed."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from html.entities import html5
from urllib.parse import urljoin

from feeder.encoding import decode
from feeder.errors import LayoutError, NotTextError, TooLargeError
from feeder.models import Page
from feeder.text import shorten, xml_safe
from feeder.urls import resolve

_ADVICE = "set url to the feed; the site's pages name it, or link to it as RSS"
_PROLOGUE = r"(?:\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+"
_BEGINNING = re.compile(_PROLOGUE)
# In a document type: each ends where its end is, or with the text, so that none is tried twice.
_SUBSET = re.compile(r"<!--(?:[^-]|-(?!->))*+|\"[^\"]*+\"?|'[^']*+'?|[\[\]>]")
_OF_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(?!%)([^\s>]{1,200})", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# Within comments and marked sections an ampersand is a character like any other.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|<!--(?:[^-]|-(?!->))*+"
    r"|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?:[a-zA-Z][a-zA-Z0-9]{1,30};)?"
)
_MOST_AMPERSANDS = 1_000_000
"""One in eight characters of 8 MB. So many that nobody escaped take a second."""
_LINK = re.compile(r"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(rel|type|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.I
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_HEAD = 200_000
"""Characters of a page in which it names its feeds: some have all their styles before that."""
_MOST_NAMED = 3
_LONGEST_DOCTYPE = 20_000
"""Characters; that of RSS 1.0 with HTML's entities, the longest that is usual, has 300."""


def open_feed(page: Page) -> str:
    """The text of a feed, JSON or XML, without document type and with all ampersands escaped.

    Raises:
        LayoutError: something else came, or it declares entities of its own.
        TooLargeError: it has more character references than any feed.
    """
    text = _text(page)
    if text.startswith(("{", "[")):
        return text
    text = _without_doctype(text, page)
    prologue = _BEGINNING.match(text)
    at = prologue.end() if prologue else 0
    if _HTML.match(text, at):
        raise _web_page(text, page)
    if not text.startswith("<", at):
        beginning = shorten(text[:200], 40)
        raise LayoutError(f'this is no feed: it begins with "{beginning}"', advice=_ADVICE)
    if text.count("&") > _MOST_AMPERSANDS:
        raise TooLargeError(
            f"the feed has over {_MOST_AMPERSANDS:,} ampersands",
            advice="take the feed of one section, or one with fewer articles",
        )
    return _AMPERSAND.sub(_escaped, text[at:])


def _text(page: Page) -> str:
    try:
        text = decode(page.body, charset=page.charset, markup=True).text
    except NotTextError as error:
        raise LayoutError(f"this is no feed: {error.message}", advice=_ADVICE) from None
    text = xml_safe(text).lstrip("\ufeff \t\r\n")
    if not text:
        raise LayoutError("the answer is empty, and no feed", advice=_ADVICE)
    return text


def _without_doctype(text: str, page: Page) -> str:
    """Nothing is resolved that a document type names; those of RSS 0.91 and 1.0 only name HTML's.

    What a feed's own entities stand for would be missing in its text, and no honest feed has any.
    """
    prologue = _BEGINNING.match(text)
    start = prologue.end() if prologue else 0
    if text[start : start + 9].upper() != "<!DOCTYPE":
        return text
    if _OF_HTML.match(text, start):
        raise _web_page(text, page)
    end = _end_of_doctype(text, start + 9)
    own = [name for name in _ENTITY.findall(text, start, end) if f"{name};" not in html5]
    if own:
        name = shorten(own[0], 40)
        raise LayoutError(f"the feed declares entities of its own ({name}), which none may do")
    return text[end:]


def _end_of_doctype(text: str, start: int) -> int:
    depth = 0
    for mark in _SUBSET.finditer(text, start, start + _LONGEST_DOCTYPE):
        depth += {"[": 1, "]": -1}.get(mark[0], 0)
        if mark[0] == ">" and depth <= 0:
            return mark.end()
    raise LayoutError("this is no feed: its document type has no end", advice=_ADVICE)


def _escaped(match: re.Match[str]) -> str:
    return match[0] if match[0][0] == "<" else _reference(match[0])


@lru_cache(maxsize=4096)
def _reference(written: str) -> str:
    """A name of HTML's as its character, which XML does not know; of anything else what it says."""
    character = html5.get(written[1:])
    return f"&amp;{written[1:]}" if character is None else html.escape(character)


def _web_page(text: str, page: Page) -> LayoutError:
    feeds = _feeds_in(text[:_HEAD], page.final_url or page.url)
    if not feeds:
        return LayoutError("a web page came instead of a feed", advice=_ADVICE)
    named = " or ".join(feeds)
    return LayoutError(
        f"a web page came instead of a feed; it names {named}", advice=f'set url = "{feeds[0]}"'
    )


def _feeds_in(text: str, base: str) -> list[str]:
    found: dict[str, None] = {}
    for link in _LINK.finditer(text):
        told = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(link[0])}
        if told.get("type", "").lower() in _FEED_TYPES and "alternate" in told.get("rel", ""):
            address = resolve(urljoin(base, html.unescape(told.get("href", ""))[:2000]))
            if address:
                found[address] = None
        if len(found) == _MOST_NAMED:
            break
    return list(found)
