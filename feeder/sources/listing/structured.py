"""Lists that a page tells to machines: JSON-LD and microdata of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from lxml import etree

from feeder.sources.listing.sheet import Sheet
from feeder.sources.moments import moment_of

_LINKED_DATA = "application/ld+json"
_HAS_ITEMS = etree.XPath("boolean(//*[@itemtype])")
_MOST_SCRIPTS = 50
_MOST_NODES = 20_000
"""Of JSON: a list of a thousand articles with authors and pictures has fewer."""
_MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """An address that the page tells; `is_article` where it says so, not only that it is listed."""

    address: str
    is_article: bool
    moment: datetime | None = None


def told_by(sheet: Sheet, zone: tzinfo) -> tuple[Told, ...]:
    """What a page's structured data lists, each address once, in their order."""
    found: dict[str, Told] = {}
    for one in islice((*_from_scripts(sheet, zone), *_from_microdata(sheet, zone)), _MOST_TOLD):
        if one.address not in found or (one.is_article and not found[one.address].is_article):
            found[one.address] = one
    return tuple(found.values())


def _from_scripts(sheet: Sheet, zone: tzinfo) -> Iterator[Told]:
    scripts = (one for one in sheet.root.iter("script") if one.get("type") == _LINKED_DATA)
    for script in islice(scripts, _MOST_SCRIPTS):
        try:
            data = json.loads(script.text or "null", strict=False)
        except (ValueError, RecursionError):  # many a template forgets to escape a title
            continue
        yield from _listed(data, sheet, zone)


def _listed(data: Any, sheet: Sheet, zone: tzinfo) -> Iterator[Told]:
    """Walks without recursion: how deep it is nested is the page's to say."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            yield from _of_node(node, sheet, zone)
            waiting.extend(reversed(node.values()))


def _of_node(node: dict[str, Any], sheet: Sheet, zone: tzinfo) -> Iterator[Told]:
    kinds = _types(node.get("@type"))
    if "article" in kinds:
        told = _told(node, sheet, zone, is_article=True)
        yield from [told] if told else []
    elif "list" in kinds:
        members = node.get("itemListElement")
        for member in members if isinstance(members, list) else []:
            told = _told(member, sheet, zone, is_article=False)
            yield from [told] if told else []


def _told(node: Any, sheet: Sheet, zone: tzinfo, *, is_article: bool) -> Told | None:
    address = sheet.address_of(_address(node))
    if address is None or address == sheet.address:
        return None
    date = node.get("datePublished") if isinstance(node, dict) else None
    return Told(address, is_article, moment_of(date, zone) if isinstance(date, str) else None)


def _address(node: Any) -> str | None:
    """The address of a list's member or an article: its own, or that of what it holds."""
    if isinstance(node, str):
        return node
    if not isinstance(node, dict):
        return None
    for name in ("url", "mainEntityOfPage", "item", "@id"):
        value = node.get(name)
        if isinstance(value, dict):
            value = value.get("url") or value.get("@id")
        if isinstance(value, str) and not value.startswith("#"):
            return value
    return None


def _types(value: Any) -> set[str]:
    names = value if isinstance(value, list) else [value]
    known = _kinds()
    return {known[name] for name in map(_name, names) if name in known}


def _name(value: Any) -> str:
    """`Article` of "Article", "schema:Article" and "https://schema.org/Article"."""
    return str(value)[-100:].rpartition("/")[2].rpartition(":")[2]


@cache
def _kinds() -> dict[str, str]:
    """Types of schema.org and what they are to a listing."""
    text = files("feeder.sources.listing").joinpath("types.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {
        name: kind for kind, names in (line.split("\t") for line in lines) for name in names.split()
    }


def _from_microdata(sheet: Sheet, zone: tzinfo) -> Iterator[Told]:
    """Articles with their address and date among their own properties, in one pass."""
    if not _HAS_ITEMS(sheet.root):
        return
    article: str | None = None
    moment: datetime | None = None
    inside = False
    for one in sheet.root.iter(etree.Element):
        if "itemscope" in one.attrib and "article" in _types(one.get("itemtype")):
            if article:
                yield Told(article, True, moment)
            article = sheet.address_of(one.get("itemid") or one.get("href"))
            moment, inside = None, True
        if not inside:
            continue
        prop = (one.get("itemprop") or "").split()
        if article is None and ("url" in prop or "mainEntityOfPage" in prop):
            href = one.get("href") or one.get("content") or one.get("itemid")
            article = sheet.address_of(href)
        if "datePublished" in prop:
            told = one.get("datetime") or one.get("content") or one.text
            moment = moment or moment_of(told or "", zone)
    if article:
        yield Told(article, True, moment)
