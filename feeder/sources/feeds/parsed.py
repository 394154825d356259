"""What feedparser tells of a feed: links, ids, dates, people, categories and media.

It is handed the newest items alone, without their texts and without anything else that grows: it
takes 20 µs an element, and its heuristics for texts cost words.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from copy import deepcopy
from itertools import islice
from typing import Any

from lxml import etree
from lxml.etree import _Element

from feeder.errors import LayoutError
from feeder.sources.feeds.document import Document, Item, name_of
from feeder.sources.feeds.texts import TEXTS
from feeder.text import shorten

XML = "http://www.w3.org/XML/1998/namespace"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MOST_CHILDREN = 100
_MOST_ELEMENTS = 60
"""Of an item, and of one thing in it, such as a picture in all of its sizes. Most have 15, podcasts
30; feedparser takes 50 µs for one, and compares each category with all before it."""
_MOST_ATTRIBUTES = 30
_LONGEST = 4_096
_HEAD = frozenset("link author language id".split())
# Not xml:base: addresses are resolved where those of the items are known, too.
_OF_ROOT = ("version", f"{{{XML}}}lang")
_NAME = re.compile(r"(?:\{[^{}\s<>]*\})?[^\W\d][\w.-]*")
_PLACE = "feederplace"


def parsed(
    document: Document, chosen: list[tuple[int, Item]]
) -> tuple[Mapping[str, Any], dict[int, Mapping[str, Any]]]:
    """What feedparser tells of a feed and of the chosen items, by their places."""
    import feedparser  # 150 ms: only where there is a feed

    data = etree.tostring(_extract(document, chosen), encoding="utf-8")
    try:
        result = feedparser.parse(
            io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False
        )
    # It reads what strangers wrote by a thousand habits, and lets out whatever goes wrong in one.
    except Exception as error:
        reason = shorten(f"{type(error).__name__}: {error}", 120)
        raise LayoutError(f"feedparser cannot read the feed ({reason})") from None
    # Its own kind of dictionary has one field stand in for another, and warns of it.
    entries = [dict(entry) for entry in result["entries"]]
    return dict(result["feed"]), {int(e[_PLACE]): e for e in entries if _PLACE in e}


def _extract(document: Document, chosen: list[tuple[int, Item]]) -> _Element:
    """The head of a feed and the chosen items, without what feedparser need not see."""
    root = document.root
    told = {name: value for name in _OF_ROOT if (value := root.get(name)) is not None}
    copy = etree.Element(_tag(root), told)
    channel = next((child for child in root if name_of(child) == "channel"), None)
    into = copy if channel is None else etree.SubElement(copy, _tag(channel))
    for around in (root,) if channel is None else (channel, root):
        heads = (child for child in islice(around, _MOST_CHILDREN) if name_of(child) in _HEAD)
        for child in heads:
            _copy(child, into)
    if name_of(root) in ("rdf", "feed"):
        into = copy
    for place, item in chosen:
        _copy_item(place, item.element, into)
    return copy


def _copy_item(place: int, item: _Element, into: _Element) -> None:
    copy = etree.SubElement(into, _tag(item))
    about = item.get(f"{{{RDF}}}about")
    if about is not None:
        copy.set(f"{{{RDF}}}about", about[:_LONGEST])
    etree.SubElement(copy, _PLACE).text = str(place)
    children = [
        child
        for child in islice(item, _MOST_CHILDREN)
        if name_of(child) not in TEXTS or child.get("url")
    ]
    children.sort(key=lambda child: (len(child) > 0, name_of(child) == "category"))
    room = _MOST_ELEMENTS
    for child in children:
        if room > 0:
            room -= _copy(child, copy)


def _copy(element: _Element, into: _Element) -> int:
    """Copy an element that is no larger than any that is asked for, and tell its size."""
    each = [*islice(element.iter(etree.Element), _MOST_ELEMENTS + 1)]
    if len(each) > _MOST_ELEMENTS or any(_is_odd(one) for one in each):
        return 0
    into.append(deepcopy(element))
    into[-1].tail = None
    return len(each)


def _tag(element: _Element) -> str:
    """A name, without its namespace if that is none: expat parts the two at the first space."""
    tag = str(element.tag)
    return tag if _NAME.fullmatch(tag) else name_of(element)


def _is_odd(element: _Element) -> bool:
    return (
        not all(map(_NAME.fullmatch, (str(element.tag), *map(str, element.attrib))))
        or len(element.attrib) > _MOST_ATTRIBUTES
        or len(element.text or "") > _LONGEST
        or any(len(value) > _LONGEST for value in element.attrib.values())
    )
