"""The places of a page where facts stand, collected in one pass over its tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, cast

from lxml import etree
from lxml.html import HtmlElement

from feeder.text import one_line
from feeder.urls import resolve

_TAGS = ("base", "meta", "link", "script", "title", "h1", "h2", "h3", "time")
_MOST = 2_000  # elements of one kind that are read
_LONGEST = 2_000  # characters of a text that is read
_USUAL = frozenset({"stylesheet", "preload", "icon", "dns-prefetch", "preconnect", "alternate"})
_LONGEST_NAME = 100
_MOST_VALUES = 100  # of `<meta>` of one name
_LONGEST_LINE = 160
_LONGEST_SCRIPT = 1_000_000
_DRAWN = frozenset({"svg", "symbol", "g", "defs"})  # these have titles of their own
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "button", "rt", "rp"})
_APART = frozenset("br div p li ul ol td tr h1 h2 h3 h4 h5 h6 section header footer dt dd".split())


_ALL_TEXT = etree.XPath("string()", smart_strings=False)


class Said(NamedTuple):
    """A text that tells a fact: by which rule, and on which element it stands, if it is visible."""

    rule: str
    text: str
    element: HtmlElement | None = None


class Link(NamedTuple):
    """A `<link>`: its `rel` in lower case, and where it leads."""

    rel: str
    href: str


@dataclass(eq=False)
class Page:
    """A page's tree and what its head, headings and times say."""

    root: HtmlElement
    url: str | None = None
    meta: dict[str, list[str]] = field(default_factory=dict)
    """What the `<meta>` of each name say; names are in lower case."""
    links: list[Link] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    """The texts of JSON-LD."""
    head_title: str = ""
    headings: list[HtmlElement] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)

    def told(self, names: str) -> Iterator[Said]:
        """What the `<meta>` of the names say, in the order of the names."""
        meta = self.meta
        for name in names.split():
            if name in meta:
                for text in self.values(name):
                    yield Said(f"meta {name}", text)

    def values(self, name: str) -> Iterator[str]:
        """What the `<meta>` of one name say, each once."""
        seen: set[str] = set()
        for content in self.meta.get(name, ()):
            text = line_of(content)
            if text and text not in seen:
                seen.add(text)
                yield text

    @cached_property
    def base(self) -> str | None:
        """What relative addresses start from."""
        href = next((link.href for link in self.links if link.rel == "base"), None)
        return resolve(href, self.url) if href else self.url

    @cached_property
    def body(self) -> HtmlElement | None:
        """The page's `<body>`."""
        return self.root.find("body")

    def shows(self, text: str) -> bool:
        """Whether a text stands in the page's body and not only in scripts there."""
        return text in self._text and self._text.count(text) > self._scripted.count(text)

    @cached_property
    def _text(self) -> str:
        return str(_ALL_TEXT(self.body)) if self.body is not None else ""

    @cached_property
    def _scripted(self) -> str:
        scripts = self.body.iter("script", "style") if self.body is not None else ()
        return "\n".join(script.text for script in scripts if script.text)

    @cached_property
    def titles(self) -> list[HtmlElement]:
        """The headings, those of the first rank first."""
        return sorted(self.headings, key=lambda heading: str(heading.tag))


def read_page(root: HtmlElement, url: str | None) -> Page:
    """The page whose `<html>` is `root`."""
    page = Page(root, url)
    for element in root.iter(*_TAGS):
        tag = element.tag
        if tag == "meta":
            _meta(page, element)
        elif tag == "script":
            kind = element.get("type")
            if kind and "json" in kind and "ld+json" in kind.lower() and len(page.scripts) < _MOST:
                page.scripts.append((element.text or "")[:_LONGEST_SCRIPT])
        elif tag == "link":
            rel = element.get("rel")
            if rel and rel not in _USUAL and len(page.links) < _MOST:
                page.links.append(Link(rel.lower(), element.get("href") or ""))
        elif tag == "time":
            page.times.append(element)
        elif tag == "base":
            page.links.append(Link("base", element.get("href") or ""))
        elif tag != "title":
            page.headings.append(element)
        elif not page.head_title and _is_head_title(element):
            page.head_title = line_of((element.text or "")[:_LONGEST])
    return page


def _is_head_title(element: HtmlElement) -> bool:
    above = element.getparent()
    return above is None or above.tag not in _DRAWN


def _meta(page: Page, element: HtmlElement) -> None:
    get = element.get
    content = get("content")
    if not content:
        return
    first, second = get("property"), get("name")
    for name in (first, second) if first or second else (get("itemprop"), get("http-equiv")):
        if name and len(name) <= _LONGEST_NAME:
            said = page.meta.setdefault(name.strip().lower(), [])
            if len(said) < _MOST_VALUES:
                said.append(content[:_LONGEST])


def text_of(element: HtmlElement) -> str:
    """The text of an element on one line, its first 2,000 characters."""
    return line_of("".join(runs_of(element)))


def is_short(element: HtmlElement) -> bool:
    """Whether an element holds a line's text at most, not a paragraph or more."""
    size = 0
    for text in element.itertext():
        size += len(text) - text.count("  ")
        if size > _LONGEST_LINE:
            return False
    return True


def runs_of(element: HtmlElement) -> list[str]:
    """The text of an element, a string for each of the nodes that readers see as one."""
    if not len(element):
        return [_seen((element.text or "")[:_LONGEST])]
    runs: list[str] = []
    size = 0
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start" and node.tag in _UNREAD:
            walk.skip_subtree()
            continue
        text = node.text if event == "start" else node.tail
        if node.tag in _APART:
            runs.append(" ")
        if text and (event == "start" or node is not element):
            runs.append(_seen(text[:_LONGEST]))
            size += len(text)
        if size > _LONGEST:
            break
    return runs


def line_of(text: str) -> str:
    """A text on one line, as `feeder.text.one_line` makes it: most need a tenth of the work."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return one_line(text)


def elements(path: etree.XPath, root: HtmlElement) -> list[HtmlElement]:
    """The elements that a path finds below `root`."""
    return cast("list[HtmlElement]", path(root))


def _seen(text: str) -> str:
    """A text as it looks: soft hyphens are not seen."""
    return text.replace("\u00ad", "") if "\u00ad" in text else text
