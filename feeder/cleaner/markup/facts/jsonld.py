"""JSON-LD as pages have it: read whatever is wrong with it, and the object that is the article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

from feeder.cleaner.markup.facts.page import line_of
from feeder.cleaner.markup.facts.title import key_of

Node = dict[str, Any]

_MOST_NODES = 2_000
_LONGEST = 2_000  # characters of a value
_SURE = 12  # comparable characters that are no part of a title by chance
_DEEPEST = 8  # names within names
_MOST_NAMES = 200  # values that one name leads to: each can refer to others, and they to it
# A script without any of these says nothing of the article. Half of them are lists of breadcrumbs.
_TELLING = (
    "headline",
    "datePublished",
    "author",
    "dateModified",
    "publisher",
    "WebSite",
    "Organiz",
)
_AROUND = re.compile(r"^\s*+(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?|;)\s*")
_COMMENT = re.compile(r"(?m)/\*[^*]{0,2000}\*/|^[^\S\n]*+//[^\n]{0,2000}$")
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_NEXT = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder(strict=False)
# Keys whose objects may be the page's article; others hold comments, related articles, products.
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE = re.compile(r"(?i)article|posting|report$|review|recipe|howto|analysis")
_WORK = re.compile(r"(?i)page$|creativework|episode|video|audio|question|podcast|event|book|course")
_SITE = frozenset({"WebSite", "Organization", "NewsMediaOrganization", "Corporation"})


class Name(NamedTuple):
    """A name, and the types of what is called so."""

    text: str
    types: frozenset[str] = frozenset()


class _Likeness(NamedTuple):
    """How much an object is like the page's article, by what counts most."""

    same: int
    has_author: bool
    has_date: bool


class Linked:
    """The objects of a page's JSON-LD, and how they refer to each other."""

    def __init__(self, scripts: Iterable[str]) -> None:
        self.nodes: list[Node] = []
        self.by_id: dict[str, Node] = {}
        for script in scripts:
            if any(word in script for word in _TELLING):
                self._take(_values(script))

    def _take(self, values: list[Any]) -> None:
        waiting = values[::-1]
        while waiting and len(self.nodes) < _MOST_NODES:
            one = waiting.pop()
            if isinstance(one, list):
                waiting.extend(reversed(one[:_MOST_NODES]))
            elif isinstance(one, dict):
                self.nodes.append(one)
                identity = one.get("@id")
                if isinstance(identity, str) and len(one) > 1:
                    self.by_id.setdefault(identity, one)
                waiting.extend(one[key] for key in reversed(_WITHIN) if key in one)

    def article(self, addresses: Iterable[str], titles: Iterable[str]) -> Node | None:
        """The object that is the page's article: by its title or address, or the only one."""
        known = {_bare(url) for url in addresses}
        heads = {key_of(text) for text in titles}
        articles = [node for node in self.nodes if _is(node, _ARTICLE) or "headline" in node]
        works = [node for node in self.nodes if _is(node, _WORK)]
        for nodes in filter(None, (articles, works)):
            best = max(nodes, key=lambda node: self._likeness(node, known, heads))
            if len(nodes) == 1 or self._likeness(best, known, heads).same:
                return best
        # One article told several times, by the page's program and by its plug-ins.
        same = {key_of(text) for node in articles for text in self.texts(node, "headline")}
        return articles[0] if articles and len(same) <= 1 else None

    def _likeness(self, node: Node, addresses: set[str], titles: set[str]) -> _Likeness:
        urls = [
            text for key in ("url", "mainEntityOfPage", "@id") for text in self.texts(node, key)
        ]
        heads = {key_of(text) for key in ("headline", "name") for text in self.texts(node, key)}
        same_url = any(_bare(url) in addresses for url in urls)
        same_title = any(_is_within(head, title) for head in heads for title in titles)
        return _Likeness(2 * same_url + 3 * same_title, "author" in node, "datePublished" in node)

    def texts(self, node: Node, key: str) -> Iterator[str]:
        """The texts under a key, whatever their shape."""
        return (name.text for name in self.names(node, key))

    def names(self, node: Node, *keys: str) -> Iterator[Name]:
        """The texts and the names of the objects under the keys."""
        asked = count()
        for key in keys:
            yield from self._named(node.get(key), 0, asked)

    def _named(self, value: Any, depth: int, asked: count[int]) -> Iterator[Name]:
        if depth > _DEEPEST or next(asked) >= _MOST_NAMES:
            return
        if isinstance(value, str):
            text = _text(value)
            if text:
                yield Name(text)
        elif isinstance(value, list):
            for one in value[:_MOST_NAMES]:
                yield from self._named(one, depth + 1, asked)
        elif isinstance(value, dict):
            whole = self._whole(value)
            kinds = frozenset(types_of(value) or types_of(whole))
            given = (
                value.get("name") or whole.get("name") or value.get("url") or value.get("@value")
            )
            for name in self._named(given or value.get("@id"), depth + 1, asked):
                yield Name(name.text, kinds)

    def addresses(self, node: Node, key: str) -> Iterator[str]:
        """The addresses under a key: texts, or the `url` of objects."""
        value = node.get(key)
        for one in value[:_MOST_NODES] if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                whole = self._whole(one)
                one = one.get("url") or whole.get("contentUrl") or whole.get("url")
            if isinstance(one, list):
                one = next(iter(one), None)
            if isinstance(one, str) and one.strip():
                yield one.strip()[:_LONGEST]

    def _whole(self, node: Node) -> Node:
        """The object that a reference means, or the object itself."""
        identity = node.get("@id")
        return self.by_id.get(identity, node) if isinstance(identity, str) else node

    def site_names(self) -> Iterator[str]:
        """The names of the page's site."""
        for node in self.nodes:
            if types_of(node) & _SITE:
                yield from self.texts(node, "name")
        for node in self.nodes:
            yield from self.texts(node, "publisher")


