"""Title, authors and date as the places that a site's rules name tell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree

from feeder.cleaner.scrape.facts import byline
from feeder.cleaner.scrape.lines import Line
from feeder.dates import find_date, read_date
from feeder.text import one_line

FIELDS = {"title": "title", "author": "authors", "date": "published"}
"""Directive → field of an article."""

# Characters; what is longer is no such thing, and the rule that found it has grown old.
_LONGEST = {"title": 500, "author": 200, "date": 200}
_TRIED = 20  # nodes that are looked at: more are no authors, and no title is behind so many


class Told(NamedTuple):
    """A fact, the text it was read from and the nodes that say it; the value may be empty."""

    value: str | tuple[str, ...] | datetime | None = None
    text: str = ""
    nodes: tuple[Any, ...] = ()


def read(directive: str, found: list[Any] | str, language: str | None) -> Told:
    """What a rule for a title, author or date has found, read as one."""
    nodes = [found] if isinstance(found, str) else found[:_TRIED]
    said = [(text, node) for node in nodes if (text := _text(node, directive))]
    if directive == "author":
        return _authors(said)
    for text, node in said:
        value = text if directive == "title" else _moment(text, language)
        if value:
            return Told(value, text, (node,))
    return Told()


def _authors(said: list[tuple[str, Any]]) -> Told:
    named = [(_names(text), text, node) for text, node in said]
    names = tuple(dict.fromkeys(name for told, _, _ in named for name in told))
    text = ", ".join(text for told, text, _ in named if told)
    return Told(names, text, tuple(node for told, _, node in named if told))


def _text(node: Any, directive: str) -> str:
    """What a node says, on one line: a text, an attribute, or an element by what it is."""
    if not etree.iselement(node):
        text = str(node)
    elif node.tag == "meta":
        text = node.get("content") or ""
    elif directive == "date" and node.get("datetime"):
        text = str(node.get("datetime"))
    else:
        text = "".join(map(str, node.itertext()))
    text = one_line(text)
    return text if len(text) <= _LONGEST[directive] else ""


def _names(text: str) -> tuple[str, ...]:
    if "://" in text or "@" in text or len(text) < 2:
        return ()
    told = byline(Line(text))
    return told.authors if told else (text,)


def _moment(text: str, language: str | None) -> datetime | None:
    """The date that a text is or holds: a rule may find "Published on 3 May 2024 | Politics"."""
    moment = read_date(text, language)
    if moment is None and (found := find_date(text, language)):
        moment = found.moment
    return moment or read_date(text, language, thoroughly=True)
