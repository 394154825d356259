"""A feed's XML becomes a head and items in bounded time, and what is broken in it is told.

One item in broken XML must not cost the others: where a document is not well-formed, each of its
items is read for itself, and libxml2 mends what it can. An item that was mended may lack words and
is marked; one that breaks off at the end of the document is not taken.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeVar

from lxml import etree
from lxml.etree import _Element

from feeder.errors import LayoutError, TooLargeError
from feeder.text import shorten

LOOKED_AT = 4_000
"""Items of a feed. Where it has more, half of them are from its end: some have the oldest first."""
_MOST_TAGS = 1_000_000
"""Beginnings of tags. A feed of 8 MB has up to 400,000; so many take libxml2 0.3 s and 100 MB."""
_ADVICE = "set url to the feed; the site's pages name it, or link to it as RSS"
_PREFIX = re.compile(r"<([a-zA-Z][\w.-]{0,40}):")
_DECLARED = re.compile(r"xmlns:([a-zA-Z][\w.-]{0,40})\s{0,10}=")
_MOST_PREFIXES = 50
_START = re.compile(r"<([^\s/>]{1,100})(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+(?<!/)>")
_LONGEST_START = 20_000
"""Characters of the root's start tag, which each item of a broken feed is read in once more."""
_BOUNDARY = re.compile(
    r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|<!--(?:[^-]|-(?!->))*+"
    r"|<(/?)(?:[a-zA-Z][\w.-]{0,40}:)?(?:item|entry)(?=[\s>])",
    re.IGNORECASE,
)
_END = re.compile(r"</(?:[a-zA-Z][\w.-]{0,40}:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_ITEMS = frozenset({"item", "entry"})
T = TypeVar("T")


class Item(NamedTuple):
    """An item's element, and whether the document is broken in it."""

    element: _Element
    is_damaged: bool = False


class Document(NamedTuple):
    """A feed: its root, items in their order, how many there are, and what is broken, in words."""

    root: _Element
    items: list[Item]
    number: int
    broken: tuple[str, ...] = ()


def parse(text: str) -> Document:
    """The head and the items of a feed's text, as `open_feed` gives it.

    Raises:
        LayoutError: it is another kind of document, or nothing in it is whole.
        TooLargeError: it has more tags than any feed.
    """
    if text.count("<") > _MOST_TAGS:
        raise TooLargeError(
            f"the feed has over {_MOST_TAGS:,} tags",
            advice="take the feed of one section, or one with fewer articles",
        )
    text = _declaring(text)
    root, message = _tree(text)
    if root is None:
        raise _no_feed(f"it is no XML ({message})")
    _check(root)
    if message:
        return _mended(text, root, message)
    elements = _elements(root)
    return Document(root, [Item(element) for element in _some(elements)], len(elements))


def name_of(element: _Element) -> str:
    """The name of an element without its namespace, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


@cache
def namespaces() -> dict[str, str]:
    """What prefixes stand for that feeds use without declaring them."""
    lines = files("feeder.sources.feeds").joinpath("namespaces.tsv").read_text("utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return {prefix: uri for prefix, _, uri in rows}


def _tree(text: str) -> tuple[_Element | None, str]:
    """The tree of a text, and the first thing that is wrong with it; "" for nothing."""
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        return None, shorten(error.msg or "empty", 120)
    # A namespace that nobody declared takes nothing away.
    faults = (error for error in parser.error_log if error.domain_name != "NAMESPACE")
    first = next(faults, None)
    if first is None:
        return root, ""
    return root, f"line {first.line}: {shorten(first.message, 120)}"


def _declaring(text: str) -> str:
    """The text, declaring at its root the prefixes that it uses and nobody declares."""
    missing = set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml"}
    name = re.match(r"<[^\s/>]{1,100}", text)
    if not missing or name is None:
        return text
    declared = "".join(
        f' xmlns:{prefix}="{namespaces().get(prefix.lower(), "urn:unknown:" + prefix)}"'
        for prefix in sorted(missing)[:_MOST_PREFIXES]
    )
    return text[: name.end()] + declared + text[name.end() :]


def _check(root: _Element) -> None:
    name = name_of(root)
    if name in _ROOTS:
        return
    if name in ("urlset", "sitemapindex"):
        raise LayoutError("this is a sitemap and no feed", advice='write kind = "sitemap"')
    if name == "opml":
        advice = "set url to one of the feeds that it lists, as its xmlUrl"
        raise LayoutError("this is a list of feeds (OPML) and no feed", advice=advice)
    raise _no_feed(f"it begins with <{shorten(name, 40)}>")


def _no_feed(reason: str) -> LayoutError:
    return LayoutError(f"this is no feed: {reason}", advice=_ADVICE)


def _elements(root: _Element) -> list[_Element]:
    """The items: in RSS 2.0 they stand in the channel, in RSS 1.0 and Atom beside it."""
    channels = [child for child in root if name_of(child) == "channel"]
    return [child for around in (*channels, root) for child in around if name_of(child) in _ITEMS]


def _some(found: list[T]) -> list[T]:
    half = LOOKED_AT // 2
    return found if len(found) <= LOOKED_AT else [*found[:half], *found[-half:]]


def _mended(text: str, root: _Element, message: str) -> Document:
    """A feed that is not well-formed, item by item."""
    pieces, is_cut = _pieces(text)
    around = _around(text)
    items = [item for piece in _some(pieces) if (item := _item(piece, around)) is not None]
    broken = []
    if is_cut or not _END.search(text[-2_000:]):
        broken.append(f"the feed ends before its end; what is whole of it is taken ({message})")
    damaged = sum(item.is_damaged for item in items)
    if damaged:
        broken.append(f"{damaged:,} of {len(pieces):,} items are no well-formed XML ({message})")
    if not items:
        raise LayoutError(f"the feed is broken, and there is no whole item in it ({message})")
    head, _ = _tree(text[: text.find(pieces[0])]) if pieces else (root, "")
    return Document(root if head is None else head, items, len(pieces), tuple(broken))


def _pieces(text: str) -> tuple[list[str], bool]:
    """The text of each item, and whether the last one is cut off; what is left of it goes."""
    pieces: list[str] = []
    start = -1
    for boundary in _BOUNDARY.finditer(text):
        if boundary[1] is None:  # a comment, or what looks like markup in a marked section
            continue
        if start >= 0:
            end = text.find(">", boundary.end()) + 1 if boundary[1] else boundary.start()
            pieces.append(text[start : end or len(text)])
        start = -1 if boundary[1] else boundary.start()
    return pieces, start >= 0


def _around(text: str) -> tuple[str, str]:
    """The root's start tag, for its namespaces, its language and its base; and its end tag."""
    start = _START.match(text)
    if start is None or len(start[0]) > _LONGEST_START:
        declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in namespaces().items())
        return f"<rss{declared}>", "</rss>"
    return start[0], f"</{start[1]}>"


def _item(piece: str, around: tuple[str, str]) -> Item | None:
    root, message = _tree(f"{around[0]}{piece}{around[1]}")
    element = None if root is None else next(iter(_elements(root)), None)
    return None if element is None else Item(element, bool(message))
