"""The texts of one item: its title, its summary and its content, as HTML or as lines of text.

feedparser guesses what is markup and what is text, and has one place for two summaries; here each
is read as the element says that it is (RFC 4287, 3.1 and 4.1.3; RSS 2.0's markup is escaped HTML).
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from feeder.sources.feeds.document import name_of
from feeder.text import one_line, xml_safe

MOST_CHILDREN = 500
"""Elements of one item that are looked at."""
_LONGEST_LINE = 1_000
_LONGEST_SUMMARY = 20_000
_TAG = re.compile(r"<[^<>]*>")
# RSS says that titles are text, and some are markup. One that is about markup has no end tags.
_FORMATTED = re.compile(
    r"</(?:a|b|big|cite|code|em|font|i|mark|p|q|s|small|span|strong|su[bp]|u)\s*>|<br\s*/?>", re.I
)
_REFERENCE = re.compile(r"&(?:[a-z][a-z0-9]{1,30}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][a-z0-9]{0,15}(?:\s[^<>]*)?/?>", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n(?:[^\S\n]*+\n)+")
_BREAK = re.compile(r"<(?:/?(?:p|div|li|h[1-6]|blockquote|tr|figure|ul|ol)\b[^<>]*|br\s*/?)>", re.I)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>[^<]*(?:<(?!/\1)[^<]*)*", re.IGNORECASE)
# As libxml2 writes what is empty in XHTML; browsers make a second line break of it.
_VOID_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:br|hr|img|wbr|col|input|source|area|embed|track)>")
_NAMESPACE = re.compile(r"\sxmlns(?::[\w.-]{1,40})?=\"[^\"]*\"")
_PREFIX = re.compile(r"(</?)[\w.-]{1,40}:")
_PODCAST = frozenset({"http://www.itunes.com/dtds/podcast-1.0.dtd"})
_MEDIA = frozenset({"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"})
_SPOKEN = frozenset({"description", "summary", "subtitle"})
TEXTS = frozenset(
    "title description summary content encoded body fullitem subtitle abstract text info"
    " tagline".split()
)
"""Names of the elements that hold an item's texts, in any namespace."""


class Texts(NamedTuple):
    """What an item says. `content` stands where content does, `teaser` where summaries do; both
    are HTML. `base` is the element that `content` (or else `teaser`) is from."""

    title: str | None = None
    content: str = ""
    teaser: str = ""
    element: _Element | None = None


def texts_of(item: _Element, *, is_atom: bool) -> Texts:
    """The texts of an item's own elements; of those with one name the longest counts."""
    title = ""
    content: tuple[str, _Element | None] = ("", None)
    teaser: tuple[str, _Element | None] = ("", None)
    weak: tuple[str, _Element | None] = ("", None)  # what is said of the sound or film
    for child in _with_groups(item):
        name, space = name_of(child), _space(child)
        if name not in TEXTS:
            continue
        if name == "title":
            if space not in _MEDIA | _PODCAST:
                title = title or title_of(child, is_atom=is_atom)
        elif name in _SPOKEN and space in _MEDIA | _PODCAST:
            weak = max(weak, (markup_of(child, is_atom), child), key=_length)
        elif space in _MEDIA | _PODCAST:
            continue  # <media:content> is a film
        elif name in ("content", "encoded", "body", "fullitem"):
            content = max(content, (markup_of(child, is_atom), child), key=_length)
        elif name in ("description", "summary", "abstract"):
            teaser = max(teaser, (markup_of(child, is_atom), child), key=_length)
    teaser = teaser if teaser[0] else weak
    return Texts(
        one_line(title) or None, content[0], teaser[0], content[1] if content[0] else teaser[1]
    )


def _with_groups(item: _Element) -> Iterator[_Element]:
    """An item's elements, and those that <media:group> holds together."""
    for child in islice(item, MOST_CHILDREN):
        yield child
        if name_of(child) == "group" and _space(child) in _MEDIA:
            yield from islice(child, MOST_CHILDREN)


def title_of(element: _Element, *, is_atom: bool) -> str:
    """A title as text; markup in it is read once."""
    text = _inner_text(element)[:_LONGEST_LINE]
    kind = _type(element)
    if len(element) or kind == "xhtml":
        return text
    if is_atom and kind in ("", "text", "text/plain"):
        return text
    if is_atom:
        return html.unescape(_TAG.sub("", text))
    text = _TAG.sub("", text) if _FORMATTED.search(text) else text
    return html.unescape(text) if _REFERENCE.search(text) else text


def markup_of(element: _Element, is_atom: bool) -> str:
    """An element's content as a fragment of HTML; "" for what is elsewhere or no text."""
    kind = _type(element)
    if element.get("src"):  # out of line (RFC 4287, 4.1.3.2)
        return ""
    if len(element):
        return _inner_markup(element)
    text = element.text or ""
    if element.get("mode") == "base64" or _is_binary(kind, is_atom):
        text = _decoded(text) if kind.startswith("text/") or element.get("mode") == "base64" else ""
    if is_atom and kind in ("", "text", "text/plain") and element.get("mode") != "escaped":
        return paragraphs(text)
    return text.strip() if _MARKUP.search(text) else paragraphs(html.unescape(text))


def paragraphs(text: str) -> str:
    """Text as HTML: an empty line ends a paragraph, any other a line."""
    parts = _PARAGRAPHS.split(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join(
        f"<p>{html.escape(part.strip(), quote=False).replace(chr(10), '<br>')}</p>"
        for part in parts
        if part.strip()
    )


def plain(markup: str) -> str:
    """The words of a fragment, a line for each block."""
    text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", markup)))
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def summary_of(markup: str) -> str | None:
    """The words of a teaser, a line for each block."""
    return plain(markup[:_LONGEST_SUMMARY]) or None


def _length(found: tuple[str, _Element | None]) -> int:
    return len(found[0])


def _space(element: _Element) -> str:
    return element.tag.rpartition("}")[0].removeprefix("{").lower()


def _type(element: _Element) -> str:
    return (element.get("type") or "").partition(";")[0].strip().lower()


def _is_binary(kind: str, is_atom: bool) -> bool:
    """What Atom has as base64: everything that is neither text nor XML (RFC 4287, 4.1.3.3)."""
    return (
        is_atom
        and "/" in kind
        and not kind.startswith("text/")
        and not kind.endswith(("/xml", "+xml"))
    )


def _decoded(text: str) -> str:
    try:
        return xml_safe(base64.b64decode("".join(text.split()), validate=True).decode("utf-8"))
    except (binascii.Error, ValueError):
        return ""


def _inner_text(element: _Element) -> str:
    return "".join(element.itertext())  # type: ignore[arg-type]


def _inner_markup(element: _Element) -> str:
    """The markup within an element; Atom's <div> around it is no part of it (RFC 4287, 3.1.1.3)."""
    around = element
    if len(element) == 1 and name_of(element[0]) == "div" and not (element.text or "").strip():
        around = element[0]
    written = etree.tostring(around, encoding="unicode", method="html", with_tail=False)
    _, _, inner = _VOID_END.sub("", written).partition(">")
    inner = _PREFIX.sub(r"\1", inner.rpartition("</")[0])
    return (_TAG.sub(_without_namespaces, inner) if "xmlns" in inner else inner).strip()


def _without_namespaces(tag: re.Match[str]) -> str:
    return _NAMESPACE.sub("", tag[0])