def types_of(node: Node) -> frozenset[str]:
    """The types of an object, without the vocabulary's address."""
    kinds = node.get("@type")
    texts = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(text.rpartition("/")[2] for text in texts if isinstance(text, str))


def _is(node: Node, kind: re.Pattern[str]) -> bool:
    return any(map(kind.search, types_of(node)))


def _values(script: str) -> list[Any]:
    """What a script holds: one value, or several one after the other."""
    try:
        return [_DECODER.decode(script)]
    except (ValueError, RecursionError):
        return list(_mended(script))


def _mended(script: str) -> Iterator[Any]:
    """The values of a script that is no JSON, after its usual faults are mended."""
    script = _AROUND.sub("", script)
    if '"' not in script and "&quot;" in script:
        script = html.unescape(script)
    for mend in (_same, _without_commas, _without_comments):
        script = mend(script)
        values = list(_each(script))
        if values:
            yield from values
            return


def _same(script: str) -> str:
    return script


def _without_commas(script: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _LAST_COMMA.sub("", script))


def _without_comments(script: str) -> str:
    return _LAST_COMMA.sub("", _COMMENT.sub("", script))


def _each(script: str) -> Iterator[Any]:
    """Values one after the other, up to the first that cannot be read."""
    at = 0
    while found := _NEXT.search(script, at):
        try:
            value, at = _DECODER.raw_decode(script, found.start())
        except (ValueError, RecursionError):
            return
        yield value


def _text(value: str) -> str:
    """A text of JSON-LD; many programs escape it for HTML first."""
    value = value[:_LONGEST]
    return line_of(html.unescape(value) if "&" in value else value)


def _bare(url: str) -> str:
    """An address as far as it tells pages apart."""
    url = url.partition("#")[0].partition("?")[0].rstrip("/")
    return url.partition("://")[2].removeprefix("www.").lower()


def _is_within(head: str, title: str) -> bool:
    """Whether a headline is a title, or the part of it that is not its site's name."""
    return bool(head) and (head == title or (len(head) >= _SURE and head in title))
