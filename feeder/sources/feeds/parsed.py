"""What feedparser tells of a feed: links, ids, dates, people, categories and media.

It is handed the newest items alone, without their texts and without anything else that grows: it
takes 20 µs an element, and its heuristics for texts cost words.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.etree import _Element

from feeder.sources.feeds.document import Document, Item, name_of
from feeder.sources.feeds.texts import TEXTS

_MOST_CHILDREN = 200
_MOST_BELOW = 50
"""Elements of an item, and below one of them, such as the sizes of a picture in <media:group>."""
_LONGEST = 4_096
_HEAD = frozenset("link author language lang id".split())
_PLACE = "feederplace"


def parsed(
    document: Document, chosen: list[tuple[int, Item]]
) -> tuple[Mapping[str, Any], dict[int, Mapping[str, Any]]]:
    """What feedparser tells of a feed and of the chosen items, by their places."""
    import feedparser  # 150 ms: only where there is a feed

    data = etree.tostring(_pruned(document, chosen), encoding="utf-8")
    result = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    # Its own kind of dictionary has one field stand in for another, and warns of it.
    entries = [dict(entry) for entry in result["entries"]]
    return dict(result["feed"]), {int(e[_PLACE]): e for e in entries if _PLACE in e}


def _pruned(document: Document, chosen: list[tuple[int, Item]]) -> _Element:
    """The head of a feed and the chosen items, without what feedparser need not see."""
    root = document.root
    channel = next((child for child in root if name_of(child) == "channel"), root)
    for around in {id(each): each for each in (root, channel)}.values():
        for child in [*around]:
            if child is not channel and name_of(child) not in _HEAD:
                around.remove(child)
        for child in [*around][_MOST_CHILDREN:]:
            if child is not channel:
                around.remove(child)
    into = root if name_of(root) in ("rdf", "feed") else channel
    for place, item in chosen:
        _prune(item.element)
        mark = etree.SubElement(item.element, _PLACE)
        mark.text = str(place)
        into.append(item.element)
    return root


def _prune(item: _Element) -> None:
    for number, child in enumerate([*item]):
        below = sum(1 for _ in zip(child.iter(), range(_MOST_BELOW + 1), strict=False))
        is_media_content = name_of(child) == "content" and child.get("url")
        if (
            number >= _MOST_CHILDREN
            or below > _MOST_BELOW
            or (name_of(child) in TEXTS and not is_media_content)
            or len(child.text or "") > _LONGEST
        ):
            item.remove(child)
